import { isObject, type JsonObject, type JsonValue, own, setKey } from '../../base/json.ts';
import { compareText, sortedKeys } from '../../base/order.ts';
import { cutList, quote } from '../schema/assertions.ts';
import { applyDefaults } from '../schema/defaults.ts';
import { type Facet, facets, facetsOf, nodesAt, pathSegments, propertyNames, propertyNodes } from '../schema/facets.ts';
import { type Leaf, leaves } from '../schema/leaves.ts';
import { pruneSchema } from '../schema/prune.ts';
import { validateValue } from '../schema/validate.ts';
import { amberEnvName, envName } from './env-names.ts';

export interface RootConfigInput {
  /** The whole root schema: what a file may hold is judged by it. */
  readonly schema: JsonObject;
  /** Paths of the root config that somebody needs; nothing else is read. */
  readonly needed: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file?: JsonObject;
}
export interface RootConfig {
  /** Defaults filled in; only what is needed. */
  readonly config: JsonObject;
  /** Required leaves without a value, sorted by path. */
  readonly missing: readonly { readonly path: string; readonly env: string }[];
  /** No message quotes a value. */
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}

type Problem = RootConfig['problems'][number];

/** Environment before file before defaults. An empty variable counts as not set. */
export function readRootConfig(input: RootConfigInput): RootConfig {
  const problems: Problem[] = [];
  const top = facets(input.schema, { schema: input.schema, pointer: [] });
  findUnknownKeys(input.schema, top, input.file ?? {}, '', problems);
  const schema = pruneSchema(input.schema, input.needed);
  if (schema === null) return { config: {}, missing: [], problems };
  const all = leaves(schema);
  const given = pick(input.schema, top, schema, facets(schema, { schema, pointer: [] }), input.file ?? {});
  for (const leaf of all) {
    const text = own(input.env, envName(leaf.path)) || own(input.env, amberEnvName(leaf.path));
    if (text) put(given, pathSegments(leaf.path), fromText(schema, leaf, text, problems));
  }
  const { config, missing } = check(
    schema,
    applyDefaults(schema, given),
    new Set(all.map((leaf) => leaf.path)),
    problems,
  );
  return {
    config,
    missing: missing.sort(compareText).map((path) => ({ path, env: envName(path) })),
    problems,
  };
}

/**
 * Validates. A required object with declared keys is made where it is missing: only its leaves have names in the environment,
 * so those are what can be asked for.
 */
function check(
  schema: JsonObject,
  start: JsonObject,
  leafPaths: ReadonlySet<string>,
  problems: Problem[],
): { readonly config: JsonObject; readonly missing: string[] } {
  let config = start;
  for (;;) {
    const missing: string[] = [];
    const objects: string[] = [];
    const faults: Problem[] = [];
    for (const { message, pointer, missing: key } of validateValue(schema, config)) {
      const firstIndex = pointer.findIndex((step) => typeof step === 'number');
      const path = (firstIndex < 0 ? pointer : pointer.slice(0, firstIndex)).join('.');
      const wanted = key === undefined ? undefined : path === '' ? key : `${path}.${key}`;
      if (wanted === undefined || firstIndex >= 0 || insideLeaf(path, leafPaths)) {
        const item = firstIndex < 0 ? '' : `item ${pointer.slice(firstIndex).join('.')}: `;
        faults.push({ path, message: item + message });
      } else if (leafPaths.has(wanted)) missing.push(wanted);
      else if (nodesAt(schema, wanted).length > 0) objects.push(wanted);
      else
        faults.push({
          path: wanted,
          message: 'is required by the schema, which does not declare it under `properties`',
        });
    }
    if (objects.length === 0) {
      problems.push(...faults);
      return { config, missing };
    }
    for (const path of objects) config = setAt(config, pathSegments(path), {});
  }
}

/** A leaf may be an object without declared keys; what it lacks is a fault of its value. */
const insideLeaf = (path: string, leafPaths: ReadonlySet<string>): boolean =>
  pathSegments(path).some((_, i, segments) => leafPaths.has(segments.slice(0, i + 1).join('.')));

/** JSON where the schema takes the result, else the text as it is. */
export function fromText(
  schema: JsonObject,
  leaf: Pick<Leaf, 'path' | 'schema'>,
  text: string,
  problems: Problem[],
): JsonValue {
  let parsed: JsonValue;
  try {
    parsed = JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
  const faults = (value: JsonValue) => validateValue(schema, value, { at: leaf.schema });
  if (faults(parsed).length > 0) {
    const notText = faults(text).some(({ keyword, pointer }) => keyword === 'type' && pointer.length === 0);
    return notText ? parsed : text;
  }
  if (typeof parsed === 'number' && Number.isInteger(parsed) && !Number.isSafeInteger(parsed)) {
    if (faults(text).length === 0) return text;
    problems.push({ path: leaf.path, message: 'is a number with more digits than can be kept (at most 15 are safe)' });
  }
  return parsed;
}

/** Objects on the way to a leaf were made by `pick`, so they may be changed. */
function put(target: Record<string, JsonValue>, segments: readonly string[], value: JsonValue): void {
  let current = target;
  for (const segment of segments.slice(0, -1)) {
    let below = own(current, segment) as Record<string, JsonValue> | undefined;
    if (!isObject(below)) {
      below = {};
      setKey(current, segment, below);
    }
    current = below;
  }
  setKey(current, segments.at(-1) as string, value);
}

function setAt(target: JsonObject, segments: readonly string[], value: JsonValue): JsonObject {
  const [first, ...rest] = segments as readonly [string, ...string[]];
  const below = own(target, first);
  const copy: Record<string, JsonValue> = { ...target };
  setKey(copy, first, rest.length === 0 ? value : setAt(isObject(below) ? below : {}, rest, value));
  return copy;
}

/** `additionalProperties: true`, said in so many words. */
const isOpen = (all: readonly Facet[]): boolean => all.some(({ schema }) => schema['additionalProperties'] === true);

/** A key that the schema does not declare is a slip of the pen, unless the schema says that any key will do. */
function findUnknownKeys(
  root: JsonObject,
  parent: readonly Facet[],
  value: JsonObject,
  path: string,
  problems: Problem[],
): void {
  const declared = new Set(propertyNames(parent));
  // Not a leaf, or the schema says itself what may be in it.
  if (path !== '' && declared.size === 0) return;
  for (const key of sortedKeys(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    const member = value[key] as JsonValue;
    if (declared.has(key)) {
      if (isObject(member)) findUnknownKeys(root, facetsOf(root, propertyNodes(parent, key)), member, at, problems);
    } else if (!isOpen(parent)) {
      const names = cutList([...declared].map((name) => quote(name)));
      const known = names === '' ? 'there are no keys here' : `known keys: ${names}`;
      problems.push({ path: at, message: `is not declared in the \`config_schema\` of the root manifest; ${known}` });
    }
  }
}

/** The part of a file that the pruned schema speaks of, and undeclared keys where the whole schema allows them. */
function pick(
  root: JsonObject,
  parent: readonly Facet[],
  pruned: JsonObject,
  kept: readonly Facet[],
  value: JsonObject,
): Record<string, JsonValue> {
  const wanted = new Set(propertyNames(kept));
  const declared = new Set(propertyNames(parent));
  const open = isOpen(parent);
  const out: Record<string, JsonValue> = {};
  for (const key of Object.keys(value)) {
    const member = value[key] as JsonValue;
    if (!wanted.has(key)) {
      if (open && !declared.has(key)) setKey(out, key, member);
      continue;
    }
    const below = facetsOf(pruned, propertyNodes(kept, key));
    const inside = isObject(member) && propertyNames(below).length > 0;
    const here = (): readonly Facet[] => facetsOf(root, propertyNodes(parent, key));
    setKey(out, key, inside ? pick(root, here(), pruned, below, member) : member);
  }
  return out;
}
