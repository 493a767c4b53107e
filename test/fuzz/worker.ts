/**
 * Runs inputs one after the other in a process that may be ended at any moment. What it does is told on file descriptor 3, written
 * at once: a message that waits in a queue is lost with the process.
 */
import { readFileSync, writeSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { filesBelow } from '../support/harness.ts';
import { unpackSnapshot } from './corpus.ts';
import { createInjection } from './inject.ts';
import { createInputMaker, type FuzzInput } from './make-input.ts';
import { crashOf, type Find } from './oracle.ts';
import { type RunOptions, runInput } from './run-input.ts';

export type WorkerJob =
  | {
      readonly kind: 'range';
      readonly snapshot: string;
      readonly seed: number;
      readonly from: number;
      readonly count: number;
    }
  /** What a find was saved as. */
  | {
      readonly kind: 'folder';
      readonly snapshot: string;
      readonly folder: string;
      readonly root: string;
      readonly index: number;
    };

export type WorkerMessage =
  /** The clock begins anew, also for the next part of the same input. */
  | { readonly kind: 'start'; readonly index: number }
  | {
      readonly kind: 'end';
      readonly index: number;
      readonly ms: number;
      readonly bytes: number;
      /** MiB at its highest, of the whole life of the process. */
      readonly peak: number;
      readonly codes: readonly string[];
      readonly finds: readonly Find[];
    }
  /** Memory in use after everything that nobody needs was thrown away, MiB. */
  | { readonly kind: 'heap'; readonly index: number; readonly heap: number }
  | { readonly kind: 'done' };

/** Bytes of the heap are only comparable where nothing is left to collect. */
const heapEvery = 400;

const pause = new Int32Array(new SharedArrayBuffer(4));

/** Whole, also when the reader is late and the pipe is full. */
function tell(message: WorkerMessage): void {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(3, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(pause, 0, 0, 5);
    }
  }
}

let current: { index: number; lost: Find[] } | undefined;
for (const event of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(event, (error: unknown) => {
    if (current) current.lost.push(crashOf(error, event));
    else {
      // Before the first input it is the fuzzer that is broken.
      console.error(error);
      process.exit(1);
    }
  });

async function one(input: FuzzInput, options: RunOptions): Promise<void> {
  const lost: Find[] = [];
  current = { index: input.index, lost };
  tell({ kind: 'start', index: input.index });
  const start = performance.now();
  const { finds, codes } = await runInput(input, options);
  // Rejections that nobody waits for are told on the next turn.
  await new Promise((done) => setImmediate(done));
  tell({
    kind: 'end',
    index: input.index,
    ms: performance.now() - start,
    bytes: [...input.files.values()].reduce((sum, bytes) => sum + bytes.length, 0),
    peak: process.resourceUsage().maxRSS / 1024,
    codes,
    finds: [...finds, ...lost],
  });
}

async function work(job: WorkerJob): Promise<void> {
  const { corpus, known } = unpackSnapshot(readFileSync(job.snapshot, 'utf8'));
  const injection = createInjection(process.env['HEADGATE_FUZZ_INJECT']);
  const options: RunOptions = { known, injection, step: () => tell({ kind: 'start', index: current?.index ?? -1 }) };
  if (job.kind === 'folder') {
    const files = new Map(
      filesBelow(job.folder).map((path) => [path, new Uint8Array(readFileSync(resolve(job.folder, path)))]),
    );
    files.delete('fuzz.json');
    await one({ index: job.index, name: relative('.', job.folder), how: [], files, root: job.root }, options);
  } else {
    const maker = await createInputMaker(corpus, job.seed);
    for (let index = job.from; index < job.from + job.count; index++) {
      await one(maker.make(index), options);
      if ((index - job.from) % heapEvery === heapEvery - 1) {
        globalThis.gc?.();
        tell({ kind: 'heap', index, heap: process.memoryUsage().heapUsed / 1_048_576 });
      }
    }
  }
  tell({ kind: 'done' });
}

await work(JSON.parse(process.argv[2] as string) as WorkerJob);
// What a library left open must not hold the process.
process.exit(0);
