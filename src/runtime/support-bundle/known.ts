/** Every secret of a run whose value can be had now without asking anybody, and every one whose value cannot. */
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { placeholder } from '../../language/secrets/inline.ts';
import { isReference, parseReference, type SecretReference } from '../../language/secrets/reference.ts';
import { isSensitiveName } from '../../language/secrets/sensitive-names.ts';
import { rootConfigOf } from '../../plan/wiring/config.ts';
import { freeMark } from '../../plan/wiring/marks.ts';
import { secretsIn } from '../../plan/wiring/secrets.ts';
import type { SecretsByRight } from '../../ports/secrets.ts';
import { byOperator } from '../authority/authority.ts';
import { knownTexts, partsOfUrl } from '../bindings/known-texts.ts';
import { shortest } from '../redactor/forms.ts';
import type { Wanted } from './search.ts';

export interface Unsearched {
  /** A reference, or a path of the root config. */
  readonly piece: string;
  readonly reason: string;
}

export interface KnownSecrets {
  readonly wanted: readonly Wanted[];
  readonly unsearched: readonly Unsearched[];
  /** Variables whose values are too short to be looked for, and those of secrets that a run can do without and that are not set here. */
  readonly skipped: readonly string[];
}

export interface KnownInputs {
  /** Undefined where it cannot be read. */
  readonly plan: DeploymentPlan | undefined;
  /** Whatever of the run may name a secret: plan, options, entries of the journal. */
  readonly documents: readonly JsonValue[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly configFile?: JsonObject;
  /** Asked for only where there is a reference. */
  readonly secrets: () => Promise<Pick<SecretsByRight, 'resolve'>>;
  /** Why nobody may ask a vault, by its name; undefined where one may. */
  readonly refusal: (vault: string) => string | undefined;
}

export async function knownSecrets(inputs: KnownInputs): Promise<KnownSecrets> {
  const fromVaults = await valuesOfReferences(inputs);
  const fromConfig = valuesOfConfig(inputs, fromVaults.bound);
  const fromEnvironment = valuesOfEnvironment(inputs.env);
  const wanted = [...fromVaults.wanted, ...fromConfig.wanted, ...fromEnvironment.wanted];
  const isShort = ({ value }: Wanted): boolean => value.trim().length < shortest;
  return {
    wanted: wanted.filter((one) => !isShort(one)),
    unsearched: [...fromVaults.unsearched, ...fromConfig.unsearched],
    skipped: [...new Set([...fromEnvironment.skipped, ...fromConfig.skipped])].sort(compareText),
  };
}

const tooShort = `its value has fewer than ${shortest} characters, so that it cannot be told from other text`;
/** Longer than a vault in a file takes, and shorter than anybody waits. */
const patienceMs = 20_000;

async function valuesOfReferences({ documents, secrets, refusal }: KnownInputs): Promise<{
  readonly wanted: readonly Wanted[];
  readonly unsearched: readonly Unsearched[];
  /** Paths of the root config that are bound to a vault. */
  readonly bound: ReadonlySet<string>;
}> {
  const { references, bound } = referencesOf(documents);
  const wanted: Wanted[] = [];
  const unsearched: Unsearched[] = [];
  for (const name of references) {
    const parsed = parseReference(name);
    const refused = 'fault' in parsed ? parsed.fault : refusal(parsed.vault);
    if ('fault' in parsed || refused !== undefined) {
      unsearched.push({ piece: name, reason: refused ?? 'it cannot be read' });
      continue;
    }
    const asked = await secrets();
    const answer = await ask(asked, parsed);
    if ('fault' in answer) {
      unsearched.push({ piece: name, reason: answer.fault });
      continue;
    }
    const { text, version } = answer.value;
    if (text.trim().length < shortest) unsearched.push({ piece: name, reason: tooShort });
    const before = await versionBefore(asked, parsed, version);
    for (const value of [text, ...before])
      for (const one of [...knownTexts(value), ...partsOfUrl(value)]) wanted.push({ name, value: one });
  }
  return { wanted, unsearched, bound };
}

/** It may have been rotated since the run read it; whether the one before is still there is the vault's affair. */
async function versionBefore(
  secrets: Pick<SecretsByRight, 'resolve'>,
  reference: SecretReference,
  version: string,
): Promise<readonly string[]> {
  const number = Number(version);
  if (!Number.isInteger(number) || number < 2 || reference.version !== undefined) return [];
  const answer = await ask(secrets, { ...reference, version: { number: number - 1 } });
  return 'value' in answer ? [answer.value.text] : [];
}

async function ask(
  secrets: Pick<SecretsByRight, 'resolve'>,
  reference: SecretReference,
): Promise<{ readonly value: { readonly text: string; readonly version: string } } | { readonly fault: string }> {
  const consumer = { type: 'operator', id: 'support-bundle', path: null, run: null } as const;
  try {
    const answer = await secrets.resolve(reference, consumer, byOperator, AbortSignal.timeout(patienceMs));
    return 'value' in answer ? answer : { fault: answer.fault.message };
  } catch (error) {
    return { fault: `the vault cannot be asked (${error instanceof Error ? error.name : 'fault'})` };
  }
}

function referencesOf(documents: readonly JsonValue[]): {
  readonly references: readonly string[];
  readonly bound: ReadonlySet<string>;
} {
  const references = new Set<string>();
  const bound = new Set<string>();
  const left: JsonValue[] = [...documents];
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (typeof value === 'string' && isReference(value)) references.add(value);
    else if (Array.isArray(value)) for (const one of value as readonly JsonValue[]) left.push(one);
    else if (isObject(value)) {
      const { path, reference } = value;
      if (typeof path === 'string' && typeof reference === 'string' && isReference(reference)) bound.add(path);
      for (const one of Object.values(value)) left.push(one);
    }
  }
  return { references: [...references].sort(compareText), bound };
}

/** What the root config holds, as far as it is given here as it was given to the run. */
function valuesOfConfig({ plan, env, configFile }: KnownInputs, bound: ReadonlySet<string>): KnownSecrets {
  if (!plan) return { wanted: [], unsearched: [], skipped: [] };
  const { root } = rootConfigOf(plan, { env, ...(configFile ? { file: configFile } : {}) });
  const values = secretsIn(plan, root, freeMark([JSON.stringify(plan.components), JSON.stringify(root)]));
  const wanted = values.map((value) => ({ name: 'the root config', value }));
  const isBound = (path: string): boolean =>
    [...bound].some((one) => one === path || one.startsWith(`${path}.`) || path.startsWith(`${one}.`));
  const leaves = plan.config.leaves.filter(({ secret, consumers }) => secret && consumers.length > 0);
  const skipped: string[] = [];
  const unsearched = leaves.flatMap(({ path, env: variable, required }): readonly Unsearched[] => {
    const value = valueAt(root, path);
    if (value !== undefined) return textOf(value).trim().length < shortest ? [{ piece: path, reason: tooShort }] : [];
    if (isBound(path)) return [];
    if (!required) {
      skipped.push(variable);
      return [];
    }
    return [{ piece: path, reason: `it is not given here: set ${variable}, or name the file with --config` }];
  });
  return { wanted, unsearched, skipped };
}

const textOf = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value));

function valueAt(root: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const part of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value;
}

/** Called like a password, and a folder. */
const folders = new Set(['PWD', 'OLDPWD']);

/** Variables of this process by whose names a secret stands behind them. None is told; they are looked for all the same. */
function valuesOfEnvironment(env: KnownInputs['env']): Pick<KnownSecrets, 'wanted' | 'skipped'> {
  const found = Object.entries(env)
    .filter(([name, value]) => value !== undefined && isSensitiveName(name) && !folders.has(name))
    .map(([name, value]) => ({ name, value: value as string }))
    .filter(({ value }) => value.trim() !== '' && value.trim() !== placeholder && !isReference(value))
    .sort((a, b) => compareText(a.name, b.name));
  const isShort = ({ value }: Wanted): boolean => value.trim().length < shortest;
  return { wanted: found.filter((one) => !isShort(one)), skipped: found.filter(isShort).map(({ name }) => name) };
}
