/** What became of secrets that were rotated. */
import type { Entry } from '../../language/journal/entry.ts';

type OfRun<Event extends string> = Extract<
  Extract<Entry, { readonly type: 'progress'; readonly action: null }>['data'],
  { readonly event: Event }
>;
type Reacted = OfRun<'secret-reacted'>;
type Reaction = Reacted['reactions'][number];

export type Rotation = Pick<Reacted, 'vault' | 'key'> &
  Omit<Reaction, 'state'> & {
    readonly at: string;
    /** `begun` while the component is being started again, `done` when it is ready, `failed` where that start has failed. */
    readonly state: Reaction['state'] | 'done';
  };

/** What its start has come to. */
export interface StartRecord {
  readonly attempt: number;
  readonly state: string | undefined;
  readonly phase: 'starting' | 'up' | 'waiting' | 'over';
  readonly exit: string | undefined;
}

export interface Rotations {
  /** The restarts of a component take place after the start that is known by now. */
  readonly rotated: (data: OfRun<'secret-rotated'>, startOf: (moniker: string) => StartRecord | undefined) => void;
  readonly reacted: (at: string, data: Reacted, startOf: (moniker: string) => StartRecord | undefined) => void;
  readonly started: (moniker: string, record: StartRecord) => void;
  /** The newest of each binding, in the order in which they came. */
  readonly all: () => readonly Rotation[];
}

export function createRotations(): Rotations {
  let all: readonly Rotation[] = [];
  /** Attempts before a rotation, by moniker. */
  const before = new Map<string, number>();
  /** Of components that are not ready again. */
  const open = new Map<string, number>();
  const started: Rotations['started'] = (moniker, record) => {
    const last = open.get(moniker);
    if (last === undefined || record.attempt <= last) return;
    const became = becameOf(record);
    if (became.state === 'done') open.delete(moniker);
    all = all.map((one) => (isOpen(one) && one.component === moniker ? { ...withoutReason(one), ...became } : one));
  };
  return {
    rotated: ({ reactions }, startOf) => {
      for (const { component } of reactions) before.set(component, startOf(component)?.attempt ?? 0);
    },
    reacted: (at, { vault, key, reactions }, startOf) => {
      const isNewer = (one: Rotation): boolean =>
        reactions.some(({ component, path }) => component === one.component && path === one.path);
      all = [...all.filter((one) => !isNewer(one)), ...reactions.map((one) => ({ at, vault, key, ...one }))];
      for (const { component, state } of reactions) {
        if (state !== 'begun') continue;
        open.set(component, before.get(component) ?? 0);
        const record = startOf(component);
        if (record) started(component, record);
      }
    },
    started,
    all: () => all,
  };
}

const isOpen = ({ does, state }: Rotation): boolean => does !== 'none' && (state === 'begun' || state === 'failed');

const withoutReason = ({ reason: _, ...rest }: Rotation): Rotation => rest;

/** One that was cancelled is begun once more, unless the run ends. */
function becameOf({ state, phase, exit }: StartRecord): Pick<Rotation, 'state' | 'reason'> {
  const reason = exit === undefined ? {} : { reason: exit };
  if (phase === 'waiting' || (phase === 'over' && state === 'failed')) return { state: 'failed', ...reason };
  return { state: state === 'succeeded' ? 'done' : 'begun' };
}
