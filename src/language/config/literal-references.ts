import type { Pointer } from '../../base/json-pointer.ts';
import type { ConfigSpace, ConfigValue } from '../../ir/config.ts';
import { type FoundReference, referencesIn } from '../secrets/references-in.ts';
import { descend } from './compose.ts';

/** References to secrets that manifests have written, wherever they are nested in a composed config. O(config). */
export function literalReferences(value: ConfigValue): readonly FoundReference[] {
  const found: FoundReference[] = [];
  collect(value, [], found);
  return found;
}

/** What of them whoever reads the value at a config path is given. */
export function referencesAt(space: ConfigSpace, path: string): readonly string[] {
  const found = descend(space.value, path);
  if (found.kind === 'absent') return [];
  return [...new Set(literalReferences(found.value).map(({ text }) => text))];
}

function collect(value: ConfigValue, at: Pointer, found: FoundReference[]): void {
  switch (value.kind) {
    case 'literal':
      for (const { text, pointer } of referencesIn(value.value)) found.push({ text, pointer: [...at, ...pointer] });
      return;
    case 'object':
      for (const [key, entry] of Object.entries(value.entries)) collect(entry, [...at, key], found);
      return;
    case 'array':
      for (const [i, item] of value.items.entries()) collect(item, [...at, i], found);
      return;
    default:
      return;
  }
}
