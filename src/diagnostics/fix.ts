import type { Location } from '../base/span.ts';

/**
 * A change to a manifest, told by what it means. Only with the text at hand (src/fix) does it become characters: quotes, commas
 * and indentation are those of the place.
 */
export type Edit =
  /** The string at the range gets another value. */
  | { readonly kind: 'replace-text'; readonly at: Location; readonly value: string }
  /** The mapping entry whose key, or the list item whose value, has exactly this range goes, with the comments that belong to it. */
  | { readonly kind: 'remove'; readonly at: Location }
  /** The object with exactly this range gets one more field at its end. */
  | { readonly kind: 'add-field'; readonly at: Location; readonly key: string; readonly value: string | boolean };

export interface Fix {
  /** An order: "write `slots.api`". */
  readonly title: string;
  /** `safe` changes no meaning, or only repairs; `remove` takes away what the author wrote, and is applied when asked for. */
  readonly kind: 'safe' | 'remove';
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
  readonly kind: Fix['kind'];
  /** In the order of the text, apart from each other. */
  readonly edits: readonly TextEdit[];
}
