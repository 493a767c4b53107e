import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import type { ConfigSpace, ConfigValue } from '../../ir/config.ts';
import { describeValue } from '../schema/assertions.ts';
import { isAlwaysPresent } from '../schema/leaves.ts';
import { type Descent, descend, toLiteral } from './compose.ts';
import { type Forwarded, isFilled, settledDefault } from './forwarded.ts';
import { shownRef } from './text.ts';

/**
 * What `when: config.p` comes to: there and not null. False, 0 and empty values are present. A value of the root config is
 * judged by the root schema, which may leave the answer to the run.
 */
export function presence(
  space: ConfigSpace,
  path: string,
  rootSchema: JsonObject | null,
): 'present' | 'absent' | 'runtime' {
  const found = descend(space.value, path);
  if (found.kind === 'absent') return 'absent';
  const { value } = found;
  const root = rootPathOf(found);
  if (root !== undefined) {
    if (rootSchema && isAlwaysPresent(rootSchema, root)) return 'present';
    const forwarded = forwardedOf(space, path, found);
    return forwarded && isFilled(forwarded, rootSchema) ? 'present' : 'runtime';
  }
  if (found.kind === 'below') return 'runtime';
  return value.kind === 'literal' && value.value === null ? 'absent' : 'present';
}

/** The default that is known to stand at a path which leads into what comes from the root config. */
export function knownDefault(space: ConfigSpace, path: string, rootSchema: JsonObject | null): JsonValue | undefined {
  const found = descend(space.value, path);
  const forwarded = found.kind === 'absent' ? undefined : forwardedOf(space, path, found);
  return forwarded && settledDefault(forwarded, rootSchema);
}

function forwardedOf(
  space: ConfigSpace,
  path: string,
  found: Exclude<Descent, { kind: 'absent' }>,
): Forwarded | undefined {
  if (found.value.kind !== 'root') return undefined;
  const root = found.value.path;
  return found.kind === 'value' ? { space, at: path, rest: '', root } : { space, at: found.at, rest: found.rest, root };
}

/** The path of the root config that the value is, if it is exactly that. */
function rootPathOf(found: Exclude<Descent, { kind: 'absent' }>): string | undefined {
  if (found.value.kind !== 'root') return undefined;
  if (found.kind === 'value') return found.value.path;
  return found.value.path === '' ? found.rest : `${found.value.path}.${found.rest}`;
}

export type Items =
  | { readonly kind: 'static'; readonly items: readonly JsonValue[] }
  | { readonly kind: 'runtime' }
  | { readonly kind: 'error'; readonly message: string };

/** What `each: config.p` goes over. Nothing there, or null, is the empty list. */
export function eachItems(space: ConfigSpace, path: string): Items {
  const found = descend(space.value, path);
  if (found.kind === 'absent') return { kind: 'static', items: [] };
  if (found.kind === 'below') return { kind: 'runtime' };
  return itemsOf(found.value, path);
}

function itemsOf(value: ConfigValue, path: string): Items {
  const literal = toLiteral(value);
  if (literal === null) return { kind: 'static', items: [] };
  if (Array.isArray(literal)) return { kind: 'static', items: literal as readonly JsonValue[] };
  if (literal === undefined && (value.kind === 'root' || value.kind === 'array')) return { kind: 'runtime' };
  // A reference may stand for the whole list, or for an item of it.
  if (value.kind === 'literal' && literal === undefined && !isObject(value.value)) return { kind: 'runtime' };
  const shown =
    literal !== undefined
      ? describeValue(literal)
      : value.kind === 'object' || value.kind === 'literal'
        ? 'object'
        : 'string';
  return { kind: 'error', message: `\`each\` needs a list, and ${shownRef(path)} is of type ${shown}` };
}
