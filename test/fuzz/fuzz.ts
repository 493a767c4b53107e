/** Owns the clock: hands out numbers, ends what goes wrong, asks again whether it was the input, and keeps what was found. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sampleCli } from './cli-sample.ts';
import { type FuzzCase, packSnapshot, takeSnapshot } from './corpus.ts';
import { createInputMaker, type FuzzInput } from './make-input.ts';
import type { Find } from './oracle.ts';
import { type Watched, watch } from './watch.ts';

export interface FuzzOptions {
  readonly worker: string;
  readonly seed: number;
  readonly seconds: number;
  /** One input alone. */
  readonly only?: number;
  /** The first number; 0 unless told. */
  readonly from?: number;
  /** At most so many inputs. */
  readonly count?: number;
  /** Inputs that failed are written below it. */
  readonly keep?: string;
  readonly log?: (line: string) => void;
  readonly corpus?: readonly FuzzCase[];
  /** Every so many inputs one goes through the built command line; 0 for none. */
  readonly cliEvery?: number;
  /** Of workers. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Found extends Find {
  readonly index: number;
  readonly how: readonly string[];
  readonly name: string;
  /** How many inputs showed it. */
  times: number;
}

export interface FuzzReport {
  readonly inputs: number;
  readonly perSecond: number;
  /** Codes that were seen. */
  readonly codes: ReadonlySet<string>;
  readonly found: readonly Found[];
  /** Judged guilty once, innocent alone: the machine was busy, or memory of earlier inputs was not yet free. */
  readonly unconfirmed: readonly string[];
  readonly slowest: readonly { readonly index: number; readonly ms: number; readonly bytes: number }[];
  /** MiB. */
  readonly peak: number;
  readonly cliRuns: number;
}

/** A new process now and then, so that what the old one gathered tells of itself. */
const inputsOfWorker = 2000;

export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const snapshot = await takeSnapshot(options.corpus);
  const folder = mkdtempSync(join(tmpdir(), 'headgate-fuzz-'));
  try {
    const path = join(folder, 'snapshot.json');
    writeFileSync(path, packSnapshot(snapshot));
    return await loop(options, path, (await createInputMaker(snapshot.corpus, options.seed)).make);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function loop(options: FuzzOptions, snapshot: string, make: (index: number) => FuzzInput): Promise<FuzzReport> {
  const began = performance.now();
  const deadline = began + options.seconds * 1000;
  const first = options.only ?? options.from ?? 0;
  const last = first + (options.only === undefined ? (options.count ?? Number.MAX_SAFE_INTEGER) : 1);
  const found = new Map<string, Found>();
  const codes = new Set<string>();
  const unconfirmed: string[] = [];
  const slowest: { index: number; ms: number; bytes: number }[] = [];
  const totals = { inputs: 0, peak: 0, cliRuns: 0, told: began };

  const keep = (index: number, find: Find): void => {
    const known = found.get(find.signature);
    if (known) known.times++;
    else {
      const input = make(index);
      found.set(find.signature, { ...find, index, how: input.how, name: input.name, times: 1 });
      options.log?.(`found ${find.kind} with --seed ${options.seed} --only ${index}: ${find.detail.split('\n')[0]}`);
      if (options.keep !== undefined) save(options.keep, options.seed, input, find);
    }
  };
  const job = (from: number, count: number) => ({ kind: 'range', snapshot, seed: options.seed, from, count }) as const;
  const run = (from: number, count: number, onEnd?: Parameters<typeof watch>[0]['onEnd']): Promise<Watched> =>
    watch({
      worker: options.worker,
      job: job(from, count),
      first: from,
      deadline: count === 1 ? Number.POSITIVE_INFINITY : deadline,
      ...(onEnd ? { onEnd } : {}),
      ...(options.env ? { env: options.env } : {}),
    });

  const sampled: Promise<void>[] = [];
  let sampling = false;
  const sample = async (index: number): Promise<void> => {
    sampling = true;
    for (const find of await sampleCli(make(index))) keep(index, find);
    totals.cliRuns++;
    sampling = false;
  };
  const every = options.cliEvery ?? 200;

  let next = first;
  while (next < last && (performance.now() < deadline || totals.inputs === 0)) {
    const { verdict, next: after } = await run(next, Math.min(inputsOfWorker, last - next), (end) => {
      totals.inputs++;
      totals.peak = Math.max(totals.peak, end.peak);
      for (const code of end.codes) codes.add(code);
      for (const find of end.finds) keep(end.index, find);
      slowest.push({ index: end.index, ms: end.ms, bytes: end.bytes });
      slowest.sort((a, b) => b.ms - a.ms).splice(8);
      if (every > 0 && end.index % every === 0 && !sampling) sampled.push(sample(end.index));
      if (performance.now() - totals.told > 30_000) {
        totals.told = performance.now();
        const seconds = (totals.told - began) / 1000;
        options.log?.(`${Math.round(seconds)} s: ${totals.inputs} inputs, ${codes.size} codes, ${found.size} found`);
      }
    });
    next = after;
    if (verdict) await confirm(verdict, run, keep, unconfirmed);
  }
  await Promise.all(sampled);
  const perSecond = totals.inputs / ((performance.now() - began) / 1000);
  return { ...totals, perSecond, codes, found: [...found.values()], unconfirmed, slowest };
}

/** The input alone in a process of its own: as `headgate check` would meet it. */
async function confirm(
  { index, find }: NonNullable<Watched['verdict']>,
  run: (from: number, count: number) => Promise<Watched>,
  keep: (index: number, find: Find) => void,
  unconfirmed: string[],
): Promise<void> {
  // It takes many inputs to grow.
  if (find.kind === 'growth') return keep(index, find);
  const alone = await run(index, 1);
  for (const { finds } of alone.ended) for (const own of finds) keep(index, own);
  if (alone.verdict) keep(index, alone.verdict.find);
  else if (find.kind === 'crash') keep(index, find);
  else unconfirmed.push(`${index}: ${find.signature}`);
}

function save(keep: string, seed: number, input: FuzzInput, find: Find): void {
  const folder = join(keep, `${seed}-${input.index}-${find.kind}`);
  for (const [path, bytes] of input.files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  const { index, how, name, root } = input;
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'fuzz.json'),
    `${JSON.stringify({ seed, index, from: name, how, root, ...find }, null, 2)}\n`,
  );
}
