/**
 * Which root config is secret. A value that anybody declares secret is a secret everywhere: whoever else gets it may not show it
 * either.
 */
import type { JsonObject, JsonValue } from '../../base/json.ts';
import type { Pointer } from '../../base/json-pointer.ts';
import { compareText } from '../../base/order.ts';
import type { ConfigSpace, ConfigValue } from '../../ir/config.ts';
import { applyDefaults } from '../schema/defaults.ts';
import { leaves, secretPlaces } from '../schema/leaves.ts';
import { referencesIn } from '../secrets/references-in.ts';
import { descend, lookupValue, rootPaths } from './compose.ts';
import { parseConfigText } from './template.ts';

/** `a` covers `a.b`, and `''` covers all. */
export const covers = (path: string, other: string): boolean =>
  path === '' || path === other || other.startsWith(`${path}.`);

export const touches = (path: string, other: string): boolean => covers(path, other) || covers(other, path);

export interface Consumer {
  readonly space: ConfigSpace;
  /**
   * What the references mean that a policy was given to hand on. They count, since it is the value behind them that the policy
   * calls secret.
   */
  readonly scope?: ConfigSpace | undefined;
}

/**
 * The secret leaves of the root config, sorted: those that its schema declares, those whose defaults are references to secrets, those
 * that are `known`, and those from which some consumer takes what it declares secret. Of a text with several references, those are secret that are so anyway; only when none
 * is, all of them are, since nobody has said which part matters.
 */
export function secretLeaves(
  rootSchema: JsonObject | null,
  consumers: readonly Consumer[],
  known: readonly string[] = [],
): readonly string[] {
  if (rootSchema === null) return [];
  const all = leaves(rootSchema);
  const found: Found = { paths: [], texts: [] };
  for (const { space, scope } of consumers) collect(space, scope, found);
  const secret = new Set(all.flatMap((leaf) => (leaf.secret ? [leaf.path] : [])));
  const defaults = defaultReferences(rootSchema);
  const add = (paths: readonly string[]): void => {
    const different = [...new Set(paths)];
    for (const { path } of all) if (different.some((one) => touches(one, path))) secret.add(path);
  };
  add(known);
  add(defaults);
  add(found.paths);
  const told = [...secret];
  for (const paths of found.texts) if (!paths.some((path) => told.some((one) => touches(one, path)))) add(paths);
  return [...secret].sort(compareText);
}

/** Where references to secrets stand in a value, as config paths: a list is one place. */
export const referencePaths = (value: JsonValue): readonly string[] => [
  ...new Set(referencesIn(value).map(({ pointer }) => pathOfPointer(pointer))),
];

export const pathOfPointer = (pointer: Pointer): string => {
  const list = pointer.findIndex((step) => typeof step === 'number');
  return (list < 0 ? pointer : pointer.slice(0, list)).join('.');
};

/** What a root config without any value given is made of. */
const defaultReferences = (rootSchema: JsonObject): readonly string[] => referencePaths(applyDefaults(rootSchema, {}));

/** The paths of the root config that the value at a path of a component's config is made of. */
export function rootSources(space: ConfigSpace, path: string): readonly string[] {
  const found = descend(space.value, path);
  if (found.kind === 'absent') return [];
  if (found.kind === 'below' && found.value.kind === 'root') return [join(found.value.path, found.rest)];
  return rootPaths(found.value);
}

interface Found {
  readonly paths: string[];
  /** The references of each text. */
  readonly texts: string[][];
}

function collect(space: ConfigSpace, scope: ConfigSpace | undefined, found: Found): void {
  if (!space.schema) return;
  for (const place of secretPlaces(space.schema)) {
    const at = descend(space.value, place);
    if (at.kind === 'absent') continue;
    if (at.kind === 'below' && at.value.kind === 'root') found.paths.push(join(at.value.path, at.rest));
    else visit(at.value, scope, found);
  }
}

function visit(value: ConfigValue, scope: ConfigSpace | undefined, found: Found): void {
  switch (value.kind) {
    case 'literal':
      return;
    case 'root':
      found.paths.push(value.path);
      return;
    case 'text':
      found.texts.push(value.parts.flatMap((part) => (typeof part === 'string' ? [] : [part.root])));
      return;
    case 'symbolic': {
      const parsed = parseConfigText(value.text);
      const meant = scope && parsed.kind === 'whole' ? lookupValue(scope, parsed.path) : undefined;
      if (meant?.ok) visit(meant.value, undefined, found);
      return;
    }
    case 'object':
      for (const entry of Object.values(value.entries)) visit(entry, scope, found);
      return;
    case 'array':
      for (const item of value.items) visit(item, scope, found);
      return;
  }
}

const join = (path: string, rest: string): string => (path === '' ? rest : `${path}.${rest}`);
