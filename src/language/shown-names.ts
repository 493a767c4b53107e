/** What plans and scenario IRs say of a component that is shown like a name. Both have it in the form that programs are lowered to. */

import { hasControl } from '../base/control.ts';
import { isObject, type JsonObject, type JsonValue } from '../base/json.ts';
import type { Pointer } from './syntax/pointer.ts';

export interface ShownName {
  /** `slot` */
  readonly what: string;
  readonly text: string;
  readonly pointer: Pointer;
}

/** Those that have in them what no name may have. */
export const unshowable = (names: readonly ShownName[]): readonly ShownName[] =>
  names.filter(({ text }) => hasControl(text));

/** Field → what its keys are the names of. */
export type NamedFields = Readonly<Record<string, string>>;

/** O(size of the component). */
export function namesOfComponent(component: JsonObject, fields: NamedFields, at: Pointer): readonly ShownName[] {
  return [
    ...textAt(component, 'moniker', 'component', at),
    ...Object.entries(fields).flatMap(([field, what]) => keysAt(component[field], what, [...at, field])),
    ...['slots', 'provides'].flatMap((field) => capabilitiesIn(component[field], [...at, field])),
    ...namesOfProgram(component['program'], [...at, 'program']),
  ];
}

export function textAt(object: JsonObject, field: string, what: string, at: Pointer): readonly ShownName[] {
  const text = object[field];
  return typeof text === 'string' ? [{ what, text, pointer: [...at, field] }] : [];
}

export const keysAt = (map: JsonValue | undefined, what: string, at: Pointer): readonly ShownName[] =>
  isObject(map) ? Object.keys(map).map((text) => ({ what, text, pointer: [...at, text] })) : [];

const itemsAt = (list: JsonValue | undefined, at: Pointer): readonly (readonly [JsonObject, Pointer])[] =>
  Array.isArray(list) ? list.flatMap((item, i) => (isObject(item) ? [[item, [...at, i]] as const] : [])) : [];

function capabilitiesIn(map: JsonValue | undefined, at: Pointer): readonly ShownName[] {
  if (!isObject(map)) return [];
  return Object.entries(map).flatMap(([name, one]) =>
    isObject(one)
      ? [...textAt(one, 'profile', 'profile', [...at, name]), ...textAt(one, 'endpoint', 'endpoint', [...at, name])]
      : [],
  );
}

function namesOfProgram(program: JsonValue | undefined, at: Pointer): readonly ShownName[] {
  if (!isObject(program)) return [];
  if (isObject(program['vm'])) return namesOfProgram(program['vm'], [...at, 'vm']);
  const network = program['network'];
  const endpoints = isObject(network) ? itemsAt(network['endpoints'], [...at, 'network', 'endpoints']) : [];
  return [
    ...keysAt(program['env'], 'environment variable', [...at, 'env']),
    ...endpoints.flatMap(([endpoint, place]) => textAt(endpoint, 'name', 'endpoint', place)),
    ...itemsAt(program['mounts'], [...at, 'mounts']).flatMap(([mount, place]) => namesOfMount(mount, place)),
  ];
}

/** A path in parts is shown with what stands around its references. */
const namesOfMount = (mount: JsonObject, at: Pointer): readonly ShownName[] => [
  ...textAt(mount, 'path', 'mount path', at),
  ...itemsAt(mount['path'], [...at, 'path']).flatMap(([part, place]) => textAt(part, 'lit', 'mount path', place)),
  ...['slot', 'resource', 'capability'].flatMap((field) => textAt(mount, field, field, at)),
];
