/** `when` and `each` of one program, once its config and its slots are known. */
import { isObject, type JsonValue, own, sortedJson } from '../../base/json.ts';
import { valueAt } from '../config/text.ts';
import { parseEach, parseWhen } from '../when.ts';
import type { RenderScope } from './render-text.ts';

/** Presence, never truth: `false`, 0 and empty values are present. */
export function isPresent(when: string, scope: RenderScope, where: string): boolean {
  const parsed = parseWhen(when);
  if (!parsed.ok) {
    scope.problems.push(`\`${where}.when\`: ${parsed.message}`);
    return false;
  }
  const { kind, path } = parsed.value;
  if (kind === 'config') return hasConfig(path, scope);
  return hasSlot(path, scope);
}

export function hasConfig(path: string, scope: RenderScope): boolean {
  const value = valueAt(scope.config, path);
  return value !== undefined && value !== null;
}

export const hasSlot = (query: string, scope: RenderScope): boolean =>
  (own(scope.slots, query.split('.')[0] ?? '')?.length ?? 0) > 0;

export function eachItem(each: string, scope: RenderScope, where: string): readonly JsonValue[] {
  const parsed = parseEach(each);
  if (parsed.ok) return itemsOf(parsed.value.kind, parsed.value.path, scope, where);
  scope.problems.push(`\`${where}.each\`: ${parsed.message}`);
  return [];
}

/** What an `each` goes over. Nothing there, or null, is no element. */
export function itemsOf(
  kind: 'config' | 'slots' | 'item',
  path: string,
  scope: RenderScope,
  where: string,
): readonly JsonValue[] {
  if (kind === 'slots') return (own(scope.slots, path) ?? []).map((url) => ({ url }));
  const value = valueAt(scope.config, path);
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value as readonly JsonValue[];
  const shown = isObject(value) ? 'an object' : sortedJson(value);
  scope.problems.push(`\`${where}.each\`: \`config.${path}\` is ${shown}, and only a list can be repeated over`);
  return [];
}
