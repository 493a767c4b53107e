/** Threads that scan one tree together. The thread that asks only waits and gathers: a run goes on meanwhile. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { programText } from './program.ts';
import type { Finding, Job, Settings, Told } from './protocol.ts';

/** More would wait for the same disk, and each costs memory. */
const mostThreads = 2;
/** How often a folder is looked at again whose own folders went away. */
const mostRepeats = 4;
/** More than a process can hold in memory, together with what is made of them. */
const mostEntries = 4_000_000;

export interface Crew {
  /** Ends when all of it is done; with what was found on the way. */
  readonly scan: (jobs: readonly Job[]) => Promise<readonly Finding[]>;
  readonly end: () => Promise<void>;
}

interface Member {
  readonly worker: Worker;
  isIdle: boolean;
}

/** Of a tree that is known to hold more entries, threads are begun at once; of others, when there is something to share. */
const worthAll = 40_000;

/** `take` is given blocks, and places of those in the cache that still are as they were; it answers how many entries that makes by now. */
export function crewOf(
  settings: Omit<Settings, 'waiting'>,
  known: number,
  take: (bytes: Uint8Array, same: readonly number[]) => number,
): Crew {
  const waiting = new Int32Array(new SharedArrayBuffer(4));
  const members: Member[] = [];
  const size = Math.min(mostThreads, availableParallelism());
  const queue: Job[] = [];
  const repeats = new Map<string, number>();
  let findings: Finding[] = [];
  let settle: { readonly done: () => void; readonly fail: (error: Error) => void } | undefined;

  /** Whoever works is asked to share while somebody could do more. */
  function assign(): void {
    for (const member of members) {
      if (!member.isIdle || queue.length === 0) continue;
      member.isIdle = false;
      member.worker.postMessage(queue.splice(0));
    }
    if (queue.length > 0 && members.length < size) {
      members.push(start());
      assign();
      return;
    }
    const isAnyIdle = members.length < size || members.some(({ isIdle }) => isIdle);
    Atomics.store(waiting, 0, isAnyIdle ? 1 : 0);
    if (queue.length === 0 && members.every(({ isIdle }) => isIdle)) settle?.done();
  }

  function start(): Member {
    const worker = new Worker(programText(), {
      eval: true,
      env: {},
      execArgv: [],
      // Nearly all that it makes is of no use a moment later.
      resourceLimits: { maxYoungGenerationSizeMb: 6 },
      workerData: { ...settings, waiting } satisfies Settings,
    });
    const member: Member = { worker, isIdle: true };
    worker.on('message', (told: Told) => hear(member, told));
    worker.on('error', (error) => settle?.fail(error));
    return member;
  }

  function hear(member: Member, told: Told): void {
    if (told.type === 'folders') count(take(told.bytes, told.same));
    else if (told.type === 'share') queue.push(...told.jobs);
    else if (told.type === 'found') found(told.finding);
    else if (told.type === 'gone') again(told.path);
    else member.isIdle = true;
    if (told.type !== 'folders') assign();
  }

  function count(entries: number): void {
    if (entries > mostEntries) found({ code: 'workspace_too_large', path: '', detail: String(mostEntries) });
  }

  function found(finding: Finding): void {
    findings.push(finding);
    if (finding.code === 'workspace_link_leaves') return;
    // Nothing more is begun, and nobody waits for what others are at.
    queue.length = 0;
    settle?.done();
  }

  /** Its parent held it when it was read. */
  function again(path: string): void {
    const parent = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
    const times = (repeats.get(parent) ?? 0) + 1;
    repeats.set(parent, times);
    if (path === '' || times > mostRepeats) found({ code: 'workspace_changing', path: parent });
    else queue.push({ path: parent });
  }

  return {
    scan: (jobs) =>
      new Promise((resolve, reject) => {
        findings = [];
        settle = { done: () => resolve(findings), fail: reject };
        queue.push(...jobs);
        // What is passed over is no work.
        while (known > worthAll && !settings.passesOver && members.length < size) members.push(start());
        assign();
      }),
    async end() {
      settle = undefined;
      await Promise.all(members.map(({ worker }) => worker.terminate()));
    },
  };
}
