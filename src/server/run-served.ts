/** A run with an interface of its own: what `headgate run` and `headgate/run` begin. */
import { dirname } from 'node:path';
import { own } from '../base/json.ts';
import type { Blocked } from '../ir/blocked.ts';
import type { DeploymentPlan } from '../ir/plan-schema.ts';
import { metersOf } from '../runtime/budgets/meters.ts';
import type { Outcome } from '../runtime/gate/outcome.ts';
import { type Run, type RunOptions as RunAloneOptions, type RunEvent, run as runAlone } from '../runtime/run.ts';
import { createComponentDoor } from './component-door.ts';
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
  const hub = createEventHub({ maxPending });
  const door = createComponentDoor();
  const { onEvent } = options;
  const told = {
    ...options,
    onEvent: (event: RunEvent) => {
      hub.tell(event);
      door.tell(event);
      return onEvent?.(event);
    },
  };
  const begun = await runAlone(plan, told, door.door);
  if ('blocked' in begun) return begun;
  let settle: (ended: Ended) => void = () => {};
  const served: Served = {
    id: begun.id,
    stateDir: dirname(dirname(begun.folder)),
    monikers: plan.components.map(({ moniker }) => moniker),
    meters: metersOf(plan),
    hub,
    stop: begun.stop,
    probe: begun.probe,
    rotated: begun.rotated,
    vaults: begun.vaults,
    usage: begun.usage,
    resolve: begun.resolve,
    authority: begun.authority,
    revoke: begun.revoke,
    interactions: begun.interactions,
    evidence: begun.evidence,
    finalize: begun.finalize,
    asks: whoAsks(plan),
    ended: new Promise((done) => {
      settle = done;
    }),
  };
  door.open(served);
  const opened = control ? await openInterface(served) : undefined;
  const done = begun.done.then(
    async (outcome: Outcome) => {
      const ended = { id: begun.id, ...outcome };
      hub.over(ended);
      door.over();
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

/** The only one that may ask, else the only one with a workspace, else the only one with a program. */
function whoAsks({ components, runtime }: DeploymentPlan): string | undefined {
  const programs = components.flatMap(({ moniker, program }) => (program === null ? [] : [moniker]));
  const settings = (moniker: string) => own(runtime?.components ?? {}, moniker);
  const groups = [
    programs.filter((one) => settings(one)?.control),
    programs.filter((one) => settings(one)?.workspace !== undefined),
    programs,
  ];
  const group = groups.find(({ length }) => length > 0);
  return group?.length === 1 ? group[0] : undefined;
}

/** Without a place for a socket the run goes on all the same, and commands use its folder and its process. */
async function openInterface(served: Served): Promise<Interface | undefined> {
  try {
    return await serve(served);
  } catch {
    return undefined;
  }
}
