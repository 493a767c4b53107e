/** A run with an interface of its own: what `headgate run` and `headgate/run` begin. */
import { dirname } from 'node:path';
import type { Blocked } from '../ir/blocked.ts';
import type { DeploymentPlan } from '../ir/plan-schema.ts';
import type { Outcome } from '../runtime/gate/outcome.ts';
import { type Run, type RunOptions as RunAloneOptions, run as runAlone } from '../runtime/run.ts';
import { createEventHub } from './event-hub.ts';
import type { Ended } from './schema.ts';
import { type Interface, serve } from './serve.ts';
import type { Served } from './served.ts';

export interface RunOptions extends RunAloneOptions {
  /** False for a run without an interface of its own: `stop` then signals its process, and the others read its folder. */
  readonly control?: boolean;
}

const maxPending = 1024 * 1024;

/**
 * Begins a run, or goes on with one; answers why not when nothing could be begun. What is missing later is told by `done`, as
 * BLOCKED. Throws for nothing that the plan, a program or this machine does.
 */
export async function run(
  plan: DeploymentPlan,
  { control = true, ...options }: RunOptions,
): Promise<Run | { readonly blocked: readonly Blocked[] }> {
  if (!control) return runAlone(plan, options);
  const hub = createEventHub({ maxPending });
  const { onEvent } = options;
  const begun = await runAlone(plan, {
    ...options,
    onEvent: (event) => {
      hub.tell(event);
      return onEvent?.(event);
    },
  });
  if ('blocked' in begun) return begun;
  let settle: (ended: Ended) => void = () => {};
  const served: Served = {
    id: begun.id,
    stateDir: dirname(dirname(begun.folder)),
    monikers: plan.components.map(({ moniker }) => moniker),
    hub,
    stop: begun.stop,
    probe: begun.probe,
    rotated: begun.rotated,
    vaults: begun.vaults,
    resolve: begun.resolve,
    ended: new Promise((done) => {
      settle = done;
    }),
  };
  const opened = await openInterface(served);
  const done = begun.done.then(
    async (outcome: Outcome) => {
      const ended = { id: begun.id, ...outcome };
      hub.over(ended);
      settle(ended);
      await opened?.close();
      return outcome;
    },
    async (error: unknown) => {
      await opened?.close();
      throw error;
    },
  );
  return { ...begun, done };
}

/** Without a place for a socket the run goes on all the same, and commands use its folder and its process. */
async function openInterface(served: Served): Promise<Interface | undefined> {
  try {
    return await serve(served);
  } catch {
    return undefined;
  }
}
