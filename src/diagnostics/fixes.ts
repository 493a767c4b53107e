/** Fixes as rules make them. */
import type { Location } from '../base/span.ts';
import type { Edit, Fix } from './fix.ts';

export const write = (at: Location, value: string): Edit => ({ kind: 'replace-text', at, value });
export const remove = (at: Location): Edit => ({ kind: 'remove', at });

/** A spelling that says the same, or mends what is broken. */
export const writeInstead = (value: string, edits: readonly Edit[]): readonly Fix[] => [
  { title: `write \`${value}\``, kind: 'safe', edits },
];

/** What was probably meant; nothing when nothing is near. `value` is what the author reads. */
export const guess = (value: string | undefined, edits: (value: string) => readonly Edit[]): readonly Fix[] =>
  value === undefined ? [] : [{ title: `write \`${value}\``, kind: 'suggest', edits: edits(value) }];

export const guessText = (at: Location, value: string | undefined): readonly Fix[] =>
  guess(value, (meant) => [write(at, meant)]);

/** `what` as in "remove slot `a`". */
export const removal = (what: string, edits: readonly Edit[] | undefined): readonly Fix[] =>
  edits === undefined ? [] : [{ title: `remove ${what}`, kind: 'remove', edits }];
