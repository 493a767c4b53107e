import type { Location } from '../base/span.ts';

/**
 * A change to a manifest, told by what it means. Only with the text at hand (src/fix) does it become characters: quotes, commas
 * and indentation are those of the place.
 */
export type Edit =
  /** The string or the key with exactly this range gets another value. */
  | { readonly kind: 'replace-text'; readonly at: Location; readonly value: string }
  /**
   * The mapping entry whose key, or the list item whose value, has exactly this range goes, with what stands behind it on its
   * last line. A section that is empty then goes too, where it may be left out.
   */
  | { readonly kind: 'remove'; readonly at: Location }
  /** The field of the object with exactly this range has this value; it is written at the end when it is not there. */
  | { readonly kind: 'set-field'; readonly at: Location; readonly key: string; readonly value: string | boolean };

/**
 * `safe` changes no meaning, or only repairs; `remove` takes away what the author wrote, and is applied when asked for; `suggest`
 * is a guess, which an editor offers and nobody applies unseen.
 */
export type FixKind = 'safe' | 'remove' | 'suggest';

export interface Fix {
  /** An order: "write `slots.api`". */
  readonly title: string;
  readonly kind: FixKind;
  /** Applied together or not at all. */
  readonly edits: readonly Edit[];
}

export interface TextEdit {
  readonly at: Location;
  /** Instead of what is at the range. */
  readonly text: string;
}

export interface TextFix {
  readonly title: string;
  readonly kind: FixKind;
  /** In the order of the text, file by file, apart from each other. */
  readonly edits: readonly TextEdit[];
}
