/**
 * The question of a scope as text, in both versions of the protocol. Of version 1 it is the canonical body; in version 2, what several
 * components say alike is written once, in `shared`.
 */
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

export interface Bodies {
  readonly plain: string;
  readonly sharing: () => string;
}

/** Each part of the question is written once for both. O(length in version 1). */
export function bodiesOf({ scope }: PolicyRequest): Bodies {
  const textOf = createTexts();
  const told = scope.components.map((component) => names.map((name) => textOf(component[name])));
  const [bindings, exports, imports] = [scope.bindings, scope.exports, scope.imports].map(textOf);
  const shown = (components: string): string =>
    `"scope":{"bindings":${bindings},"components":[${components}],"exports":${exports},"imports":${imports}}`;
  const makeSharing = (): string => {
    const placeOf = createPlaces(told);
    const components = told.map((texts) => sharingComponent(texts, placeOf.place));
    return `{${shown(components.join(','))},"shared":[${placeOf.texts().join(',')}]}`;
  };
  let made: string | undefined;
  return {
    plain: `{${shown(plainComponents(told))}}`,
    sharing: () => {
      made ??= makeSharing();
      return made;
    },
  };
}

function createTexts(): (value: unknown) => string {
  // Components of one manifest have most of their parts in common.
  const known = new Map<object, string>();
  return (value) => {
    // Most fields of most components are one of these.
    if (value === null) return 'null';
    if (typeof value !== 'object') return typeof value === 'number' ? String(value) : sortedText(value as JsonValue);
    const text = known.get(value) ?? sortedText(value as JsonValue);
    known.set(value, text);
    return text;
  };
}

interface Places {
  readonly place: (text: string) => number | undefined;
  /** In the order of their places. */
  readonly texts: () => readonly string[];
}

function createPlaces(told: readonly (readonly string[])[]): Places {
  const counts = new Map<string, number>();
  for (const texts of told)
    for (let i = 0; i < texts.length; i++) {
      const text = texts[i] as string;
      if (text.length < leastLength || !shareable.has(names[i] as string)) continue;
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  const places = new Map<string, number>();
  return {
    texts: () => [...places.keys()],
    place: (text) => {
      if ((counts.get(text) ?? 0) < 2) return undefined;
      const place = places.get(text) ?? places.size;
      places.set(text, place);
      return place;
    },
  };
}

const heads = names.map((name, i) => `${i === 0 ? '{' : ','}"${name}":`);

/** One array of all pieces is quicker than a text for each component. */
function plainComponents(told: readonly (readonly string[])[]): string {
  const pieces: string[] = [];
  for (const texts of told) {
    if (pieces.length > 0) pieces.push(',');
    for (let i = 0; i < heads.length; i++) pieces.push(heads[i] as string, texts[i] as string);
    pieces.push('}');
  }
  return pieces.join('');
}

function sharingComponent(texts: readonly string[], placeOf: Places['place']): string {
  const parts: string[] = [];
  const shared: string[] = [];
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    const text = texts[i] as string;
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
