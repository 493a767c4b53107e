import { statSync } from 'node:fs';
import { join } from 'node:path';
import { writeInterposed } from '../scenarios.mjs';
import { once } from '../support/processes.mjs';

const edges = 5000;
const planOf = (folder) => join(folder, 'interposed.json');

/** Under a policy that speaks these versions of the protocol. */
const interposed = (folder, versions) => [
  'compile',
  writeInterposed(join(folder, 'interposed'), edges, versions),
  '--emit',
  `plan=${planOf(folder)}`,
  '--timings',
  '--max-answer-bytes',
  '50000000',
];

/** What policies cost, the real processes included. */
export const figures = [
  {
    name: 'compile examples/redaction (Python policy)',
    goal: 700,
    prepare: (folder, root) => [
      'compile',
      join(root, 'examples/redaction/scenario.yaml'),
      '--emit',
      `plan=${join(folder, 'redaction.json')}`,
    ],
  },
  {
    name: 'compile, 5,000 edges, all interposed',
    timesGoal: 10,
    prepare: (folder) => interposed(folder, '1, 2'),
    // Also what each step says of itself.
    steps: { rewrite: 300 },
  },
  {
    name: 'the same, in version 1 of the protocol',
    prepare: (folder) => interposed(folder, '1'),
  },
  {
    name: 'its plan',
    unit: 'MB',
    goal: 10,
    measure: (folder, headgate) => {
      once([...headgate, ...interposed(folder, '1, 2')]);
      return statSync(planOf(folder)).size / 1e6;
    },
  },
];
