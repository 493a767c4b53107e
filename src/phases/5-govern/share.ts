/** The question of a scope in version 2 of the protocol: what several components say alike is written once. */
import type { JsonValue } from '../../base/json.ts';
import { sortedText } from '../../base/quick-json.ts';
import type { PolicyRequest, WireComponent } from '../../ir/request.ts';

const names: readonly (keyof WireComponent)[] = [
  'child_templates',
  'children',
  'config',
  'config_schema',
  'digest',
  'id',
  'metadata',
  'moniker',
  'parent',
  'program',
  'provides',
  'resources',
  'slots',
];
const shareable: ReadonlySet<string> = new Set([
  'child_templates',
  'config',
  'config_schema',
  'metadata',
  'program',
  'provides',
  'resources',
  'slots',
]);

/** What is shorter would be no shorter with a number in its place. */
const leastLength = 64;

/** Canonical body: like that of version 1, but for `shared`. O(length of it in version 1). */
export function sharingBody({ scope }: PolicyRequest): string {
  const told = scope.components.map(fieldsOf);
  const counts = new Map<string, number>();
  for (const fields of told)
    for (const [name, text] of fields)
      if (shareable.has(name) && text.length >= leastLength) counts.set(text, (counts.get(text) ?? 0) + 1);
  const places = new Map<string, number>();
  const placeOf = (text: string): number | undefined => {
    if ((counts.get(text) ?? 0) < 2) return undefined;
    const place = places.get(text) ?? places.size;
    places.set(text, place);
    return place;
  };
  const components = told.map((fields) => componentText(fields, placeOf));
  const { bindings, exports, imports } = scope;
  const rest = Object.entries({ exports, imports }).map(([key, value]) => `"${key}":${textOf(value)}`);
  const shown = [`"bindings":${textOf(bindings)}`, `"components":[${components.join(',')}]`, ...rest];
  return `{"scope":{${shown.join(',')}},"shared":[${[...places.keys()].join(',')}]}`;
}

type Fields = readonly (readonly [name: string, text: string])[];

function textOf(value: unknown): string {
  // Most fields of most components are one of these.
  if (value === null) return 'null';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0) return '{}';
  return sortedText(value as JsonValue);
}

/** In the order of their names. */
const fieldsOf = (component: WireComponent): Fields => names.map((name) => [name, textOf(component[name])] as const);

function componentText(fields: Fields, placeOf: (text: string) => number | undefined): string {
  const parts: string[] = [];
  const shared: string[] = [];
  for (const [name, text] of fields) {
    const place = shareable.has(name) && text.length >= leastLength ? placeOf(text) : undefined;
    if (name === 'slots' && (shared.length > 0 || place !== undefined)) {
      if (place !== undefined) shared.push(`"slots":${place}`);
      parts.push(`"shared":{${shared.join(',')}}`);
      if (place === undefined) parts.push(`"slots":${text}`);
    } else if (place === undefined) parts.push(`"${name}":${text}`);
    else shared.push(`"${name}":${place}`);
  }
  return `{${parts.join(',')}}`;
}
