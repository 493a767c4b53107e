/** Looks at time and file of the delegations while a run goes on. */
import type { Clock } from '../clock.ts';
import type { Authority } from './authority.ts';

/** Milliseconds between two looks: a file that is taken away counts from the next one on. */
export const lookEveryMs = 500;

/** Until the signal. What it waits for keeps no process alive. */
export async function watchAuthority(
  authority: Pick<Authority, 'look' | 'nextEnd'>,
  clock: Pick<Clock, 'sleep' | 'idle'>,
  over: AbortSignal,
): Promise<void> {
  const wait = clock.idle ?? clock.sleep;
  while (!over.aborted) {
    await wait(Math.min(lookEveryMs, authority.nextEnd() ?? lookEveryMs), over).catch(() => {});
    if (!over.aborted) authority.look();
  }
}
