/** What a run does when a secret was rotated that its components are bound to: what the settings say of each binding. */
import { own } from '../../base/json.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { covers } from '../../language/config/secret-paths.ts';
import type { Binding } from '../../plan/wiring/bindings.ts';
import type { Standing } from '../../ports/authority.ts';
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
  /**
   * `begun`: a restart, which takes its time. `skipped`: there is nothing to do, for instance since nothing runs. `kept`: the new value
   * cannot be had or does not fit, so that the program goes on with what it has.
   */
  readonly state: 'begun' | 'replaced' | 'skipped' | 'kept' | 'failed';
  /** Why it was skipped or kept, or failed. */
  readonly reason?: string;
}

export interface RotationOptions {
  readonly plan: Pick<DeploymentPlan, 'runtime' | 'components'>;
  readonly binder: Pick<Binder, 'bindings'>;
  readonly lives: ReadonlyMap<string, Pick<Life, 'renew' | 'renewable'>>;
  readonly environmentOf: (moniker: string) => Pick<BoundEnvironment, 'renew' | 'anew'>;
  readonly record: Pick<Recorder, 'run'>;
  readonly graceMs: () => number;
  /** What a running component stands on by now, asked right before it is given anything; undefined where it is lost, which has been told. */
  readonly stand: (moniker: string) => Standing | undefined;
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
  const stood = new Map(toBeGiven(options, bound).map((component) => [component, options.stand(component)]));
  const authority = [...stood.values()].flatMap((on) => [...(on?.on ?? [])]);
  record.run('progress', {
    event: 'secret-rotated',
    vault,
    key,
    reactions,
    ...(authority.length === 0 ? {} : { authority }),
  });
  const reacted: Reacted[] = [];
  for (const component of new Set(bound.map((one) => one.component))) {
    const own = bound.filter((one) => one.component === component);
    const isLost = stood.has(component) && stood.get(component) === undefined;
    reacted.push(...(await reactOne(options, secret, component, own, isLost)));
  }
  if (!options.isOver())
    whileWritable(() =>
      record.run('progress', { event: 'secret-reacted', vault, key, reactions: reacted.map(plainly) }),
    );
  return reacted;
}

/** Only who runs needs its rights. */
const toBeGiven = ({ lives }: RotationOptions, bound: readonly Bound[]): readonly string[] => [
  ...new Set(
    bound.flatMap(({ component, does }) => {
      const now = does === 'none' ? 'not running' : (lives.get(component)?.renewable() ?? 'not running');
      return now === 'yes' || (now === 'task' && does === 'file') ? [component] : [];
    }),
  ),
];

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
  isLost: boolean,
): Promise<readonly Reacted[]> {
  const told =
    (state: Reacted['state'], reason?: string) =>
    (one: Bound): Reacted =>
      plainly({ ...one, state, ...(reason === undefined ? {} : { reason }) });
  const none = bound.filter(({ does }) => does === 'none').map(told('skipped', 'the settings say nothing of it'));
  const active = bound.filter(({ does }) => does !== 'none');
  const life = options.lives.get(component);
  const environment = options.environmentOf(component);
  if (active.length === 0 || !life) return none;
  if (isLost) return [...active.map(told(unauthorized.state, unauthorized.reason)), ...none];
  const reason = `secret ${vault}/${key} was rotated`;
  const done = active.some(({ does }) => does === 'restart')
    ? await restarted(life, environment, { component, reason, ...options })
    : await replaced(life, environment, { component, bindings: active, ...options });
  return [...active.map(told(done.state, done.reason)), ...none];
}

type Done = Pick<Reacted, 'state' | 'reason'>;

const notRunning: Done = { state: 'skipped', reason: 'it does not run, and has the new value at its next start' };
const unauthorized: Done = { state: 'failed', reason: 'what it stands on was taken away' };
const ofTask: Done = { state: 'skipped', reason: 'it is a task, which is not started again' };

/** Who is started again gets everything anew, and is ended only when that is there and fits. */
async function restarted(
  life: Pick<Life, 'renew' | 'renewable'>,
  environment: Pick<BoundEnvironment, 'anew'>,
  {
    component,
    reason,
    graceMs,
    stand,
  }: Pick<RotationOptions, 'graceMs' | 'stand'> & { readonly component: string; readonly reason: string },
): Promise<Done> {
  const before = life.renewable();
  if (before !== 'yes') return before === 'task' ? ofTask : notRunning;
  const on = stand(component);
  if (!on) return unauthorized;
  const anew = await environment.anew(component, on);
  if ('unfit' in anew) return { state: 'kept', reason: anew.unfit };
  // It may have ended meanwhile.
  if (!life.renew(reason, graceMs())) return notRunning;
  anew.give();
  return { state: 'begun' };
}

async function replaced(
  life: Pick<Life, 'renewable'>,
  environment: Pick<BoundEnvironment, 'renew'>,
  {
    component,
    bindings,
    stand,
  }: Pick<RotationOptions, 'stand'> & { readonly component: string; readonly bindings: readonly Binding[] },
): Promise<Done> {
  if (life.renewable() === 'not running') return notRunning;
  const on = stand(component);
  if (!on) return unauthorized;
  const refreshed = await environment.renew(component, bindings, on);
  if ('files' in refreshed) return { state: 'replaced' };
  if ('unfit' in refreshed) return { state: 'kept', reason: refreshed.unfit };
  return life.renewable() === 'not running' ? notRunning : { state: 'failed', reason: refreshed.fault };
}
