/** The root config of a wired plan, and what a component gets of it. */
import { isObject, type JsonObject, type JsonValue, own, setKey } from '../../base/json.ts';
import { memoized } from '../../base/memo.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { evaluateConfig } from '../../language/config/evaluate.ts';
import { givenFaults, unusable } from '../../language/config/given.ts';
import { readRootConfig } from '../../language/config/root-config.ts';
import { applyDefaults } from '../../language/schema/defaults.ts';
import { pathSegments } from '../../language/schema/facets.ts';
import { validateValue } from '../../language/schema/validate.ts';
import { isReference } from '../../language/secrets/reference.ts';
import type { ComponentConfig, ConfigLeaf } from './component.ts';
import type { WiringProblem } from './problem.ts';
import { withPlaces } from './references.ts';

export type GivenConfig =
  /** As it was read before: with its defaults, and known to fit its schema. */
  | { readonly root: JsonObject }
  | { readonly env: Readonly<Record<string, string | undefined>>; readonly file?: JsonObject };

/** Of what is not given at all nothing is missing yet: only defaults are known then. */
export function rootConfigOf(
  plan: DeploymentPlan,
  given: GivenConfig | undefined,
): { readonly root: JsonObject; readonly problems: readonly WiringProblem[] } {
  if (given && 'root' in given) return { root: given.root, problems: [] };
  const schema = plan.config.schema as JsonObject | null;
  if (!schema) return { root: {}, problems: [] };
  const needed = plan.config.leaves.filter(({ consumers }) => consumers.length > 0).map(({ path }) => path);
  const { config, missing, problems } = readRootConfig({ schema, needed, env: {}, ...given });
  if (!given) return { root: config, problems: [] };
  const vaults = Object.keys(plan.runtime?.vaults ?? {});
  return {
    root: config,
    problems: [
      ...missing.map(({ path, env }): WiringProblem => ({ kind: 'config-missing', path, env })),
      ...problems.map(({ path, message }): WiringProblem => ({ kind: 'config-invalid', path, message })),
      ...unusable(givenFaults(schema, given, vaults)).map(
        (one): WiringProblem => ({
          kind: 'config-invalid',
          ...one,
          remedy: 'give the value, or `secret://VAULT/KEY` as the whole text',
        }),
      ),
    ],
  };
}

/** Of a component that nothing of the root config reaches but what is known: worked out once, whoever asks. */
export const plainConfig: (config: ComponentConfig) => ReturnType<typeof componentConfig> = memoized((config) =>
  componentConfig(config, config.root, () => false),
);

/**
 * The config of one component, with defaults. Texts that `isOpaque`, and references to secrets, stand for something that nobody knows
 * here: they fit whatever is asked of them.
 */
export function componentConfig(
  { template, schema, filled: known }: Pick<ComponentConfig, 'template' | 'schema' | 'filled'>,
  root: JsonObject,
  isMarked: (text: string) => boolean,
): { readonly value: JsonObject; readonly problems: readonly string[] } {
  const { value, problems } = evaluateConfig(template, root);
  const given = withPlaces(isObject(value) ? value : {}, known, (one) => one.value);
  if (!schema || problems.length > 0) return { value: given, problems };
  const isOpaque = (text: string): boolean => isMarked(text) || isReference(text);
  const opaque = new Set<JsonValue>();
  collectTexts(given, isOpaque, opaque);
  const filled = applyDefaults(schema, given, opaque);
  const faults = validateValue(schema, filled, { opaque });
  return {
    value: filled,
    problems: faults.map(({ pointer, message }) => `\`${['config', ...pointer].join('.')}\`: ${message}`),
  };
}

function collectTexts(value: JsonValue, fits: (text: string) => boolean, found: Set<JsonValue>): void {
  if (typeof value === 'string') {
    if (fits(value)) found.add(value);
  } else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) collectTexts(part as JsonValue, fits, found);
  }
}

/** The root config with something else in the place of some leaves; it is not changed itself. */
export const withLeaves = (
  root: JsonObject,
  leaves: readonly ConfigLeaf[],
  put: (leaf: ConfigLeaf, known: JsonValue | undefined) => JsonValue,
): JsonObject =>
  leaves.reduce<JsonObject>(
    (known, leaf) => putAt(known, pathSegments(leaf.path), (value) => put(leaf, value)) as JsonObject,
    root,
  );

function putAt(
  value: JsonValue | undefined,
  [first, ...rest]: readonly string[],
  put: (known: JsonValue | undefined) => JsonValue,
): JsonValue {
  if (first === undefined) return put(value);
  const copy: Record<string, JsonValue> = { ...(isObject(value) ? value : {}) };
  setKey(copy, first, putAt(own(copy, first), rest, put));
  return copy;
}
