import { join } from 'node:path';
import { writeSmall } from '../../scripts/small-scenario.mjs';

/** The start: what people feel who have scenarios of ten. */
export const figures = [
  {
    name: 'check, 3 components',
    runs: 15,
    timesGoal: 1.5,
    amber: 'check',
    prepare: (folder) => ['check', writeSmall(join(folder, 'small'))],
  },
  { name: '--version', runs: 15, prepare: () => ['--version'] },
];
