/**
 * The program of a thread that scans. It is made of the text of functions, each of which calls nothing but what it is given: so it runs
 * alike from the sources and from any bundle.
 */
import type * as WorkerThreads from 'node:worker_threads';
import { readGitRules } from '../ignore/git-rules.ts';
import { judging } from '../ignore/judge.ts';
import { patterns } from '../ignore/pattern.ts';
import { blocks, type Scanned } from './block.ts';
import { entries } from './entries.ts';
import { files } from './files.ts';
import { folders } from './folders.ts';
import { links } from './links.ts';
import type { Finding, Job, Settings, Told } from './protocol.ts';

const made = { readGitRules, judging, patterns, blocks, entries, files, folders, links };

/** For `new Worker(…, { eval: true, workerData: settings })`. */
export const programText = (): string =>
  `(${scanner})(require, {${Object.entries(made).map(([name, make]) => `${name}: ${make}`)}});`;

function scanner(require: NodeJS.Require, make: typeof made): void {
  const { parentPort, workerData } = require('node:worker_threads') as typeof WorkerThreads;
  const fs = require('node:fs') as typeof import('node:fs');
  const crypto = require('node:crypto') as typeof import('node:crypto');
  const settings = workerData as Settings;
  /** Of blocks that are handed over at once. */
  const size = 1 << 20;
  /** Less work than this is done before another thread has begun. */
  const worthSharing = 10_000;
  const tell = (told: Told, transfer: ArrayBuffer[] = []): void => parentPort?.postMessage(told, transfer);
  const layout = make.blocks();
  const read = make.files(fs, crypto, settings.root);
  const leads = make.links(fs, settings.root, settings.isCopy);
  const judge = make.judging(make.patterns());
  const parts = { fs, blocks: layout, files: read, links: leads, judge };
  const tellFinding = (finding: Finding): void => tell({ type: 'found', finding });
  const look = make.entries({ ...parts, tell: tellFinding }, settings);
  const scan = make.folders({ ...parts, entries: look, readGitRules: make.readGitRules }, settings);
  const jobs: Job[] = [];
  let bytes = new Uint8Array(size);
  let used = 0;
  let same: number[] = [];
  let sameEntries = 0;
  let done = 0;

  function flush(): void {
    if (used === 0 && same.length === 0) return;
    const told = bytes.slice(0, used);
    tell({ type: 'folders', bytes: told, same }, [told.buffer]);
    used = 0;
    same = [];
    sameEntries = 0;
  }

  function keep(folder: Scanned): void {
    const needed = layout.sizeOf(folder);
    if (used + needed > bytes.length) flush();
    if (needed > bytes.length) bytes = new Uint8Array(needed);
    layout.write(folder, bytes, used);
    used += needed;
  }

  function work(): void {
    for (let job = jobs.pop(); job !== undefined; job = jobs.pop()) {
      const { folder, below, count, effort } = scan(job);
      if (folder === undefined) {
        if (!job.only) tell({ type: 'gone', path: job.path });
      } else if (typeof folder === 'number') {
        same.push(folder);
        sameEntries += count;
        if (sameEntries > 8192) flush();
      } else keep(folder);
      for (const path of below) jobs.push({ path });
      done += effort;
      if (jobs.length > 1 && done > worthSharing && Atomics.load(settings.waiting, 0) > 0) {
        Atomics.store(settings.waiting, 0, 0);
        // Those that were found first hold the most.
        tell({ type: 'share', jobs: jobs.splice(0, jobs.length >> 1) });
      }
    }
    read.close();
    flush();
  }

  parentPort?.on('message', (more: readonly Job[]) => {
    jobs.push(...more);
    try {
      work();
    } catch (error) {
      // What is no finding is a fault of ours, and ends the thread.
      if (error instanceof Error) throw error;
      tellFinding(error as Finding);
      jobs.length = 0;
    }
    tell({ type: 'idle' });
  });
}
