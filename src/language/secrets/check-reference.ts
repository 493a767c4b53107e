import { suggest } from '../../base/suggest.ts';
import { isReference, parseReference } from './reference.ts';

export type ReferenceFault =
  /** The reason never quotes the text: it may hold the secret itself. */
  | {
      readonly kind: 'invalid';
      readonly reason: string;
      /** Something stands before it, so it would be taken for a plain text. */
      readonly inText?: true;
    }
  | { readonly kind: 'unknown-vault'; readonly vault: string; readonly near: string | undefined };

/** A scheme with something behind it, in the middle of a text. */
const inside = /secret:\/\/[A-Za-z0-9]/;

/**
 * What keeps a text of config from being the reference that it is meant to be; undefined for one that can be used, and for any other
 * text. `vaults` are the names that the settings declare. O(length).
 */
export function referenceFault(text: string, vaults: readonly string[]): ReferenceFault | undefined {
  if (!isReference(text)) {
    if (!inside.test(text)) return undefined;
    return { kind: 'invalid', reason: 'it must be the whole text: nothing stands before or behind it', inText: true };
  }
  const parsed = parseReference(text);
  if ('fault' in parsed) return { kind: 'invalid', reason: parsed.fault };
  const { vault } = parsed;
  return vaults.includes(vault) ? undefined : { kind: 'unknown-vault', vault, near: suggest(vault, vaults) };
}
