/** Secrets of vaults that policies are given: which, by whose leave, and their values, right before the policies start. */
import * as D from '../../diagnostics/catalogue/govern.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { ComponentId } from '../../ir/graph.ts';
import type { Linked, PolicyEntry } from '../../ir/linked.ts';
import type { PolicySetting } from '../../ir/policy-settings.ts';
import type { GivenConfig } from '../../language/config/given.ts';
import { referencesAt } from '../../language/config/literal-references.ts';
import { configPathsOf } from '../../language/config/program-paths.ts';
import { readRootConfig } from '../../language/config/root-config.ts';
import { covers, pathOfPointer, rootSources, touches } from '../../language/config/secret-paths.ts';
import { isReference, parseReference } from '../../language/secrets/reference.ts';
import { referencesIn } from '../../language/secrets/references-in.ts';
import type { Secrets } from '../../ports/secrets.ts';
import type { VaultFault } from '../../ports/vault.ts';
import type { Question, ReadReference } from './ask.ts';

/** References in the root config as it is given, by path. What is wrong with the rest is told by whoever needs it. */
export function rootReferences({ rootSchema }: Linked, { env = {}, file }: GivenConfig): readonly RootReference[] {
  if (!rootSchema) return [];
  const { config } = readRootConfig({ schema: rootSchema, needed: [''], env, ...(file ? { file } : {}) });
  return referencesIn(config).map(({ text, pointer }) => ({ path: pathOfPointer(pointer), reference: text }));
}

export interface RootReference {
  readonly path: string;
  readonly reference: string;
}

/** Each once. One that is handed on as `$${config.…}` is not given. O(members × paths × given). */
export function referencesRead(
  linked: Linked,
  entry: PolicyEntry,
  given: readonly RootReference[],
): readonly ReadReference[] {
  const found = new Map<string, ReadReference>();
  const add = (one: ReadReference): void => void found.set(JSON.stringify(one), one);
  for (const component of entry.members) {
    const program = linked.policies.graph.components[component]?.program;
    const space = linked.policies.spaces[component];
    if (!program || !space) continue;
    for (const path of configPathsOf(program)) {
      for (const reference of referencesAt(space, path)) add({ component, path, reference });
      const roots = rootSources(space, path);
      for (const { path: root, reference } of given)
        if (roots.some((one) => touches(one, root))) add({ component, path, reference, root });
    }
  }
  return [...found.values()];
}

/** Whether the settings let the policy read what stands there: by what is kept, or by the place of the root config that gives it. */
export const isGranted = (
  setting: Pick<PolicySetting, 'secrets'> | undefined,
  one: Pick<ReadReference, 'reference' | 'root'>,
): boolean =>
  setting?.secrets?.some(({ path }) =>
    isReference(path) ? isSameSecret(path, one.reference) : one.root !== undefined && covers(path, one.root),
  ) === true;

/** `secret://VAULT/KEY`, whatever version or field. */
export function secretOf(reference: string): string | undefined {
  const parsed = parseReference(reference);
  return 'fault' in parsed ? undefined : `secret://${parsed.vault}/${parsed.key}`;
}

const isSameSecret = (granted: string, wanted: string): boolean => {
  const secret = secretOf(granted);
  return secret !== undefined && secret === secretOf(wanted);
};

/** Texts by component and reference. They are in memory alone, and as long as the policies run. */
export type PolicySecrets = ReadonlyMap<ComponentId, ReadonlyMap<string, string>>;

const nobody: VaultFault = {
  code: 'invalid_request',
  detail: 'no_vaults_opened',
  message: 'nobody answers for the vaults in this compile',
  remedy: 'give `secrets` to `compile`, or let the policy run elsewhere and pass its URL in `running`',
};

/** Undefined after an error; all of them are reported, at the policies that need them. */
export async function resolveSecrets(
  questions: readonly Question[],
  secrets: Secrets | undefined,
  sink: Sink,
): Promise<PolicySecrets | undefined> {
  const values = new Map<ComponentId, Map<string, string>>();
  const asked = new Map<string, Promise<string | VaultFault>>();
  const wanted = questions.flatMap((question) =>
    question.url === undefined ? question.references.map((one) => ({ question, one })) : [],
  );
  const answers = wanted.map(async ({ question, one }) => {
    // A policy that is listed twice runs once.
    const key = JSON.stringify([one.component, one.path, one.reference]);
    const answer = asked.get(key) ?? resolve(question.entry, one, secrets);
    asked.set(key, answer);
    return { question, one, answer: await answer };
  });
  let failed = false;
  for (const { question, one, answer } of await Promise.all(answers)) {
    if (typeof answer === 'string') {
      const known = values.get(one.component) ?? new Map<string, string>();
      values.set(one.component, known.set(one.reference, answer));
      continue;
    }
    failed = true;
    const about = { policy: question.entry.ref, scope: question.view.scope.moniker, reference: one.reference };
    const place = { at: question.entry.at, label: 'named here', help: answer.remedy };
    sink.report(D.secretUnavailable({ ...about, reason: answer.message, code: answer.code }, place));
  }
  return failed ? undefined : values;
}

async function resolve(
  entry: PolicyEntry,
  { path, reference }: ReadReference,
  secrets: Secrets | undefined,
): Promise<string | VaultFault> {
  const parsed = parseReference(reference);
  if ('fault' in parsed) return { ...nobody, message: parsed.fault, detail: 'reference_invalid' };
  if (!secrets) return nobody;
  try {
    const answer = await secrets.resolve(parsed, { type: 'policy', id: entry.display, path, run: null });
    return 'fault' in answer ? answer.fault : answer.value.text;
  } catch {
    return {
      code: 'provider_error',
      detail: 'failed',
      message: 'its vault failed',
      remedy: 'look at `headgate secrets health`',
    };
  }
}
