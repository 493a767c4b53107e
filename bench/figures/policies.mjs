import { join } from 'node:path';
import { writeInterposed } from '../scenarios.mjs';

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
    runs: 3,
    timesGoal: 10,
    prepare: (folder) => [
      'compile',
      writeInterposed(join(folder, 'interposed'), 5000),
      '--emit',
      `plan=${join(folder, 'interposed.json')}`,
      '--timings',
      '--max-answer-bytes',
      '50000000',
    ],
    // Also what each step says of itself.
    steps: { rewrite: 300 },
  },
];
