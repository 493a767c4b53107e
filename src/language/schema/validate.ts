/**
 * Validates a value against a schema of the config profile. The profile leaves so few keywords that all of them are here;
 * loading and compiling a general validator would cost more than everything else `check` does.
 */
import { isObject, type JsonObject, type JsonValue, own, sortedJson } from '../../base/json.ts';
import { sortedKeys } from '../../base/order.ts';
import { type Budget, createBudget } from '../regex/match.ts';
import { isReference } from '../secrets/reference.ts';
import type { Pointer } from '../syntax/pointer.ts';
import { cutList, describeValue, matcherOf, matchesType, quote, sameJson } from './assertions.ts';
import type { Opaque } from './defaults.ts';
import { isBounded } from './expand.ts';
import { resolveRef } from './facets.ts';

export interface ValueProblem {
  /** Never quotes the value itself: it may be a secret. */
  readonly message: string;
  /** The value at fault; for a missing key the object that lacks it. */
  readonly pointer: Pointer;
  readonly keyword: string;
  /** For `keyword: 'required'`. */
  readonly missing?: string;
}

export interface ValidateOptions {
  /** The sub-schema to use; references still resolve in the root schema. */
  readonly at?: JsonValue;
  /** Values that count as fitting whatever is asked of them. */
  readonly opaque?: Opaque;
}

interface Run {
  readonly root: JsonObject;
  readonly opaque: Opaque | undefined;
  readonly problems: ValueProblem[];
  /** Messages by place: two branches of an `allOf` may say the same. */
  readonly said: Set<string>;
  /** Of all regular expressions together. */
  readonly budget: Budget;
}

/**
 * All problems, in the order of the schema. Recurses over value and schema: the parser bounds the one and the profile the
 * other; a schema that is refused there finds no fault here. A reference to a secret fits whatever is asked of it.
 */
export function validateValue(
  schema: JsonObject,
  value: JsonValue,
  options: ValidateOptions = {},
): readonly ValueProblem[] {
  if (!isBounded(schema)) return [];
  const run: Run = { root: schema, opaque: options.opaque, problems: [], said: new Set(), budget: createBudget() };
  check(run, options.at ?? schema, value, []);
  return run.problems;
}

export const isValid = (schema: JsonObject, value: JsonValue, options: ValidateOptions = {}): boolean =>
  validateValue(schema, value, options).length === 0;

function report(run: Run, pointer: Pointer, keyword: string, message: string, missing?: string): void {
  const key = JSON.stringify([pointer, message]);
  if (run.said.has(key)) return;
  run.said.add(key);
  run.problems.push({ message, pointer, keyword, ...(missing === undefined ? {} : { missing }) });
}

function check(run: Run, schema: JsonValue, value: JsonValue, pointer: Pointer): void {
  // What a reference stands for is seen when the secret is there.
  if (schema === true || run.opaque?.has(value) || (typeof value === 'string' && isReference(value))) return;
  if (!isObject(schema)) {
    report(run, pointer, 'false', 'no value is allowed here');
    return;
  }
  const ref = schema['$ref'];
  const target = typeof ref === 'string' ? resolveRef(run.root, ref) : undefined;
  if (target) check(run, target.schema, value, pointer);
  const branches = schema['allOf'];
  if (Array.isArray(branches)) for (const branch of branches) check(run, branch, value, pointer);
  if (!checkAny(run, schema, value, pointer)) return;
  if (typeof value === 'string') checkString(run, schema, value, pointer);
  else if (typeof value === 'number') checkNumber(run, schema, value, pointer);
  else if (Array.isArray(value)) checkArray(run, schema, value as readonly JsonValue[], pointer);
  else if (isObject(value)) checkObject(run, schema, value, pointer);
}

/** False when the type is wrong already: the other keywords would only repeat it. */
function checkAny(run: Run, schema: JsonObject, value: JsonValue, pointer: Pointer): boolean {
  const type = schema['type'];
  const types = typeof type === 'string' ? [type] : Array.isArray(type) ? (type as readonly string[]) : undefined;
  if (types && !types.some((name) => matchesType(name, value))) {
    report(run, pointer, 'type', `expected ${types.join(' or ')}, found ${describeValue(value)}`);
    return false;
  }
  const values = schema['enum'];
  if (Array.isArray(values) && !values.some((allowed) => sameJson(allowed, value))) {
    report(run, pointer, 'enum', `must be one of ${cutList(values.map((allowed) => sortedJson(allowed)))}`);
  }
  const constant = own(schema, 'const');
  if (constant !== undefined && !sameJson(constant, value)) {
    report(run, pointer, 'const', `must be ${cutList([sortedJson(constant)])}`);
  }
  return true;
}

function checkString(run: Run, schema: JsonObject, value: string, pointer: Pointer): void {
  const { minLength, maxLength, pattern } = schema as Readonly<Record<string, JsonValue>>;
  if (typeof minLength === 'number' || typeof maxLength === 'number') {
    const length = [...value].length;
    if (typeof minLength === 'number' && length < minLength) {
      report(run, pointer, 'minLength', `must have at least ${count(minLength, 'character')}`);
    }
    if (typeof maxLength === 'number' && length > maxLength) {
      report(run, pointer, 'maxLength', `must have at most ${count(maxLength, 'character')}`);
    }
  }
  if (typeof pattern === 'string') checkPattern(run, pattern, value, pointer);
}

function checkPattern(run: Run, pattern: string, value: string, pointer: Pointer): void {
  const matcher = matcherOf(pattern);
  if (!matcher || 'limit' in matcher) return;
  const verdict = matcher.search(value, run.budget);
  if (verdict === 'no match') report(run, pointer, 'pattern', `must match the pattern ${quote(pattern)}`);
  if (verdict === 'unknown')
    report(run, pointer, 'pattern', `is too long to be held against the pattern ${quote(pattern)}`);
}

function checkNumber(run: Run, schema: JsonObject, value: number, pointer: Pointer): void {
  const limit = (keyword: string, bad: (bound: number) => boolean, words: string): void => {
    const bound = schema[keyword];
    if (typeof bound === 'number' && bad(bound)) report(run, pointer, keyword, `must be ${words} ${bound}`);
  };
  limit('minimum', (bound) => value < bound, 'at least');
  limit('maximum', (bound) => value > bound, 'at most');
  limit('exclusiveMinimum', (bound) => value <= bound, 'greater than');
  limit('exclusiveMaximum', (bound) => value >= bound, 'less than');
  limit('multipleOf', (bound) => !isMultiple(value, bound), 'a multiple of');
}

/** Decimal fractions are not exact in binary: 0.3 is a multiple of 0.1. */
function isMultiple(value: number, of: number): boolean {
  const times = value / of;
  return Math.abs(times - Math.round(times)) <= Number.EPSILON * Math.max(1, Math.abs(times));
}

function checkArray(run: Run, schema: JsonObject, value: readonly JsonValue[], pointer: Pointer): void {
  const { minItems, maxItems, prefixItems, items, contains } = schema as Readonly<Record<string, JsonValue>>;
  if (typeof minItems === 'number' && value.length < minItems) {
    report(run, pointer, 'minItems', `must have at least ${count(minItems, 'item')}`);
  }
  if (typeof maxItems === 'number' && value.length > maxItems) {
    report(run, pointer, 'maxItems', `must have at most ${count(maxItems, 'item')}`);
  }
  if (schema['uniqueItems'] === true && new Set(value.map(sortedJson)).size < value.length) {
    report(run, pointer, 'uniqueItems', 'must not have the same item twice');
  }
  const prefix = Array.isArray(prefixItems) ? (prefixItems as readonly JsonValue[]) : [];
  for (const [i, item] of value.entries()) {
    const each = i < prefix.length ? prefix[i] : items;
    if (each !== undefined) check(run, each, item, [...pointer, i]);
  }
  if (contains !== undefined) checkContains(run, schema, contains, value, pointer);
}

function checkContains(
  run: Run,
  schema: JsonObject,
  contains: JsonValue,
  value: readonly JsonValue[],
  at: Pointer,
): void {
  const { minContains, maxContains } = schema as Readonly<Record<string, JsonValue>>;
  const least = typeof minContains === 'number' ? minContains : 1;
  const fits = (item: JsonValue): boolean => {
    const inner: Run = { ...run, problems: [], said: new Set() };
    check(inner, contains, item, []);
    return inner.problems.length === 0;
  };
  const found = value.filter(fits).length;
  if (found < least)
    report(run, at, 'contains', `must have at least ${count(least, 'item')} of the kind \`contains\` asks for`);
  if (typeof maxContains === 'number' && found > maxContains) {
    report(run, at, 'maxContains', `must have at most ${count(maxContains, 'item')} of the kind \`contains\` asks for`);
  }
}

function checkObject(run: Run, schema: JsonObject, value: JsonObject, pointer: Pointer): void {
  const { required, properties, additionalProperties } = schema as Readonly<Record<string, JsonValue>>;
  const declared = isObject(properties) ? properties : {};
  const keys = Object.keys(value);
  for (const name of Array.isArray(required) ? (required as readonly string[]) : []) {
    if (!Object.hasOwn(value, name)) report(run, pointer, 'required', `the required key \`${name}\` is missing`, name);
  }
  for (const name of sortedKeys(declared)) {
    const member = own(value, name);
    if (member !== undefined) check(run, declared[name] as JsonValue, member, [...pointer, name]);
  }
  if (additionalProperties === false) {
    const known = sortedKeys(declared).map((name) => `\`${name}\``);
    const hint = known.length === 0 ? 'no key is allowed here' : `known keys: ${cutList(known)}`;
    for (const name of keys) {
      if (Object.hasOwn(declared, name)) continue;
      report(run, [...pointer, name], 'additionalProperties', `unknown key ${quote(name)}; ${hint}`);
    }
  } else if (isObject(additionalProperties)) {
    for (const name of keys) {
      if (!Object.hasOwn(declared, name))
        check(run, additionalProperties, value[name] as JsonValue, [...pointer, name]);
    }
  }
  const { minProperties, maxProperties } = schema as Readonly<Record<string, JsonValue>>;
  if (typeof minProperties === 'number' && keys.length < minProperties) {
    report(run, pointer, 'minProperties', `must have at least ${count(minProperties, 'key')}`);
  }
  if (typeof maxProperties === 'number' && keys.length > maxProperties) {
    report(run, pointer, 'maxProperties', `must have at most ${count(maxProperties, 'key')}`);
  }
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
