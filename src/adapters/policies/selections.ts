/** What an answer's header tells of the selections of a policy. It is news for coverage only: whatever is wrong with it, it is passed over. */
import { isObject, type JsonValue, own } from '../../base/json.ts';
import { printable } from '../../base/printable.ts';
import type { PolicySelection, PolicySelections } from '../../ir/protocol.ts';

/** Characters; the SDKs send at most 8000. */
const longest = 16_384;
const longestName = 1000;

export function readSelections(header: string | undefined): PolicySelections | undefined {
  if (header === undefined || header.length > longest) return undefined;
  const told = parsed(header);
  const items = isObject(told) ? own(told, 'selections') : undefined;
  if (!isObject(told) || !Array.isArray(items)) return undefined;
  const list = (items as readonly JsonValue[]).flatMap(readSelection);
  return { list, leftOut: countOf(own(told, 'left_out')) ?? 0 };
}

function readSelection(item: JsonValue): readonly PolicySelection[] {
  if (!isObject(item)) return [];
  const name = own(item, 'name');
  const matched = countOf(own(item, 'matched'));
  if (typeof name !== 'string' || matched === undefined) return [];
  return [{ name: printable(name.slice(0, longestName)).replaceAll('\n', ' '), matched }];
}

const countOf = (value: JsonValue | undefined): number | undefined =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
