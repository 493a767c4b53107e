import { isObject, type JsonObject, type JsonValue, own, setKey } from '../../base/json.ts';
import { compareText, sortedKeys } from '../../base/order.ts';
import { isBounded } from './expand.ts';
import { nodesAt, pathSegments, resolveRef } from './facets.ts';

/** What is kept below a node: all of it, or the members named. */
type Keep = 'all' | ReadonlyMap<string, Keep>;

interface Run {
  readonly root: JsonObject;
  /** Definitions that kept references lead to, by name in the result. */
  readonly defs: Map<string, JsonValue>;
  /** Names given to the targets. */
  readonly names: Map<JsonValue, string>;
}

/**
 * The root schema without the properties that no path needs; everything said about the rest stays. `''` keeps all. Null when
 * nothing is kept. Where a property is kept in part, `enum`, `const` and `minProperties` of it would speak of what is gone,
 * and are dropped. The schema must have passed the profile.
 */
export function pruneSchema(root: JsonObject, paths: readonly string[]): JsonObject | null {
  const known = uncovered(paths.filter((path) => nodesAt(root, path).length > 0));
  if (known.length === 0 || !isBounded(root)) return null;
  if (known[0] === '') return root;
  const run: Run = { root, defs: new Map(), names: new Map() };
  const pruned = pruneNode(run, root, keepTree(known)) as JsonObject;
  if (run.defs.size === 0) return pruned;
  const defs: Record<string, JsonValue> = {};
  for (const name of [...run.defs.keys()].sort(compareText)) setKey(defs, name, run.defs.get(name) as JsonValue);
  return { ...pruned, $defs: defs };
}

/** Paths that no other path covers, sorted: `a` covers `a.b`. */
export function uncovered(paths: readonly string[]): readonly string[] {
  const all = new Set(paths);
  const covered = (path: string): boolean => {
    if (path === '') return false;
    const segments = pathSegments(path);
    return all.has('') || segments.some((_, i) => i > 0 && all.has(segments.slice(0, i).join('.')));
  };
  return [...all].filter((path) => !covered(path)).sort(compareText);
}

function keepTree(paths: readonly string[]): Keep {
  const root = new Map<string, Keep>();
  for (const path of paths) {
    let level = root;
    const segments = pathSegments(path);
    for (const [i, segment] of segments.entries()) {
      if (i === segments.length - 1) level.set(segment, 'all');
      else {
        const next = (level.get(segment) as Map<string, Keep> | undefined) ?? new Map<string, Keep>();
        level.set(segment, next);
        level = next;
      }
    }
  }
  return root;
}

const dropped: ReadonlySet<string> = new Set([
  '$ref',
  '$defs',
  'definitions',
  'enum',
  'const',
  'minProperties',
  'examples',
]);

function pruneNode(run: Run, schema: JsonValue, keep: Keep): JsonValue {
  if (keep === 'all') return keepAll(run, schema);
  if (!isObject(schema)) return schema;
  const out: Record<string, JsonValue> = {};
  for (const keyword of Object.keys(schema)) {
    const value = schema[keyword] as JsonValue;
    if (dropped.has(keyword)) continue;
    if (keyword === 'properties' && isObject(value)) out[keyword] = pruneProperties(run, value, keep);
    else if (keyword === 'required' && Array.isArray(value)) {
      const required = (value as readonly JsonValue[]).filter((name) => typeof name === 'string' && keep.has(name));
      if (required.length > 0) out[keyword] = required;
    } else if (keyword === 'default') out[keyword] = pruneValue(value, keep);
    else if (keyword === 'allOf' && Array.isArray(value)) {
      out[keyword] = (value as readonly JsonValue[]).map((branch) => pruneNode(run, branch, keep));
    } else setKey(out, keyword, keepKeyword(run, keyword, value));
  }
  // What the reference leads to is kept in part as well, so it moves in here. First: its defaults go before those of `allOf`.
  const ref = schema['$ref'];
  const target = typeof ref === 'string' ? resolveRef(run.root, ref) : undefined;
  if (target) {
    const branches = Array.isArray(out['allOf']) ? (out['allOf'] as readonly JsonValue[]) : [];
    out['allOf'] = [pruneNode(run, target.schema, keep), ...branches];
  }
  return out;
}

function pruneProperties(run: Run, properties: JsonObject, keep: ReadonlyMap<string, Keep>): JsonObject {
  const out: Record<string, JsonValue> = {};
  for (const name of Object.keys(properties)) {
    const below = keep.get(name);
    if (below) setKey(out, name, pruneNode(run, properties[name] as JsonValue, below));
  }
  return out;
}

function pruneValue(value: JsonValue, keep: Keep): JsonValue {
  if (keep === 'all' || !isObject(value)) return value;
  const out: Record<string, JsonValue> = {};
  for (const key of sortedKeys(value)) {
    const below = keep.get(key);
    if (below) setKey(out, key, pruneValue(own(value, key) as JsonValue, below));
  }
  return out;
}

const lists: ReadonlySet<string> = new Set(['allOf', 'prefixItems']);
const singles: ReadonlySet<string> = new Set(['items', 'contains']);

/** A copy whose references lead into `$defs` of the result: where they led before may be gone. */
function keepAll(run: Run, schema: JsonValue): JsonValue {
  if (!isObject(schema)) return schema;
  const out: Record<string, JsonValue> = {};
  for (const keyword of Object.keys(schema)) {
    if (keyword === '$defs' || keyword === 'definitions') continue;
    setKey(out, keyword, keepKeyword(run, keyword, schema[keyword] as JsonValue));
  }
  return out;
}

function keepKeyword(run: Run, keyword: string, value: JsonValue): JsonValue {
  if (keyword === '$ref' && typeof value === 'string') return keepTarget(run, value);
  if (lists.has(keyword) && Array.isArray(value)) {
    return (value as readonly JsonValue[]).map((item) => keepAll(run, item));
  }
  if (singles.has(keyword)) return keepAll(run, value);
  if (keyword !== 'properties' || !isObject(value)) return value;
  const properties: Record<string, JsonValue> = {};
  for (const name of Object.keys(value)) setKey(properties, name, keepAll(run, value[name] as JsonValue));
  return properties;
}

function keepTarget(run: Run, ref: string): string {
  const target = resolveRef(run.root, ref);
  if (!target) return ref;
  const key = isObject(target.schema) ? target.schema : JSON.stringify(target.pointer);
  let name = run.names.get(key);
  if (name === undefined) {
    const wish = String(target.pointer.at(-1) ?? 'root');
    name = wish;
    for (let i = 2; run.defs.has(name); i++) name = `${wish}_${i}`;
    run.names.set(key, name);
    // Taken before the definition is copied: it may refer to another of the same name.
    run.defs.set(name, true);
    run.defs.set(name, keepAll(run, target.schema));
  }
  return `#/$defs/${encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))}`;
}
