/** What may be typed behind `npm run bench --`. */
import { parseArgs } from 'node:util';

export const usage = `npm run bench -- [NAME…] [--runs N] [--against REV] [--history [FOLDER]] [--curves] [--table] [--list]

  NAME           only figures and parts whose name holds it
  --runs N       so many runs of each figure, instead of its own number
  --against REV  builds that commit beside this one and runs both in turn: the last column is this one over that one
  --history DIR  writes all figures to DIR/COMMIT.json (bench/history is the one that is kept)
  --curves       measures growth over sizes and draws it into docs/performance/ (takes long)
  --table        puts the newest figures of bench/history into docs/performance.md, and measures nothing
  --list         prints the names and ends
AMBER_BIN=PATH runs the reference's binary in turn where a figure has an equal command there.
`;

export function options(argv) {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      runs: { type: 'string' },
      against: { type: 'string' },
      history: { type: 'string' },
      curves: { type: 'boolean', default: false },
      table: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      sizes: { type: 'string' },
    },
  });
  const runs = values.runs === undefined ? undefined : Number(values.runs);
  if (runs !== undefined && (!Number.isSafeInteger(runs) || runs < 1))
    throw new Error('--runs takes a number from 1 on');
  return { ...values, runs, names: positionals };
}
