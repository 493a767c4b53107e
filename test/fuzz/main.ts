/** `npm run fuzz -- [--seconds N] [--seed N] [--only N] [--from N] [--count N] [--keep DIR] [--shrink DIR]` */
import { parseArgs } from 'node:util';
import { setup } from '../support/ensure-built.ts';
import { bundleWorker } from './bundle.ts';
import { type FuzzReport, fuzz } from './fuzz.ts';
import { shrink } from './shrink.ts';

const usage = 'npm run fuzz -- [--seconds N] [--seed N] [--only N] [--from N] [--count N] [--keep DIR] [--shrink DIR]';
const names = ['seconds', 'seed', 'only', 'from', 'count'] as const;

export async function main(args: readonly string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const numbers = Object.fromEntries(names.map((name) => [name, text]));
  const { values } = parseArgs({ args: [...args], options: { ...numbers, keep: text, shrink: text } });
  const given: Partial<Record<(typeof names)[number], number>> = {};
  for (const name of names) {
    const value = values[name as keyof typeof values];
    if (value === undefined) continue;
    if (!/^\d+$/.test(value)) throw new Error(`--${name} is a number: ${usage}`);
    given[name] = Number(value);
  }
  setup();
  const { worker, remove } = await bundleWorker();
  try {
    if (values['shrink'] !== undefined) {
      await shrink(values['shrink'], worker, console.log);
      return 0;
    }
    const seed = given.seed ?? Math.floor(Math.random() * 1_000_000);
    const { seconds = 120, only, from, count } = given;
    const wanted = {
      ...(only === undefined ? {} : { only }),
      ...(from === undefined ? {} : { from }),
      ...(count === undefined ? {} : { count }),
    };
    console.log(`seed ${seed}`);
    const report = await fuzz({
      worker,
      seed,
      seconds,
      ...wanted,
      keep: values['keep'] ?? 'fuzz-found',
      log: console.log,
    });
    console.log(summary(report));
    return report.found.length > 0 ? 1 : 0;
  } finally {
    remove();
  }
}

export function summary(report: FuzzReport): string {
  const lines = report.found.flatMap((found) => [
    '',
    `${found.kind}, ${found.times} times, first with --only ${found.index} (${found.name}: ${found.how.join(', ')})`,
    ...found.detail
      .slice(0, 3000)
      .split('\n')
      .map((line) => `    ${line}`),
  ]);
  const slow = report.slowest
    .map(({ index, ms, bytes }) => `${index} ${Math.round(ms)} ms for ${bytes} bytes`)
    .join(', ');
  return [
    ...lines,
    '',
    `${report.inputs} inputs, ${Math.round(report.perSecond)} a second, ${report.cliRuns} of them through the command line`,
    `${report.codes.size} codes seen, at most ${Math.round(report.peak)} MiB; slowest: ${slow}`,
    ...(report.unconfirmed.length > 0 ? [`innocent when alone: ${report.unconfirmed.join(', ')}`] : []),
    `${report.found.length} found`,
  ].join('\n');
}
