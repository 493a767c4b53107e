/** What config says of secrets that it must not, or cannot. */
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import type { Pointer } from '../../base/json-pointer.ts';
import { type ReferenceFault, referenceFault } from './check-reference.ts';
import { type InlineFault, inlineFault } from './inline.ts';
import { isSensitiveName } from './sensitive-names.ts';

export type SecretFault = ReferenceFault | { readonly kind: InlineFault; readonly name: string };

export interface FoundFault {
  readonly pointer: Pointer;
  readonly fault: SecretFault;
}

interface Judging {
  /** Names that the settings declare. */
  readonly vaults: readonly string[];
  /** Whether secrets that are written out count. They do where there are vaults to keep them in. */
  readonly strict: boolean;
}

/** Of every text in the value, which stands under `name`; in its order. O(value). */
export function configFaults(value: JsonValue, judging: Judging, name = ''): readonly FoundFault[] {
  const found: FoundFault[] = [];
  visit(value, name, [], judging, found);
  return found;
}

/** Of a text under its name alone. */
export function textFault(name: string, value: string | number, judging: Judging): SecretFault | undefined {
  const reference = typeof value === 'string' ? referenceFault(value, judging.vaults) : undefined;
  if (reference) return reference;
  const kind = judging.strict ? inlineFault(name, value) : undefined;
  return kind && { kind, name };
}

function visit(value: JsonValue, name: string, pointer: Pointer, judging: Judging, found: FoundFault[]): void {
  if (typeof value === 'string' || typeof value === 'number') {
    const fault = textFault(name, value, judging);
    if (fault) found.push({ pointer, fault });
  } else if (Array.isArray(value)) {
    for (const [i, item] of (value as readonly JsonValue[]).entries())
      visit(item, name, [...pointer, i], judging, found);
  } else if (isObject(value)) {
    const named = nameBeside(value);
    for (const [key, item] of Object.entries(value))
      visit(item, key === 'value' && named !== undefined ? named : key, [...pointer, key], judging, found);
  }
}

/** `{name: API_KEY, value: …}` says under another key what the value is. */
function nameBeside(value: JsonObject): string | undefined {
  const said = value['name'] ?? value['key'];
  return typeof said === 'string' && isSensitiveName(said) ? said : undefined;
}
