/** What a run of a plan would stand on, before there is one. Has no effect. */
import type { JsonObject } from '../../base/json.ts';
import { type Delegation, type Need, need } from '../../ir/authority.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { PlanGrants } from '../../ir/plan-grants-schema.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { isReference } from '../../language/secrets/reference.ts';
import { distinct, needsOf, secretResource } from '../../plan/authority/needs.ts';
import { bindingsOf } from '../../plan/wiring/bindings.ts';
import { edgesOf } from '../../plan/wiring/edges.ts';
import { wire } from '../../plan/wiring/wire.ts';
import { refusedWiring } from '../environments/local/refused-wiring.ts';
import { createAuthority } from './authority.ts';
import type { FileNow } from './state.ts';
import { type AuthorityTold, authorityTold } from './told.ts';

export interface Asking {
  readonly plan: DeploymentPlan;
  /** Of the root, as a run is given it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly configFile?: JsonObject;
  /** Slots of the root, and their URLs; all slots count unless one is given. */
  readonly externals: Readonly<Record<string, string>>;
  /** Instead of the delegations of the plan: a file, and what it says. */
  readonly instead?: { readonly name: string; readonly delegations: readonly Delegation[] };
  /** What the file of the plan says now. */
  readonly file: () => FileNow;
  readonly time: () => string;
}

export interface Asked extends Omit<AuthorityTold, 'id'> {
  /** Each right that nothing gives, with what would. */
  readonly missing: readonly Blocked[];
  /** Why nobody can say which secrets it is given. */
  readonly unknown: readonly string[];
}

export function askAuthority({ plan, instead, time, ...asking }: Asking): Asked {
  const grants = instead ? grantsOf(instead) : plan.runtime?.grants;
  const authority = createAuthority({
    grants,
    needs: () => [],
    time,
    file: instead ? () => ({ delegations: instead.delegations }) : asking.file,
    revoked: new Map(),
  });
  const { needs, unknown } = needsAsked(plan, asking);
  const { id: _, ...told } = authorityTold('', grants, authority, needs);
  return { ...told, missing: authority.missing(needs), unknown };
}

const grantsOf = ({ name, delegations }: NonNullable<Asking['instead']>): PlanGrants => ({
  delegation: name,
  digest: '',
  delegations: delegations.map(({ id, subject, gates, resources, expires }) => ({
    id,
    subject,
    gates: [...gates],
    resources: [...resources],
    ...(expires === undefined ? {} : { expires }),
  })),
});

function needsAsked(
  plan: DeploymentPlan,
  { env, configFile, externals }: Pick<Asking, 'env' | 'configFile' | 'externals'>,
): { readonly needs: readonly Need[]; readonly unknown: readonly string[] } {
  const edges = edgesOf(plan);
  const given = Object.keys(externals);
  const slots = new Set(edges.flatMap(({ from }) => (from.kind === 'external' ? [from.slot] : [])));
  const names = given.length === 0 ? [...slots] : given;
  const known = needsOf(plan, names);
  const urls = edges.flatMap(({ from, to }) => {
    const url = from.kind === 'external' ? externals[from.slot] : undefined;
    if (url === undefined || !isReference(url) || to.kind !== 'slot') return [];
    return [need('secret', to.moniker, secretResource(url))];
  });
  const wired = wire(plan, { config: { env, ...(configFile ? { file: configFile } : {}) }, externals: names });
  if ('problems' in wired)
    return {
      needs: distinct([...known, ...urls]),
      unknown: wired.problems.map(refusedWiring).map(({ subject, reasons }) => `${subject}: ${reasons.join('; ')}`),
    };
  const secrets = wired.components.flatMap((component) =>
    bindingsOf(component).map(({ reference }) => need('secret', component.moniker, secretResource(reference))),
  );
  return { needs: distinct([...known, ...urls, ...secrets]), unknown: [] };
}
