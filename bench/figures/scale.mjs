import { join } from 'node:path';
import { writeBinaryTree, writeChain, writeFiles, writeMany } from '../scenarios.mjs';

const tree = (count, format, goals = {}) => ({
  name: `check, binary tree of ${count}, ${format === 'yaml' ? 'YAML' : 'JSON5'}`,
  ...goals,
  ...(format === 'json5' ? { amber: 'check' } : {}),
  size: count,
  prepare: (folder) => ['check', writeBinaryTree(join(folder, `tree-${format}-${count}`), count, format)],
});

/** What large scenarios, and many of them, cost. */
export const figures = [
  ...['yaml', 'json5'].map((format) => ({
    name: `check, 1,000 scenarios of 3, ${format}`,
    goal: 1200,
    unit: 'ms',
    prepare: (folder) => ['check', writeMany(join(folder, `many-${format}`), 1000, format)],
  })),
  tree(1600, 'json5', { goal: 500 }),
  tree(2500, 'json5'),
  tree(10_000, 'json5', { timesGoal: 8 }),
  tree(10_000, 'yaml', { timesGoal: 12 }),
  {
    name: 'check, 100,000 components in 1,000 files',
    timesGoal: 80,
    heavy: true,
    prepare: (folder) => ['check', writeFiles(join(folder, 'files'), 1000, 100)],
  },
  {
    name: 'check, chain of 20,000 files',
    timesGoal: 15,
    prepare: (folder) => ['check', writeChain(join(folder, 'chain'), 20_000)],
  },
];
