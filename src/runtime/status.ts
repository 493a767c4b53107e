/** What a run is doing, told from its journal and whether its process lives. */
import { existsSync } from 'node:fs';
import type { SizedStorage } from './environments/local/storage.ts';
import type { Entry } from './journal/entry.ts';
import { readJournal } from './journal/read.ts';
import { readOwner } from './state/lock.ts';
import { isAlive } from './state/owner.ts';
import { runIds, runPaths } from './state/run-folder.ts';

export interface RunStatus {
  readonly id: string;
  /** `RUNNING` and `INTERRUPTED` (its headgate is gone, and it can be resumed), or how it ended. */
  readonly state: 'RUNNING' | 'INTERRUPTED' | 'COMPLETE' | 'BLOCKED' | 'FAILED' | 'CANCELLED' | 'CORRUPT';
  /** Of the headgate that runs it. */
  readonly pid: number | null;
  /** RFC 3339. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly exports: Readonly<Record<string, string>>;
  readonly components: readonly ComponentSummary[];
  /** With a size: `enforced` by the kernel, or `metered`. */
  readonly storage: readonly SizedStorage[];
  /** Why it is blocked, failed or corrupt. */
  readonly reasons: readonly string[];
}

export interface ComponentSummary {
  readonly moniker: string;
  readonly task: boolean;
  readonly state: 'starting' | 'ready' | 'restarting' | 'finished' | 'failed' | 'stopped' | 'skipped' | 'unknown';
  readonly pid: number | null;
  readonly restarts: number;
  readonly lastExit: string | null;
}

export const allRuns = (stateDir: string): readonly RunStatus[] =>
  runIds(stateDir).flatMap((id) => statusOf(stateDir, id) ?? []);

/** Undefined when there is no such run. */
export function statusOf(stateDir: string, id: string): RunStatus | undefined {
  const paths = runPaths(stateDir, id);
  if (!existsSync(paths.journal)) return undefined;
  const owner = readOwner(`${paths.folder}/owner.json`);
  const pid = owner && isAlive(owner) ? owner.pid : null;
  const read = readJournal(paths.journal, id);
  const nothing = { id, pid, startedAt: null, endedAt: null, exports: {}, components: [], storage: [] };
  if ('corrupt' in read) {
    const { line, reason } = read.corrupt;
    return { ...nothing, state: 'CORRUPT', reasons: [`line ${line} of ${paths.journal}: ${reason}`] };
  }
  const { entries } = read;
  const begun = entries.findLastIndex(({ type, actionId }) => type === 'start' && actionId === null);
  const gate = entries.slice(Math.max(begun, 0)).find(({ type }) => type === 'gate');
  const state = gate ? (String(gate.data['state']) as RunStatus['state']) : pid === null ? 'INTERRUPTED' : 'RUNNING';
  return {
    ...nothing,
    pid: gate ? null : pid,
    state,
    startedAt: entries[0]?.at ?? null,
    endedAt: gate?.at ?? null,
    exports: state === 'RUNNING' ? exportsOf(entries.slice(begun)) : {},
    components: componentsOf(entries, state),
    storage: storageOf(entries),
    reasons: reasonsOf(gate),
  };
}

function storageOf(entries: readonly Entry[]): readonly SizedStorage[] {
  const told = entries.findLast(({ data }) => data['event'] === 'storage');
  return (told?.data['storage'] ?? []) as unknown as readonly SizedStorage[];
}

function exportsOf(entries: readonly Entry[]): Readonly<Record<string, string>> {
  const ready = entries.findLast(({ data }) => data['event'] === 'ready');
  return (ready?.data['exports'] ?? {}) as Readonly<Record<string, string>>;
}

function reasonsOf(gate: Entry | undefined): readonly string[] {
  const { blocked, reasons, reason } = (gate?.data ?? {}) as {
    readonly blocked?: readonly {
      readonly gate: string;
      readonly subject: string;
      readonly reasons: readonly string[];
    }[];
    readonly reasons?: readonly string[];
    readonly reason?: string;
  };
  if (blocked) return blocked.map((one) => `${one.gate} ${one.subject}: ${one.reasons.join('; ')}`);
  return reasons ?? (reason === undefined ? [] : [reason]);
}

function componentsOf(entries: readonly Entry[], state: RunStatus['state']): readonly ComponentSummary[] {
  const found = new Map<string, ComponentSummary>();
  const allOver = (lastExit: string): void => {
    for (const [moniker, one] of found) found.set(moniker, endedUnheard(one, lastExit));
  };
  for (const { type, actionId, data } of entries) {
    // What an earlier headgate left without an end has ended with it.
    if (type === 'start' && actionId === null) allOver(withHeadgate);
    const [, kind, moniker] = /^(task\.run|process\.start):(.*)$/s.exec(actionId ?? '') ?? [];
    if (moniker === undefined) continue;
    const before = found.get(moniker) ?? {
      moniker,
      task: kind === 'task.run',
      state: 'starting',
      pid: null,
      restarts: 0,
      lastExit: null,
    };
    found.set(moniker, after(before, type, data));
  }
  if (state !== 'RUNNING') allOver(state === 'INTERRUPTED' ? withHeadgate : 'it ended with the run');
  return [...found.values()].sort((a, b) => (a.moniker < b.moniker ? -1 : 1));
}

const withHeadgate = 'it ended together with headgate';

/** Its last end in the journal is older than the one that nobody wrote down. A task may have come to its own end before. */
function endedUnheard(one: ComponentSummary, lastExit: string): ComponentSummary {
  if (one.state === 'restarting') return { ...one, state: 'stopped', pid: null };
  if (one.state !== 'starting' && one.state !== 'ready') return one;
  return { ...one, state: 'stopped', pid: null, lastExit: one.task ? null : lastExit };
}

function after(before: ComponentSummary, type: Entry['type'], data: Entry['data']): ComponentSummary {
  const exit = typeof data['exit'] === 'string' ? data['exit'] : before.lastExit;
  switch (type) {
    case 'intent':
      return { ...before, state: 'starting', pid: null };
    case 'failure':
      return { ...before, pid: null, lastExit: exit };
    case 'retry':
      return { ...before, state: 'restarting', restarts: before.restarts + 1, pid: null, lastExit: exit };
    case 'reconciled':
      return before.task ? ended(before, data) : before;
    case 'outcome':
      return ended(before, data);
    default:
      return before;
  }
}

function ended(before: ComponentSummary, data: Entry['data']): ComponentSummary {
  const exit = typeof data['exit'] === 'string' ? data['exit'] : undefined;
  const said = String(data['state']);
  const succeeded = exit === undefined ? 'ready' : 'finished';
  const state = said === 'succeeded' ? succeeded : said === 'cancelled' ? 'stopped' : said;
  const pid = state === 'ready' && typeof data['pid'] === 'number' ? data['pid'] : null;
  return { ...before, state: state as ComponentSummary['state'], pid, lastExit: exit ?? before.lastExit };
}
