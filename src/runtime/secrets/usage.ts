/** Who is given a secret: by the plans and journals of runs that are kept, by config of a scenario, and by what was resolved before. */
import { homeOf } from '../../adapters/files/home.ts';
import { isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { isReference, parseReference } from '../../language/secrets/reference.ts';
import type { SecretConsumer } from '../../ports/secrets.ts';
import { readJournal } from '../journal/read.ts';
import { readRunFiles } from '../state/run-files.ts';
import { runIds, runPaths } from '../state/run-folder.ts';
import { readAudit } from './audit.ts';
import type { SecretContext } from './context.ts';
import { vaultIdentity } from './places.ts';

export interface SecretUse {
  /** As these settings call it. */
  readonly vault: string;
  readonly key: string;
  readonly consumer: Pick<SecretConsumer, 'type' | 'id'>;
  /** Of its config, as `a.b`. Null where it is not known. */
  readonly path: string | null;
  /** Null for the scenario of the settings. */
  readonly run: string | null;
  /** As it is written; null where only the audit knows of it. */
  readonly reference: string | null;
  readonly lastResolved: { readonly at: string; readonly outcome: 'success' | 'failure' } | null;
}

export type Bound = Pick<SecretUse, 'consumer' | 'path'> & { readonly reference: string };

/** Texts in a value that are references, with where they stand: items of a list have no path of their own. O(value). */
export function referencesIn(value: unknown): readonly { readonly path: string; readonly reference: string }[] {
  const found: { readonly path: string; readonly reference: string }[] = [];
  const open: { readonly at: string; readonly value: unknown; readonly inList: boolean }[] = [
    { at: '', value, inList: false },
  ];
  for (let next = open.pop(); next; next = open.pop()) {
    const { at, value: here, inList } = next;
    if (typeof here === 'string') {
      if (isReference(here)) found.push({ path: at, reference: here });
    } else if (typeof here === 'object' && here !== null) {
      const isList = inList || Array.isArray(here);
      for (const [key, inner] of Object.entries(here))
        open.push({ at: isList ? at : at === '' ? key : `${at}.${key}`, value: inner, inList: isList });
    }
  }
  return found.sort((a, b) => compareText(a.path, b.path) || compareText(a.reference, b.reference));
}

/** `here` is what the scenario of the settings is bound to. */
export function secretUses(ctx: SecretContext, stateDir: string, here: readonly Bound[]): readonly SecretUse[] {
  const names = new Map(ctx.pool.all.map(({ name, identity }) => [identity, name]));
  const uses = new Map<string, SecretUse>();
  const add = (use: SecretUse): void => {
    const id = JSON.stringify([use.vault, use.key, use.consumer.type, use.consumer.id, use.path, use.run]);
    const before = uses.get(id);
    uses.set(
      id,
      before
        ? {
            ...before,
            reference: before.reference ?? use.reference,
            lastResolved: use.lastResolved ?? before.lastResolved,
          }
        : use,
    );
  };
  const addBound = (
    { consumer, path, reference }: Bound,
    run: string | null,
    nameOf: (vault: string) => string | undefined,
  ): void => {
    const parsed = parseReference(reference);
    const vault = 'fault' in parsed ? undefined : nameOf(parsed.vault);
    if (!('fault' in parsed) && vault !== undefined)
      add({ vault, key: parsed.key, consumer, path, run, reference, lastResolved: null });
  };
  for (const bound of here)
    addBound(bound, null, (vault) => own(Object.fromEntries(ctx.pool.all.map(({ name }) => [name, name])), vault));
  for (const run of runIds(stateDir)) {
    const files = readRunFiles(stateDir, run);
    if (!files || 'blocked' in files) continue;
    const { plan, settings } = files;
    const nameOf = (vault: string): string | undefined => {
      const found = own(plan.runtime?.vaults ?? {}, vault);
      return found && names.get(vaultIdentity(found, { folder: settings.sourceFolder, home: homeOf(process.env) }));
    };
    for (const bound of [...boundInPlan(plan), ...boundInOptions(settings.externals), ...boundInJournal(stateDir, run)])
      addBound(bound, run, nameOf);
  }
  addAudited(ctx, names, add);
  return [...uses.values()].sort((a, b) => compareText(orderOf(a), orderOf(b)));
}

const orderOf = ({ vault, key, run, consumer, path }: SecretUse): string =>
  [vault, key, run ?? '', consumer.type, consumer.id, path ?? ''].join('\0');

function boundInPlan(plan: DeploymentPlan): readonly Bound[] {
  const components = plan.components.flatMap((component) =>
    boundTo({ type: 'component', id: component.moniker }, component.config),
  );
  const environments = (plan.runtime as unknown as JsonObject | undefined)?.['environments'];
  const hosts = isObject(environments)
    ? Object.entries(environments).flatMap(([id, value]) => boundTo({ type: 'environment', id }, value))
    : [];
  return [...components, ...hosts];
}

const boundInOptions = (externals: Readonly<Record<string, string>>): readonly Bound[] =>
  Object.entries(externals).flatMap(([id, url]) => boundTo({ type: 'external_slot', id }, url));

/** `literal` is how config says that what follows is not a template. */
export const boundTo = (consumer: Bound['consumer'], value: unknown): readonly Bound[] =>
  referencesIn(value).map(({ path, reference }) => ({
    consumer,
    path: path.replace(/^literal\./, '') || null,
    reference,
  }));

/** What was bound when the run began: values of its root config are in no plan. */
function boundInJournal(stateDir: string, run: string): readonly Bound[] {
  const journal = readJournal(runPaths(stateDir, run).journal, run);
  if ('corrupt' in journal) return [];
  return journal.entries.flatMap((entry) => {
    if (entry.action?.type !== 'secret.bind') return [];
    const { secrets } = entry.data as unknown as { readonly secrets?: readonly JsonValue[] };
    return (Array.isArray(secrets) ? (secrets as readonly JsonValue[]) : []).flatMap(boundByEntry);
  });
}

function boundByEntry(secret: JsonValue): readonly Bound[] {
  if (!isObject(secret)) return [];
  const { path, consumers, reference } = secret;
  if (typeof reference !== 'string' || !isReference(reference)) return [];
  const ids = Array.isArray(consumers)
    ? (consumers as readonly JsonValue[]).filter((one) => typeof one === 'string')
    : [];
  const at = typeof path === 'string' ? path : null;
  return ids.map((id) => ({ consumer: { type: 'component', id }, path: at, reference }));
}

function addAudited(ctx: SecretContext, names: ReadonlyMap<string, string>, add: (use: SecretUse) => void): void {
  for (const { action, actor, consumer, identity, key, at, outcome } of readAudit(ctx.places).lines) {
    const vault = names.get(identity ?? '');
    if (action !== 'resolve' || actor !== 'run' || !consumer || vault === undefined || key === null) continue;
    const { type, id, path, run } = consumer;
    add({ vault, key, consumer: { type, id }, path, run, reference: null, lastResolved: { at, outcome } });
  }
}
