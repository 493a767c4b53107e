/**
 * The profile of JSON Schema 2020-12 that `config_schema` may use: what can be analysed without knowing a value, so that
 * every config path, its environment variable, its default and its secrecy are known when a scenario is linked.
 */
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import type { Range } from '../../base/span.ts';
import type { ObjectNode } from '../../ir/syntax.ts';
import { isConfigKey } from '../names.ts';
import type { RegexLimit } from '../regex/parse.ts';
import { follow, type Pointer } from '../syntax/pointer.ts';
import { objectToJson } from '../syntax/to-json.ts';
import { describeValue, matcherOf, quote } from './assertions.ts';
import { definitions, expansion, maxExpandedDepth, maxExpandedNodes, subschemas } from './expand.ts';
import { type Facet, refPointer, resolveRef, type SchemaNode } from './facets.ts';
import { locate, metaschemaProblems } from './metaschema.ts';

export interface SchemaProblem {
  readonly message: string;
  /** The keyword's value, or the key where the key itself is at fault. */
  readonly range: Range;
}
export interface SchemaPointerProblem {
  readonly message: string;
  readonly pointer: Pointer;
}
interface Found extends SchemaPointerProblem {
  /** The key at the end of the pointer is at fault, not the value. */
  readonly key?: boolean;
}

/** Every problem of a `config_schema`, in the order of the text. `loadMetaschema` must have been called before. */
export function checkSchemaProfile(schema: ObjectNode): readonly SchemaProblem[] {
  return profileProblems(objectToJson(schema))
    .map(({ message, pointer, key }) => {
      const place = follow(schema, pointer);
      return { message, range: key && place.keyRange ? place.keyRange : place.node.range };
    })
    .sort((a, b) => a.range.start - b.range.start);
}

/** The same for a schema that is not in a file. */
export const checkSchemaProfileJson = (schema: JsonObject): readonly SchemaPointerProblem[] =>
  profileProblems(schema).map(({ message, pointer }) => ({ message, pointer }));

const forbidden: ReadonlySet<string> = new Set([
  'anyOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  'patternProperties',
  'propertyNames',
  'dependentSchemas',
  'dependentRequired',
  'unevaluatedProperties',
  'unevaluatedItems',
  '$dynamicRef',
  '$recursiveRef',
]);

function profileProblems(root: JsonObject): readonly Found[] {
  const found: Found[] = [];
  const top: Facet = { schema: root, pointer: [] };
  checkRootType(top, found);
  const seen = new Set<JsonValue>();
  // References lead the walk too: what they mean is held to the same rules wherever it stands.
  const queue: SchemaNode[] = [top];
  for (const { schema, pointer } of queue) {
    if (!isObject(schema) || seen.has(schema)) continue;
    seen.add(schema);
    const node = { schema, pointer };
    checkKeywords(root, node, found);
    queue.push(...subschemas(node), ...definitions(node));
    const target = typeof schema['$ref'] === 'string' ? resolveRef(root, schema['$ref']) : undefined;
    if (target) queue.push(target);
  }
  const taken = new Set(found.map(({ pointer }) => JSON.stringify(pointer)));
  const covered = (pointer: Pointer): boolean =>
    pointer.some((_, i) => taken.has(JSON.stringify(pointer.slice(0, i + 1))));
  found.push(...metaschemaProblems(root).filter(({ pointer }) => !covered(pointer)));
  if (found.length === 0) checkExpansion(root, found);
  return found;
}

function checkRootType({ schema }: Facet, found: Found[]): void {
  if (allowsObject(schema['type'])) return;
  const message =
    'the schema of a config must have `type: object` (or a list with `object` in it), because a config is an object of named keys';
  found.push({ message, pointer: schema['type'] === undefined ? [] : ['type'] });
}

const allowsObject = (type: JsonValue | undefined): boolean =>
  type === 'object' || (Array.isArray(type) && type.includes('object'));

function checkKeywords(root: JsonObject, node: Facet, found: Found[]): void {
  const { schema, pointer } = node;
  for (const keyword of Object.keys(schema)) {
    if (!forbidden.has(keyword)) continue;
    const message = `${locate([...pointer, keyword])} uses \`${keyword}\`, which a config schema may not: which keys there are would depend on values that are not known yet`;
    found.push({ message, pointer: [...pointer, keyword], key: true });
  }
  if (pointer.length > 0 && !allowsObject(schema['type'])) {
    const keyword = ['properties', 'required'].find((name) => Object.hasOwn(schema, name));
    if (keyword) {
      const message = `${locate(pointer)} has \`${keyword}\` without \`type: object\`; add it`;
      found.push({ message, pointer: schema['type'] === undefined ? pointer : [...pointer, 'type'] });
    }
  }
  checkNames(node, found);
  checkRef(root, node, found);
  checkShapes(node, found);
}

function checkNames({ schema, pointer }: Facet, found: Found[]): void {
  const { properties, required } = schema as Readonly<Record<string, JsonValue>>;
  for (const name of isObject(properties) ? Object.keys(properties) : []) {
    if (!isConfigKey(name)) {
      found.push({ message: badName(name), pointer: [...pointer, 'properties', name], key: true });
    }
  }
  for (const [i, name] of (Array.isArray(required) ? (required as readonly JsonValue[]) : []).entries()) {
    if (typeof name === 'string' && !isConfigKey(name)) {
      found.push({ message: badName(name), pointer: [...pointer, 'required', i] });
    }
  }
}

function badName(name: string): string {
  const proposal = proposeKey(name);
  const hint = isConfigKey(proposal) ? `; write \`${proposal}\`` : '';
  return `${quote(name)} cannot be a config key: keys become names of environment variables, so they start with a-z, go on with a-z, 0-9 and \`_\`, and have no \`__\`${hint}`;
}

const proposeKey = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/_{2,}/g, '_')
    .replace(/^[^a-z]+/, '');

function checkRef(root: JsonObject, { schema, pointer }: Facet, found: Found[]): void {
  const ref = schema['$ref'];
  if (typeof ref !== 'string') return;
  const at = [...pointer, '$ref'];
  if (!refPointer(ref)) {
    const message = `${locate(at)} must be \`#\` or start with \`#/\`: a config schema is read without loading anything else; put the definition under \`$defs\``;
    found.push({ message, pointer: at });
  } else if (!resolveRef(root, ref)) {
    found.push({ message: `${locate(at)} leads to nothing: there is no schema at ${quote(ref)}`, pointer: at });
  }
}

function checkShapes({ schema, pointer }: Facet, found: Found[]): void {
  for (const keyword of ['additionalProperties', 'secret']) {
    const value = schema[keyword];
    if (value === undefined || typeof value === 'boolean') continue;
    const at = [...pointer, keyword];
    found.push({ message: `${locate(at)} must be true or false, found ${describeValue(value)}`, pointer: at });
  }
  const dialect = schema['$schema'];
  if (dialect !== undefined && !(typeof dialect === 'string' && isDialect(dialect))) {
    const at = [...pointer, '$schema'];
    const message = `${locate(at)} must be \`https://json-schema.org/draft/2020-12/schema\`, the only dialect a config schema may use; change or remove it`;
    found.push({ message, pointer: at });
  }
  const pattern = schema['pattern'];
  const fault = typeof pattern === 'string' ? patternFault(pattern) : undefined;
  if (fault !== undefined) {
    const at = [...pointer, 'pattern'];
    found.push({ message: `${locate(at)} ${fault}`, pointer: at });
  }
}

const limitWords: Readonly<Record<RegexLimit, string>> = {
  'back-reference': 'it refers back to a group, which can take for ever; write out what may stand there',
  modifiers: 'it changes its flags inside; write out both cases',
  'too-deep': 'its groups nest too deep',
  'too-large': 'its repetitions stand for too many characters; use `minLength` and `maxLength`',
};

function patternFault(pattern: string): string | undefined {
  const matcher = matcherOf(pattern);
  if (!matcher) return 'is not a regular expression (with the `u` flag of ECMAScript)';
  return 'limit' in matcher
    ? `is not a regular expression that can be matched in bounded time: ${limitWords[matcher.limit]}`
    : undefined;
}

const isDialect = (uri: string): boolean => /^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/.test(uri);

function checkExpansion(root: JsonObject, found: Found[]): void {
  const { cycles, size, depth } = expansion(root);
  for (const pointer of cycles) {
    const message = `${locate(pointer)} leads back to itself, so the config paths below ${locate(pointer.slice(0, -1))} have no end and cannot be analysed; write the levels out, or leave the inner one without \`$ref\``;
    found.push({ message, pointer });
  }
  if (cycles.length > 0) return;
  if (size > maxExpandedNodes || depth > maxExpandedDepth) {
    const measured = size > maxExpandedNodes ? `more than ${maxExpandedNodes} schemas` : `${depth} levels`;
    const message = `with every \`$ref\` followed this schema has ${measured}, too many to analyse (at most ${maxExpandedNodes} schemas and ${maxExpandedDepth} levels); use fewer references`;
    found.push({ message, pointer: [] });
  }
}
