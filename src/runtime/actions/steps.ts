/** The actions of a run beside its components: looked at, bound and granted before anything starts. */
import type { JsonObject } from '../../base/json.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { Blocked } from '../blocked.ts';
import { perform, type Recorder } from '../journal/record.ts';
import type { ComponentSpec } from '../prepare/component.ts';
import { hexDigest, putEvidence, putJson } from '../store/evidence.ts';
import type { BlobDigest, Store } from '../store/store.ts';
import type { Target } from '../target.ts';
import { type Action, type ActionType, actionOf } from './actions.ts';
import type { Past } from './reconcile.ts';

export interface StepContext {
  readonly plan: DeploymentPlan;
  readonly record: Recorder;
  readonly past: ReadonlyMap<string, Past>;
  readonly store: Store;
  /** RFC 3339. */
  readonly clock: () => string;
  /** Milliseconds; only differences mean something. */
  readonly now: () => number;
}

/** One after the last that an earlier process of this run made. */
const next = ({ past }: StepContext, { id }: Action): number => (past.get(id)?.attempt ?? 0) + 1;

const step = (type: ActionType, target: string, ctx: StepContext): readonly [Action, number] => {
  const action = actionOf(type, target);
  return [action, next(ctx, action)];
};

/** Whether anything can run here; what was found is evidence, also when it is not enough. */
export function probeEnvironment(ctx: StepContext, target: Target): Promise<readonly Blocked[]> {
  const { store, plan } = ctx;
  return perform(ctx.record, ...step('env.probe', 'run', ctx), async () => {
    const startedAt = ctx.clock();
    const began = ctx.now();
    const { blocked, facts } = await target.probe();
    // The same name for every run that finds the same.
    const environment = putJson(store, facts);
    const summary = blocked.length === 0 ? 'everything that is needed is there' : blocked.map(inOneLine).join('; ');
    const evidence = putEvidence(
      store,
      [
        { name: 'plan', digest: hexDigest(plan.planDigest) },
        { name: 'environment', digest: environment },
      ],
      {
        probeKind: 'env.probe',
        passed: blocked.length === 0,
        outcome: 'completed',
        summary,
        durationSeconds: Math.round(ctx.now() - began) / 1000,
        startedAt,
      },
    );
    const data = { environment, evidence };
    return blocked.length === 0 ? { value: blocked, data } : { value: blocked, data, fault: summary };
  });
}

const inOneLine = ({ gate, subject }: Blocked): string => `${gate} ${subject}`;

/** Which values are bound to which components, and never a value: they are in memory alone. */
export function bindSecrets(ctx: StepContext): Promise<void> {
  const secrets = ctx.plan.config.leaves
    .filter(({ secret, consumers }) => secret && consumers.length > 0)
    .map(({ path, consumers }) => ({ path, consumers: [...consumers] }));
  return perform(ctx.record, ...step('secret.bind', 'run', ctx), async () => ({
    value: undefined,
    data: { secrets } as JsonObject,
  }));
}

const granted = (components: readonly ComponentSpec[]): readonly ComponentSpec[] =>
  components.filter(({ egress }) => egress !== null);

/** Ways out of sandboxes; `open` makes them, with everything else that components share. */
export async function applyGrants<T extends object>(
  ctx: StepContext,
  components: readonly ComponentSpec[],
  open: () => Promise<T>,
): Promise<T> {
  const steps = granted(components).map(({ moniker, egress }) => {
    const [action, attempt] = step('grant.apply', moniker, ctx);
    ctx.record.intent(action, attempt, { kind: 'egress', grants: egress?.grants ?? [] });
    return { action, attempt };
  });
  const end = (state: 'succeeded' | 'failed'): void => {
    for (const { action, attempt } of steps) ctx.record.outcome(action, attempt, state);
  };
  let opened: T;
  try {
    opened = await open();
  } catch (error) {
    end('failed');
    throw error;
  }
  end('blocked' in opened ? 'failed' : 'succeeded');
  return opened;
}

/** `close` takes them away; what cannot be written down any more is taken away all the same. */
export async function revokeGrants(
  ctx: StepContext,
  components: readonly ComponentSpec[],
  close: () => Promise<void>,
): Promise<void> {
  const steps: (readonly [Action, number])[] = [];
  try {
    for (const { moniker } of granted(components)) {
      const one = step('grant.revoke', moniker, ctx);
      ctx.record.intent(...one, { kind: 'egress' });
      steps.push(one);
    }
  } finally {
    await close();
  }
  for (const one of steps) ctx.record.outcome(...one, 'succeeded');
}

/** What was measured in a sandbox, by its content. */
export const keepIn =
  (store: Store) =>
  (measured: JsonObject): BlobDigest =>
    putJson(store, measured);
