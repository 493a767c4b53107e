/** Which values are secret, and whether one of them would be seen in the arguments of a program. */
import { isObject, type JsonObject, type JsonValue, own, setKey } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { evaluateConfig } from '../../language/config/evaluate.ts';
import { renderProgram } from '../../language/program/render.ts';
import { applyDefaults } from '../../language/schema/defaults.ts';
import { pathSegments } from '../../language/schema/facets.ts';
import { secretPlaces } from '../../language/schema/leaves.ts';
import { isReference } from '../../language/secrets/reference.ts';
import type { WiredComponent } from './component.ts';
import { componentConfig, withLeaves } from './config.ts';
import { toConfigValue } from './config-value.ts';
import { createMarks } from './marks.ts';
import { pathOf, referencesIn, withPlaces } from './references.ts';
import { commandOf, slotTexts } from './render.ts';

/**
 * Texts of all secret values, the longest first: one may be a part of another. Components have some of their own: what is composed
 * of secrets, and what a manifest says in clear.
 */
export function secretsIn(plan: DeploymentPlan, given: JsonObject, mark: string): readonly string[] {
  const found = new Set<string>();
  // A reference is no secret, and neither is a text that is made with one.
  const marks = createMarks<null>(mark);
  const root = withPlaces(given, referencesIn(given), () => marks.add(null));
  for (const { path, secret } of plan.config.leaves) if (secret) textsIn(valueAt(root, path), found);
  for (const component of plan.components) {
    const schema = component.configSchema as JsonObject | null;
    const places = schema ? secretPlaces(schema) : [];
    if (!schema || places.length === 0) continue;
    const { value } = evaluateConfig(toConfigValue(component.config as JsonObject), root);
    const config = applyDefaults(schema, isObject(value) ? value : {});
    for (const place of places) textsIn(valueAt(config, place), found);
  }
  return [...found]
    .filter((text) => text !== '' && !marks.isIn(text) && !isReference(text))
    .sort((a, b) => b.length - a.length);
}

function valueAt(config: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = config;
  for (const segment of pathSegments(path)) value = isObject(value) ? own(value, segment) : undefined;
  return value;
}

/** Of a list or an object the whole, as it stands in JSON, and each text in it. */
function textsIn(value: JsonValue | undefined, found: Set<string>): void {
  if (typeof value === 'string') found.add(value);
  else if (typeof value === 'number') found.add(JSON.stringify(value));
  else if (Array.isArray(value) || isObject(value)) {
    found.add(JSON.stringify(value));
    for (const part of Object.values(value as object)) textsIn(part as JsonValue, found);
  }
}

/** Paths of the secrets that end up where others see them. */
export interface Shown {
  readonly argv: readonly string[];
  /** By the name of the variable. */
  readonly env: Readonly<Record<string, readonly string[]>>;
}

/**
 * The program is rendered with a mark in the place of each secret, and of each part of it, so that it is found whatever else stands
 * there. What is referred to is secret, whatever its schema says.
 */
export function shownSecrets(component: WiredComponent): Shown {
  const { config } = component;
  const secrets = config.leaves.filter(({ secret }) => secret);
  const program = commandOf(component.program);
  const nothing: Shown = { argv: [], env: {} };
  if (!program) return nothing;
  const marks = createMarks<string>(config.mark);
  const referred = withPlaces(config.root, config.references, ({ at }) => marks.add(pathOf(at)));
  const root = withLeaves(referred, secrets, (leaf, known) => marked(known, marks.add(leaf.path)));
  const { value: given } = componentConfig(config, root, marks.isIn);
  const own = referencesIn(given);
  if (secrets.length === 0 && config.references.length === 0 && own.length === 0) return nothing;
  const value = withPlaces(given, own, ({ at }) => marks.add(pathOf(at)));
  const { argv, env } = renderProgram(program, { config: value, slots: slotTexts(component, () => '') });
  const pathsIn = (texts: readonly string[]): readonly string[] => {
    const parts = texts.flatMap((text) => marks.split(text));
    return [...new Set(parts.flatMap((part) => (typeof part === 'string' ? [] : [part.meant])))].sort(compareText);
  };
  const variables = Object.entries(env).map(([name, text]) => [name, pathsIn([text])] as const);
  return { argv: pathsIn(argv), env: Object.fromEntries(variables.filter(([, paths]) => paths.length > 0)) };
}

export const secretsInArguments = (component: WiredComponent): readonly string[] => shownSecrets(component).argv;

/** Lists and objects keep their shape: programs repeat over the ones and name keys of the others. */
function marked(known: JsonValue | undefined, mark: string): JsonValue {
  if (Array.isArray(known)) return (known as readonly JsonValue[]).map((item) => marked(item, mark));
  if (!isObject(known)) return mark;
  const parts: Record<string, JsonValue> = {};
  for (const [key, part] of Object.entries(known)) setKey(parts, key, marked(part, mark));
  return parts;
}
