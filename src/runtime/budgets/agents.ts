/** Who of a profile may run now: so many at a time, in the order in which they came, and so that none waits for ever; see `agentOrder`. */
import type { Agents as Planned } from '../../plan/profiles/concurrency.ts';

export interface Agents {
  /** Waits until it may run; answers what gives its place back, and undefined where the run ends before that. */
  readonly take: (moniker: string, stopping: AbortSignal) => Promise<(() => void) | undefined>;
  /** It has ended, or never begins. */
  readonly over: (moniker: string) => void;
}

interface Waiting {
  readonly moniker: string;
  readonly go: (place: (() => void) | undefined) => void;
}

/** Told how many of a profile run each time that one more does. */
export function createAgents(
  profiles: ReadonlyMap<string, Planned>,
  onRunning: (profile: string, running: number) => void,
): Agents {
  const rooms = new Map<string, Room>();
  for (const [profile, planned] of profiles) {
    const room = createRoom(planned, (running) => onRunning(profile, running));
    for (const moniker of [...planned.tasks, ...planned.services]) rooms.set(moniker, room);
  }
  return {
    take: (moniker, stopping) => rooms.get(moniker)?.take(moniker, stopping) ?? Promise.resolve(() => {}),
    over: (moniker) => rooms.get(moniker)?.over(moniker),
  };
}

type Room = Agents;

function createRoom({ limit, tasks, late }: Planned, onRunning: (running: number) => void): Room {
  const open = new Set(tasks);
  const held = new Set(late);
  const running = new Set<string>();
  const waiting: Waiting[] = [];
  const next = (): void => {
    for (;;) {
      if (running.size >= limit) return;
      const at = waiting.findIndex(({ moniker }) => open.size === 0 || !held.has(moniker));
      if (at < 0) return;
      const [one] = waiting.splice(at, 1);
      const { moniker, go } = one as Waiting;
      running.add(moniker);
      onRunning(running.size);
      go(() => leave(moniker));
    }
  };
  const leave = (moniker: string): void => {
    if (running.delete(moniker)) next();
  };
  return {
    take: (moniker, stopping) =>
      new Promise((go) => {
        if (stopping.aborted) {
          go(undefined);
          return;
        }
        const one = { moniker, go };
        waiting.push(one);
        const stop = (): void => {
          const at = waiting.indexOf(one);
          if (at >= 0) waiting.splice(at, 1);
          go(undefined);
        };
        stopping.addEventListener('abort', stop, { once: true });
        next();
      }),
    over: (moniker) => {
      open.delete(moniker);
      running.delete(moniker);
      next();
    },
  };
}
