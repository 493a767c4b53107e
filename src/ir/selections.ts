/** Tells what the selectors of a policy matched, beside the answer: the answer itself is the same with and without. */
import { isObject, type JsonObject, type JsonValue, own, sortedJson } from '../base/json.ts';

/** What the SDK knows of one. */
interface Made {
  readonly name: string;
  readonly size: number;
}

/** Shared by all copies of the SDK. Not enumerable: whoever compares or copies an answer sees the answer alone. */
const key: unique symbol = Symbol.for('headgate.selections');
/** Bytes of the header: far below what any client takes. */
const room = 8000;

/** Selections of one name count as one. */
export function withSelections<T extends object>(answer: T, selections: readonly Made[]): T {
  const matched = new Map<string, number>();
  for (const { name, size } of selections) matched.set(String(name), (matched.get(String(name)) ?? 0) + size);
  const counts = [...matched].map(([name, count]): JsonObject => ({ name, matched: count }));
  return Object.defineProperty(answer, key, { value: counts, enumerable: false });
}

/** The value of the header `headgate-selections`; undefined where there is nothing to tell. */
export function selectionsOf(answer: unknown): string | undefined {
  const counts = (answer as { [key]?: unknown } | null | undefined)?.[key];
  if (!Array.isArray(counts) || counts.length === 0) return undefined;
  const items: string[] = [];
  let size = 0;
  for (const item of counts as readonly JsonValue[]) {
    const text = isObject(item)
      ? ascii(sortedJson({ name: own(item, 'name') ?? '', matched: own(item, 'matched') ?? 0 }))
      : '';
    if (size + text.length + 1 > room) continue;
    size += text.length + 1;
    items.push(text);
  }
  const leftOut = counts.length - items.length;
  return `{${leftOut === 0 ? '' : `"left_out":${leftOut},`}"selections":[${items.join(',')}]}`;
}

const ascii = (text: string): string =>
  text.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
