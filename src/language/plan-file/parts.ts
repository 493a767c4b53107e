/** Long texts in a field of a component. */
import type { JsonValue } from '../../base/json.ts';
import type { Pointer } from '../../base/json-pointer.ts';

export interface Part {
  /** Below the field. */
  readonly steps: Pointer;
  readonly text: string;
}

/** In the order of canonical JSON. Lengths are those of the texts themselves. */
export function longTexts(value: JsonValue, least: number): readonly Part[] {
  const found: Part[] = [];
  const queue: { readonly value: JsonValue; readonly steps: Pointer }[] = [{ value, steps: [] }];
  for (let next = queue.pop(); next; next = queue.pop()) {
    const { value: inner, steps } = next;
    if (typeof inner === 'string' && inner.length >= least) found.push({ steps, text: inner });
    if (typeof inner !== 'object' || inner === null) continue;
    const keys = Array.isArray(inner) ? [...inner.keys()] : Object.keys(inner).sort();
    for (const key of keys.reverse())
      queue.push({ value: (inner as Record<string | number, JsonValue>)[key] as JsonValue, steps: [...steps, key] });
  }
  return found;
}
