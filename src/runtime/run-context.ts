/** What the actions of one run share. */

import { type Action, copyNamed } from '../ir/action.ts';
import type { Blocked } from '../ir/blocked.ts';
import type { DeploymentPlan } from '../ir/plan-schema.ts';
import type { Standing } from '../ports/authority.ts';
import type { Grant } from '../ports/environment.ts';
import type { Life } from './actions/component/life.ts';
import type { Turns } from './actions/component/turns.ts';
import type { Authority } from './authority/authority.ts';
import type { GrantSet } from './authority/grants.ts';
import type { Binder } from './bindings/binder.ts';
import type { Agents } from './budgets/agents.ts';
import type { Clock } from './clock.ts';
import type { Placement } from './environments/placement.ts';
import type { Interactions } from './interactions/interactions.ts';
import type { RunState } from './journal/fold.ts';
import type { Recorder } from './journal/record.ts';
import type { Probers } from './probes/probe.ts';
import type { Store } from './store/store.ts';
import type { FinalizeContext, RunCopy } from './workspaces/run-copies.ts';

/** What probes need besides what every action has. */
export interface ProbeSetup {
  /** By kind. */
  readonly runners: Probers;
  /** Absolute: names of sources in the plan are relative to it. */
  readonly sourceFolder: string;
  /** Takes resolved secrets out of a text. */
  readonly redact: (text: string) => string;
}

export interface ProbeRuns extends ProbeSetup {
  readonly turns: Turns;
  /** When everything has been up once and nothing is on its way any more: monikers of those that failed or were stopped. */
  readonly unready: () => Promise<readonly string[]>;
}

export interface WorkspaceRuns extends FinalizeContext {
  /** Sorted by id. */
  readonly copies: readonly RunCopy[];
}

export interface RunContext {
  readonly plan: DeploymentPlan;
  readonly placement: Placement;
  readonly record: Recorder;
  readonly store: Store;
  readonly clock: Clock;
  readonly turns: Turns;
  /** Who of a profile may run now. */
  readonly agents: Agents;
  /** One at a time: what is half made when headgate is killed could outlive it. */
  readonly launches: Turns;
  readonly authority: Authority;
  /** By subject. */
  readonly grants: ReadonlyMap<string, GrantSet>;
  /** Components that are to be started, by moniker. */
  readonly lives: ReadonlyMap<string, Life>;
  readonly probes: ProbeRuns;
  readonly secrets: Binder;
  readonly interactions: Pick<Interactions, 'changed' | 'generationOf'>;
  readonly workspaces: WorkspaceRuns;
  /** Asks for what the first start of a component is given. */
  readonly prepare: (moniker: string, on: Standing) => Promise<void>;
  /** Milliseconds for a program to end by itself, as it is by now. */
  readonly graceMs: () => number;
  /** Nothing begins any more. */
  readonly stopping: AbortSignal;
  /** Why the run cannot go on. */
  readonly refuse: (blocked: readonly Blocked[]) => void;
  readonly isRefused: () => boolean;
  /** Ends the run before its time; why was told to `refuse`. */
  readonly halt: () => void;
  /** What the journal says by now. */
  readonly state: () => RunState;
  /** URLs by name. */
  readonly exported: (urls: Readonly<Record<string, string>>) => void;
}

/** What an action stands on. Undefined where there is nothing, which ends the run; `denied` is told why. */
export function standFor(
  run: Pick<RunContext, 'authority' | 'refuse' | 'halt'>,
  action: Action,
  denied: (blocked: readonly Blocked[]) => void = () => {},
): Standing | undefined {
  const on = run.authority.stand(action);
  if (!('blocked' in on)) return on;
  run.refuse(on.blocked);
  run.halt();
  denied(on.blocked);
  return undefined;
}

/** The same of what is under way, for a part of it that comes later. */
export function standAgain(
  run: Pick<RunContext, 'authority' | 'refuse' | 'halt'>,
  action: Action,
): Standing | undefined {
  const on = run.authority.again(action);
  if (!('blocked' in on)) return on;
  run.refuse(on.blocked);
  run.halt();
  return undefined;
}

export function grantsOfSubject(
  { grants }: RunContext,
  { target }: Action,
): { readonly subject: string; readonly grants: readonly Grant[] } {
  const found = grants.get(target ?? '');
  if (!found) throw new Error(`nothing is granted to ${target}`);
  return found;
}

export function copyOf({ workspaces }: RunContext, action: Action): RunCopy {
  const found = workspaces.copies.find(({ id }) => id === copyNamed(action));
  if (!found) throw new Error(`the plan has no workspace ${action.target}`);
  return found;
}
