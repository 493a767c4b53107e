/**
 * What a component's own schema settles about a value that its parent hands on from the root config. Defaults of the component
 * fill what the root leaves out, and the result must fit its schema before anything starts, so some of it is known beforehand.
 */
import { isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import type { ConfigSpace } from '../../ir/config.ts';
import { sameJson } from '../schema/assertions.ts';
import { defaultOf } from '../schema/defaults.ts';
import { isBounded } from '../schema/expand.ts';
import { type Facet, facetsOf, nodesAt, pathSegments, propertyNames } from '../schema/facets.ts';
import { acceptsNull, isAlwaysPresent, mustBeObject } from '../schema/leaves.ts';

/** A place in a component's config that is a reference into the root config, and a path that leads through it. */
export interface Forwarded {
  readonly space: ConfigSpace;
  /** Of the component's config: the place of the reference. */
  readonly at: string;
  /** What is below; `''` for the value itself. */
  readonly rest: string;
  /** Of the root config: what stands at `at`. */
  readonly root: string;
}

/**
 * Whether the path has a value other than null in every run: the component's defaults fill it where the root says nothing, and
 * neither schema lets the root say null, there or at an object on the way.
 */
export function isFilled({ space, at, rest, root }: Forwarded, rootSchema: JsonObject | null): boolean {
  const { schema } = space;
  if (schema === null || rootSchema === null || !isBounded(schema) || !isBounded(rootSchema)) return false;
  const given = isAlwaysPresent(rootSchema, root);
  if (!given && isNothing(below(defaultAt(schema, at), rest))) return false;
  const steps = pathSegments(rest);
  for (let i = 0; i <= steps.length; i++) {
    const tail = steps.slice(0, i);
    const place = join(at, tail);
    const source = join(root, tail);
    const sides = [facetsAt(schema, place), facetsAt(rootSchema, source)].filter((facets) => facets.length > 0);
    if (i > 0 && isNothing(defaultAt(schema, place)) && !isAlwaysPresent(rootSchema, source)) return false;
    if (i < steps.length ? !sides.some(mustBeObject) : sides.every(acceptsNull)) return false;
  }
  return true;
}

/**
 * The default of the component that stands at the path in every run; undefined where the root can say something else. It cannot
 * below an object whose keys the root schema lists without this one, since `--config` and the environment are held to that list.
 */
export function settledDefault(forwarded: Forwarded, rootSchema: JsonObject | null): JsonValue | undefined {
  const { space, at, rest, root } = forwarded;
  const { schema } = space;
  if (schema === null || rootSchema === null || rest === '' || !isFilled(forwarded, rootSchema)) return undefined;
  if (!isUnsayable(rootSchema, root, pathSegments(rest))) return undefined;
  const value = defaultAt(schema, join(at, pathSegments(rest)));
  // The object may come from a default as a whole, of the root or of the component, with another value in it.
  const whole = [defaultAt(rootSchema, root), defaultAt(schema, at)];
  const others = whole.map((one) => below(one, rest)).filter((one) => one !== undefined);
  return others.every((other) => sameJson(other, value as JsonValue)) ? value : undefined;
}

function isUnsayable(rootSchema: JsonObject, root: string, rest: readonly string[]): boolean {
  for (let i = 0; i < rest.length; i++) {
    const parent = facetsAt(rootSchema, join(root, rest.slice(0, i)));
    const names = propertyNames(parent);
    if (names.includes(rest[i] as string)) continue;
    const says = (value: boolean): boolean => parent.some(({ schema }) => schema['additionalProperties'] === value);
    return says(false) || (names.length > 0 && !says(true));
  }
  return false;
}

const facetsAt = (schema: JsonObject, path: string): readonly Facet[] => facetsOf(schema, nodesAt(schema, path));
const defaultAt = (schema: JsonObject, path: string): JsonValue | undefined => defaultOf(schema, nodesAt(schema, path));
const isNothing = (value: JsonValue | undefined): boolean => value === undefined || value === null;

function below(value: JsonValue | undefined, rest: string): JsonValue | undefined {
  let current = value;
  for (const segment of pathSegments(rest)) current = isObject(current) ? own(current, segment) : undefined;
  return current;
}

const join = (path: string, rest: readonly string[]): string => [...pathSegments(path), ...rest].join('.');
