import { isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import { memoized } from '../../base/memo.ts';
import type { Pointer } from '../syntax/pointer.ts';
import { matchesType } from './assertions.ts';
import { applyDefaults, defaultOf } from './defaults.ts';
import { isBounded } from './expand.ts';
import {
  conjunction,
  type Facet,
  facets,
  facetsOf,
  pathSegments,
  propertyNames,
  propertyNodes,
  type SchemaNode,
} from './facets.ts';

/** A config path without declared properties below it. Arrays are leaves. */
export interface Leaf {
  readonly path: string;
  /** References in it resolve in the root schema. */
  readonly schema: JsonValue;
  /** Of its (first) declaration in the root schema. */
  readonly pointer: Pointer;
  /** Every object on its way lists it. */
  readonly required: boolean;
  /** Something is there when nothing is supplied, by its own default or one above it. */
  readonly hasDefault: boolean;
  /** When nothing is supplied, validation asks for it. */
  readonly runtimeRequired: boolean;
  /** It, anything on its way, anything those refer to, or something in an element of the list is `secret: true`. */
  readonly secret: boolean;
  /** Null fits. */
  readonly nullable: boolean;
  /** The schema says that it may be an array. */
  readonly isArray: boolean;
}

interface Place {
  readonly path: string;
  readonly nodes: readonly SchemaNode[];
  readonly facets: readonly Facet[];
  readonly required: boolean;
  readonly secret: boolean;
  /** The object it stands in is there when nothing is supplied but what is asked for. */
  readonly demanded: boolean;
  /** The value when nothing is supplied. */
  readonly fallback: JsonValue | undefined;
}

/** The places that are secret, the topmost of each: what lies below is secret with it. `''` is the whole config. Sorted. */
export const secretPlaces: (schema: JsonObject) => readonly string[] = memoized((schema) => {
  const found: string[] = [];
  if (isBounded(schema)) collectSecret(schema, rootPlace(schema), found);
  return found;
});

function collectSecret(root: JsonObject, place: Place, found: string[]): void {
  if (place.secret) found.push(place.path);
  else for (const name of propertyNames(place.facets)) collectSecret(root, step(root, place, name, false), found);
}

/** Sorted by path. The schema must have passed the profile. */
export const leaves: (schema: JsonObject) => readonly Leaf[] = memoized((schema) => {
  const found: Leaf[] = [];
  if (isBounded(schema)) collect(schema, rootPlace(schema), found);
  return found;
});

function collect(root: JsonObject, place: Place, found: Leaf[]): void {
  const names = propertyNames(place.facets);
  const required = requiredNames(place.facets);
  for (const name of names) collect(root, step(root, place, name, required.has(name)), found);
  if (names.length === 0 && place.path !== '') found.push(leafOf(place));
}

function rootPlace(root: JsonObject): Place {
  const nodes = [{ schema: root, pointer: [] }];
  const all = facetsOf(root, nodes);
  return {
    path: '',
    nodes,
    facets: all,
    required: true,
    secret: isSecret(root, all),
    demanded: true,
    fallback: applyDefaults(root, {}),
  };
}

function step(root: JsonObject, parent: Place, name: string, listed: boolean): Place {
  const nodes = propertyNodes(parent.facets, name);
  const all = facetsOf(root, nodes);
  const fallback = isObject(parent.fallback) ? own(parent.fallback, name) : undefined;
  // A default that is null or no object hides everything below it: nothing is asked for there.
  const open = parent.demanded && (parent.fallback === undefined || isObject(parent.fallback));
  return {
    path: parent.path === '' ? name : `${parent.path}.${name}`,
    nodes,
    facets: all,
    required: parent.required && listed,
    secret: parent.secret || isSecret(root, all),
    demanded: open && (listed || fallback !== undefined),
    fallback,
  };
}

function leafOf(place: Place): Leaf {
  return {
    path: place.path,
    schema: conjunction(place.nodes),
    pointer: (place.nodes[0] as SchemaNode).pointer,
    required: place.required,
    hasDefault: place.fallback !== undefined,
    runtimeRequired: place.demanded && place.fallback === undefined,
    secret: place.secret,
    nullable: acceptsNull(place.facets),
    isArray: place.facets.some(({ schema }) => typeNames(schema)?.includes('array')),
  };
}

/** A list has no paths below it, so it is secret as a whole when anything in it is. */
const isSecret = (root: JsonObject, all: readonly Facet[]): boolean =>
  all.some(
    ({ schema, pointer }) => schema['secret'] === true || elementsOf(schema, pointer).some((node) => hides(root, node)),
  );

const elementsOf = (schema: JsonObject, pointer: Pointer): readonly SchemaNode[] => [
  ...['items', 'contains'].flatMap((keyword) => {
    const element = schema[keyword];
    return element === undefined ? [] : [{ schema: element, pointer: [...pointer, keyword] }];
  }),
  ...(Array.isArray(schema['prefixItems']) ? (schema['prefixItems'] as readonly JsonValue[]) : []).map(
    (element, i): SchemaNode => ({ schema: element, pointer: [...pointer, 'prefixItems', i] }),
  ),
];

/** Something in an element of a list is secret. */
function hides(root: JsonObject, node: SchemaNode): boolean {
  const all = facets(root, node);
  return (
    isSecret(root, all) ||
    propertyNames(all).some((name) => propertyNodes(all, name).some((below) => hides(root, below)))
  );
}

function typeNames(schema: JsonObject): readonly string[] | undefined {
  const type = schema['type'];
  return typeof type === 'string' ? [type] : Array.isArray(type) ? (type as readonly string[]) : undefined;
}

/** Whether null fits type, `enum` and `const`. */
export function acceptsNull(all: readonly Facet[]): boolean {
  const value = null;
  return all.every(({ schema }) => {
    const types = typeNames(schema);
    const values = schema['enum'];
    const constant = own(schema, 'const');
    return (
      (!types || types.some((name) => matchesType(name, value))) &&
      (!Array.isArray(values) || values.includes(value)) &&
      (constant === undefined || constant === value)
    );
  });
}

/**
 * Whether every valid config has a value other than null at the path, once defaults are filled in. False for unknown paths.
 */
export function isAlwaysPresent(root: JsonObject, path: string): boolean {
  if (!isBounded(root)) return false;
  let parent = facets(root, { schema: root, pointer: [] });
  for (const segment of pathSegments(path)) {
    const nodes = propertyNodes(parent, segment);
    if (nodes.length === 0 || !mustBeObject(parent)) return false;
    if (!requiredNames(parent).has(segment) && defaultOf(root, nodes) === undefined) return false;
    parent = facetsOf(root, nodes);
  }
  return !acceptsNull(parent);
}

const requiredNames = (all: readonly Facet[]): ReadonlySet<JsonValue> =>
  new Set(all.flatMap(({ schema }) => (Array.isArray(schema['required']) ? schema['required'] : [])));

/** Nothing but an object fits. */
export const mustBeObject = (all: readonly Facet[]): boolean =>
  all.some(({ schema }) => typeNames(schema)?.every((name) => name === 'object'));
