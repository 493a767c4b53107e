/** The fuzzer, for as long as HEADGATE_FUZZ_SECONDS says; `npm run fuzz` is the same with flags. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bundle, bundleWorker } from './bundle.ts';
import { fuzz } from './fuzz.ts';
import { summary } from './main.ts';

const seconds = Number(process.env['HEADGATE_FUZZ_SECONDS'] ?? 120);
/** The same inputs in every run, so that a change is judged by what it changed; `npm run fuzz` looks for new ones. */
const seed = Number(process.env['HEADGATE_FUZZ_SEED'] ?? 1);

let bundle: Bundle;
beforeAll(async () => {
  bundle = await bundleWorker();
});
afterAll(() => bundle.remove());

test(`nothing is found in ${seconds} s with seed ${seed}`, { timeout: (seconds + 120) * 1000 }, async () => {
  const keep = process.env['HEADGATE_FUZZ_KEEP'];
  const report = await fuzz({ worker: bundle.worker, seed, seconds, ...(keep === undefined ? {} : { keep }) });
  console.log(`seed ${seed}${summary(report)}`);
  expect(report.found, `again with: npm run fuzz -- --seed ${seed} --only INDEX`).toEqual([]);
  // A fuzzer that reaches nothing finds nothing.
  if (seconds >= 60) expect(report.codes.size).toBeGreaterThan(60);
  expect(report.inputs).toBeGreaterThan(seconds);
});
