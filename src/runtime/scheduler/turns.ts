/** Who starts when many are to start: so many at once, the others in the order in which they came. */
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Supervisor } from './supervisor.ts';

/** More than that are ready no sooner, and take the machine from those that could be. */
export const startsAtOnce = (): number => Math.max(4, 2 * availableParallelism());
/** Milliseconds: a program that is slow to be ready keeps its turn for so long. */
const turnMs = 1_000;

export interface Turns {
  /** Resolves when it is one's turn, with what ends it. */
  readonly take: () => Promise<() => void>;
}

export function createTurns(limit: number): Turns {
  const waiting: (() => void)[] = [];
  let free = limit;
  const pass = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free++;
  };
  const turn = (): (() => void) => {
    let over = false;
    return () => {
      if (!over) pass();
      over = true;
    };
  };
  return {
    take: async () => {
      if (free > 0) free--;
      else await new Promise<void>((go) => waiting.push(go));
      return turn();
    },
  };
}

/** Resolves when it may start; not before its providers are ready, since who waits for others must not hold a turn. */
export async function turnFor(
  { up, ended }: Pick<Supervisor, 'up' | 'ended'>,
  providers: readonly Promise<boolean>[],
  turns: Turns,
): Promise<true> {
  if ((await Promise.all(providers)).includes(false)) return true;
  const over = await turns.take();
  void Promise.race([up, ended, sleep(turnMs, undefined, { ref: false })]).then(over, over);
  return true;
}
