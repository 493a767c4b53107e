/** Defaults of a config schema: they are config that a manifest writes. */
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import type { Pointer } from '../../base/json-pointer.ts';
import { configFaults, type FoundFault } from './check-config.ts';

type Judging = Parameters<typeof configFaults>[1];

const branches = ['allOf', 'prefixItems'] as const;
const single = ['items', 'contains', 'additionalProperties'] as const;
const byName = ['properties', '$defs', 'definitions'] as const;

/** Pointers lead into the schema. O(schema). */
export function defaultsIn(schema: JsonObject, judging: Judging): readonly FoundFault[] {
  const found: FoundFault[] = [];
  visit(schema, '', [], judging, found);
  return found;
}

function visit(schema: JsonValue, name: string, at: Pointer, judging: Judging, found: FoundFault[]): void {
  if (!isObject(schema)) return;
  const fallback = schema['default'];
  if (fallback !== undefined)
    for (const { pointer, fault } of configFaults(fallback, judging, name))
      found.push({ pointer: [...at, 'default', ...pointer], fault });
  for (const keyword of byName) {
    const members = schema[keyword];
    if (!isObject(members)) continue;
    for (const [key, member] of Object.entries(members)) visit(member, key, [...at, keyword, key], judging, found);
  }
  for (const keyword of single) visit(schema[keyword] ?? null, name, [...at, keyword], judging, found);
  for (const keyword of branches) {
    const parts = schema[keyword];
    if (!Array.isArray(parts)) continue;
    for (const [i, part] of (parts as readonly JsonValue[]).entries())
      visit(part, name, [...at, keyword, i], judging, found);
  }
}
