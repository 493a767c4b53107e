/** Starts a component when it is its turn. */

import type { Action } from '../../../ir/action.ts';
import { type RunContext, standAgain } from '../../run-context.ts';

/** Milliseconds: a program that is slow to be ready keeps its turn for so long. */
const turnMs = 1_000;

export async function performStart(run: RunContext, action: Action): Promise<boolean> {
  const { lives, agents, turns, launches, clock, stopping, prepare } = run;
  const life = lives.get(action.target ?? '');
  if (!life) throw new Error(`${action.target} is not to be started`);
  // Nobody who waits for a place of its profile keeps others from their turn.
  const leave = await agents.take(life.moniker, stopping);
  if (!leave) return false;
  const pass = await turns.take();
  // What it stood on when it began to wait may be over by now.
  const on = standAgain(run, action);
  if (on) await prepare(life.moniker, on);
  const launch = await launches.take();
  if (stopping.aborted) {
    launch();
    pass();
    leave();
    return false;
  }
  life.start();
  void life.launched.then(launch);
  const slow = new AbortController();
  void Promise.race([life.up, life.ended, clock.sleep(turnMs, slow.signal)])
    .catch(() => {})
    .then(() => {
      slow.abort();
      pass();
    });
  return life.ready;
}
