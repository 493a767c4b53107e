/** The copies of workspaces that a run of a plan works on, who works on each, and where. Pure. */
import { digestOf } from '../../base/digest.ts';
import { canonicalJson, isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { PlanWorkspace } from '../../ir/plan-workspace-schema.ts';
import type { RealizedAt } from '../../ir/workspace-status.ts';
import { profileOf } from '../profiles/profile-of.ts';

export type WorkspacePlan = Pick<DeploymentPlan, 'components' | 'runtime'>;

export interface CopyOf {
  /** `src` for the one that is shared, `src:/build` for that of one component, or of the first of those that are configured alike. */
  readonly id: string;
  /** Its name in the plan. */
  readonly workspace: string;
  readonly declared: PlanWorkspace;
  /** Monikers, sorted; those whose program has an end are tasks. */
  readonly users: readonly string[];
  readonly tasks: readonly string[];
  readonly services: readonly string[];
  /** Digest of environment, profile and sandbox: work that is configured otherwise never meets it. */
  readonly identity: string;
  readonly realized: RealizedAt;
}

/** Where it runs, and what said so: the component, else its workspace, else nobody. */
export function resolvedEnvironment(
  moniker: string,
  { runtime }: WorkspacePlan,
  workspace: PlanWorkspace | undefined,
): Pick<RealizedAt, 'environmentId' | 'source'> {
  const said = own(runtime?.components ?? {}, moniker)?.environment;
  // What is said counts, also where it says what would hold anyway.
  if (said !== undefined) return { environmentId: said, source: 'component' };
  if (workspace?.environment !== undefined) return { environmentId: workspace.environment, source: 'workspace' };
  return { environmentId: usualEnvironment, source: 'default' };
}

export const usualEnvironment = 'local';

/** Sorted by id. O(components × log components). */
export function copiesOf(plan: WorkspacePlan): readonly CopyOf[] {
  const { components, runtime } = plan;
  const users = new Map<string, string[]>();
  for (const { moniker, program } of components) {
    const name = program === null ? undefined : own(runtime?.components ?? {}, moniker)?.workspace;
    if (name !== undefined) users.set(name, [...(users.get(name) ?? []), moniker]);
  }
  return [...users]
    .flatMap(([name, monikers]) => {
      const declared = own(runtime?.workspaces ?? {}, name);
      if (!declared) return [];
      return copiesOfOne(plan, name, declared, [...monikers].sort(compareText));
    })
    .sort((a, b) => compareText(a.id, b.id));
}

export const copyOfUser = (copies: readonly CopyOf[], moniker: string): CopyOf | undefined =>
  copies.find(({ users }) => users.includes(moniker));

function copiesOfOne(
  plan: WorkspacePlan,
  workspace: string,
  declared: PlanWorkspace,
  monikers: readonly string[],
): readonly CopyOf[] {
  const isTask = (moniker: string): boolean => own(plan.runtime?.components ?? {}, moniker)?.restart === 'never';
  const groups = new Map<string, string[]>();
  for (const moniker of monikers) {
    const key = declared.mode === 'shared' ? identityOf(plan, moniker, declared) : moniker;
    groups.set(key, [...(groups.get(key) ?? []), moniker]);
  }
  let first: CopyOf | undefined;
  const copies: CopyOf[] = [];
  for (const users of groups.values()) {
    const [moniker = ''] = users;
    const identity = identityOf(plan, moniker, declared);
    const realized = resolvedEnvironment(moniker, plan, declared);
    const isFirst = declared.mode === 'shared' && first === undefined;
    const copy: CopyOf = {
      id: isFirst ? workspace : `${workspace}:${moniker}`,
      workspace,
      declared,
      users,
      tasks: users.filter(isTask),
      services: users.filter((one) => !isTask(one)),
      identity,
      realized: { ...realized, conflict: declared.mode === 'shared' ? conflictWith(first, realized, identity) : null },
    };
    first ??= copy;
    copies.push(copy);
  }
  return copies;
}

/** One that is there already was not made for work that is configured so, and is not taken in silence. */
const conflictWith = (
  there: CopyOf | undefined,
  intended: Pick<RealizedAt, 'environmentId' | 'source'>,
  identity: string,
): RealizedAt['conflict'] =>
  there === undefined
    ? null
    : {
        reason: 'reused_workspace_environment_mismatch',
        workspaceEnvironmentId: there.realized.environmentId,
        intendedEnvironmentId: intended.environmentId,
        intendedSource: intended.source,
        workspaceIdentity: there.identity,
        intendedIdentity: identity,
      };

/** As whatever else is kept warm is keyed. */
export const identityOf = (plan: WorkspacePlan, moniker: string, workspace: PlanWorkspace | undefined): string =>
  digestOf(canonicalJson(configurationOf(plan, moniker, workspace)));

function configurationOf(plan: WorkspacePlan, moniker: string, workspace: PlanWorkspace | undefined): JsonObject {
  const { environmentId } = resolvedEnvironment(moniker, plan, workspace);
  const found = profileOf(moniker, plan.runtime);
  const profile = found ? { name: found.name, ...found.profile } : null;
  const identity = { environment: environmentId, profile, sandbox: found?.sandbox ?? null };
  return identity as unknown as JsonObject;
}

/** What two components are configured with otherwise: `environment`, or paths such as `profile.mode`, sorted. */
export function differencesOf(plan: WorkspacePlan, declared: PlanWorkspace, a: string, b: string): readonly string[] {
  return [...differing(configurationOf(plan, a, declared), configurationOf(plan, b, declared), '')].sort(compareText);
}

function differing(a: JsonValue | undefined, b: JsonValue | undefined, at: string): readonly string[] {
  if (canonicalJson(a ?? null) === canonicalJson(b ?? null)) return [];
  if (!isObject(a) || !isObject(b)) return [at];
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].flatMap((name) => differing(own(a, name), own(b, name), at === '' ? name : `${at}.${name}`));
}
