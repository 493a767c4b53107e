/** Values of the settings that are never shown where they are wrong: somebody may have written the secret itself. */
import * as D from '../../diagnostics/catalogue/settings.ts';
import * as V from '../../diagnostics/catalogue/vault.ts';
import { type Cursor, shownPath, textOf } from '../decode/cursor.ts';
import { looksLikeCredential } from '../secrets/sensitive-names.ts';
import type { SettingsContext } from './section.ts';
import type { Shape } from './shape.ts';

export interface QuietRule {
  /** In the published schema. */
  readonly pattern: RegExp;
  /** More than a pattern says; undefined for a value that can be. */
  readonly fault?: (value: string) => string | undefined;
  /** Without the value. */
  readonly message: string;
  readonly help: string;
}

export const quietText = (description: string, { pattern, fault, message, help }: QuietRule): Shape<string> => ({
  schema: { type: 'string', description, pattern: pattern.source },
  read: (ctx, cursor) => {
    const found = textOf(ctx, cursor);
    if (!found) return undefined;
    const wrong = pattern.test(found.value) ? fault?.(found.value) : message;
    if (wrong === undefined) return found.value;
    const { range } = cursor.node;
    ctx.tell(
      D.invalidValue({ path: shownPath(cursor.path), message: wrong }, { at: ctx.at(range), help, conceals: [range] }),
    );
    return undefined;
  },
});

/** The same without what looks like a credential, which is refused here. `known` are keys that there are. */
export function withoutCredentials(
  ctx: SettingsContext,
  cursor: Cursor,
  known: readonly string[],
  help: string,
): Cursor {
  const { node } = cursor;
  if (node.kind !== 'object') return cursor;
  const entries = node.entries.filter(({ key, keyRange, value }) => {
    if (known.includes(key) || !looksLikeCredential(key)) return true;
    const path = shownPath(`${cursor.path}.${key}`);
    ctx.tell(V.vaultCredential({ path }, { at: ctx.at(keyRange), help, conceals: [value.range] }));
    return false;
  });
  return { ...cursor, node: { ...node, entries } };
}
