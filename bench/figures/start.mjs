import { join } from 'node:path';
import { writeSmall } from '../../scripts/small-scenario.mjs';
import { once } from '../support/processes.mjs';

/** The start: what people feel who have scenarios of ten. */
export const figures = [
  {
    name: 'check, 3 components',
    runs: 15,
    timesGoal: 1.5,
    amber: 'check',
    prepare: (folder) => ['check', writeSmall(join(folder, 'small'))],
  },
  {
    name: 'check, 3 components, single executable',
    runs: 15,
    timesGoal: 1,
    prepare: (folder) => ['check', writeSmall(join(folder, 'small'))],
    program: (folder, root) => {
      const file = join(folder, 'headgate');
      once([process.execPath, join(root, 'scripts/build-executable.mjs'), file]);
      return [file];
    },
  },
  { name: '--version', runs: 15, prepare: () => ['--version'] },
];
