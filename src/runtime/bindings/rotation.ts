/** What a run does when a secret was rotated that its components are bound to: what the settings say of each binding. */
import { own } from '../../base/json.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { covers } from '../../language/config/secret-paths.ts';
import type { Binding } from '../../plan/wiring/bindings.ts';
import type { Life } from '../actions/component/life.ts';
import type { Recorder } from '../journal/record.ts';
import { whileWritable } from '../journal/writable.ts';
import type { Binder } from './binder.ts';
import type { BoundEnvironment } from './bound-environment.ts';
import { referenceIn } from './resolve.ts';

export interface RotatedSecret {
  readonly vault: string;
  readonly key: string;
  /** Of the vault, by where it keeps things: its name may be that of another one in the settings of a run. */
  readonly identity?: string;
}

export interface Reaction {
  readonly component: string;
  /** Of its config. */
  readonly path: string;
  readonly does: 'restart' | 'file' | 'none';
}

export interface Reacted extends Reaction {
  /** `begun`: a restart, which takes its time. `skipped`: there is nothing to do, for instance since nothing runs. */
  readonly state: 'begun' | 'replaced' | 'skipped' | 'failed';
  /** Why it was skipped or failed. */
  readonly reason?: string;
}

export interface RotationOptions {
  readonly plan: Pick<DeploymentPlan, 'runtime' | 'components'>;
  readonly binder: Pick<Binder, 'bindings'>;
  readonly lives: ReadonlyMap<string, Pick<Life, 'renew'>>;
  readonly environmentOf: (moniker: string) => Pick<BoundEnvironment, 'renew'>;
  readonly record: Pick<Recorder, 'run'>;
  readonly graceMs: () => number;
  /** What the run calls the vault; its name unless given. */
  readonly namesOf?: ((secret: RotatedSecret) => readonly string[]) | undefined;
  /** Nothing is written down any more. */
  readonly isOver: () => boolean;
}

/** One after the other: each sees what the one before has left. */
export function createRotation(options: RotationOptions): (secret: RotatedSecret) => Promise<readonly Reacted[]> {
  let before: Promise<unknown> = Promise.resolve();
  return (secret) => {
    const done = before.then(() => react(options, secret));
    before = done.catch(() => {});
    return done;
  };
}

interface Bound extends Binding, Reaction {}

type ReactingOptions = Pick<RotationOptions, 'plan' | 'binder' | 'namesOf'> & {
  readonly lives: { readonly has: (moniker: string) => boolean };
};

/** Of every component, in the order of the plan. A binding that is pinned to a number keeps what it has. */
export function reactionsTo(options: ReactingOptions, secret: RotatedSecret): readonly Bound[] {
  const { plan, binder, lives, namesOf = ({ vault }) => [vault] } = options;
  const names = namesOf(secret);
  return [...plan.components].flatMap(({ moniker }) => {
    if (!lives.has(moniker)) return [];
    const rotation = own(plan.runtime?.components ?? {}, moniker)?.rotation ?? {};
    return binder.bindings(moniker).flatMap((binding): readonly Bound[] => {
      const reference = referenceIn(binding.reference);
      if ('fault' in reference || !names.includes(reference.vault) || reference.key !== secret.key) return [];
      if (reference.version && 'number' in reference.version) return [];
      return [{ ...binding, component: moniker, does: reactionAt(rotation, binding.path) }];
    });
  });
}

/** Said of the path itself before what is said of what it is a part of. */
function reactionAt(rotation: Readonly<Record<string, 'restart' | 'file'>>, path: string): Reaction['does'] {
  const said = Object.keys(rotation)
    .filter((one) => covers(one, path))
    .sort((a, b) => b.length - a.length);
  return said[0] === undefined ? 'none' : (rotation[said[0]] ?? 'none');
}

async function react(options: RotationOptions, secret: RotatedSecret): Promise<readonly Reacted[]> {
  const { record } = options;
  if (options.isOver()) return [];
  const { vault, key } = secret;
  const bound = reactionsTo(options, secret);
  if (bound.length === 0) return [];
  const reactions = bound.map(({ component, path, does }) => ({ component, path, does }));
  record.run('progress', { event: 'secret-rotated', vault, key, reactions });
  const reacted: Reacted[] = [];
  for (const component of new Set(bound.map((one) => one.component))) {
    const own = bound.filter((one) => one.component === component);
    reacted.push(...(await reactOne(options, secret, component, own)));
  }
  if (!options.isOver())
    whileWritable(() =>
      record.run('progress', { event: 'secret-reacted', vault, key, reactions: reacted.map(plainly) }),
    );
  return reacted;
}

const plainly = ({ component, path, does, state, reason }: Reacted): Reacted => ({
  component,
  path,
  does,
  state,
  ...(reason === undefined ? {} : { reason }),
});

async function reactOne(
  options: RotationOptions,
  { vault, key }: RotatedSecret,
  component: string,
  bound: readonly Bound[],
): Promise<readonly Reacted[]> {
  const told =
    (state: Reacted['state'], reason?: string) =>
    (one: Bound): Reacted =>
      plainly({ ...one, state, ...(reason === undefined ? {} : { reason }) });
  const none = bound.filter(({ does }) => does === 'none').map(told('skipped', 'the settings say nothing of it'));
  const active = bound.filter(({ does }) => does !== 'none');
  // Who is started again gets everything anew.
  if (active.some(({ does }) => does === 'restart')) {
    const isBegun =
      options.lives.get(component)?.renew(`secret ${vault}/${key} was rotated`, options.graceMs()) === true;
    return [...active.map(isBegun ? told('begun') : told('skipped', notRunning)), ...none];
  }
  if (active.length === 0) return none;
  const refreshed = await options.environmentOf(component).renew(component, active);
  const done = 'files' in refreshed ? told('replaced') : told('failed', refreshed.fault);
  return [...active.map(done), ...none];
}

const notRunning = 'it does not run, or is a task';
