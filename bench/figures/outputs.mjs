import { join } from 'node:path';
import { writeMany } from '../scenarios.mjs';
import { once } from '../support/processes.mjs';
import { median } from '../support/statistics.mjs';

/** What it costs to write reports. */
export const figures = [
  {
    name: 'check, 20,000 findings, SARIF beyond text',
    goal: 1000,
    // 20,000 findings: each of 100 unused slots is one, as a warning and as an error.
    measure: (folder, headgate) => {
      const many = writeMany(join(folder, 'findings'), 100, 'json5', 100);
      const told = (format) => once([...headgate, 'check', many, '--format', format], { expected: 1 }).ms;
      told('sarif');
      return median(Array.from({ length: 5 }, () => told('sarif=/dev/null') - told('text=/dev/null')).map(Math.abs));
    },
  },
];
