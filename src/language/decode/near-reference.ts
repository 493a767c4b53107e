import { suggest } from '../../base/suggest.ts';

/** For `child.name` that lacks its `#`, and `slot.name` for one of the `heads` that is misspelt; undefined for other texts. */
export function nearReference(text: string, heads: readonly string[] = []): string | undefined {
  const [, head = '', name = ''] = /^([^\s.#/:]+)\.([^\s.#/:]+)$/.exec(text) ?? [];
  if (head === '') return undefined;
  const near = suggest(head, heads);
  return near === undefined ? `#${text}` : `${near}.${name}`;
}

/** `help` says what else there is. */
export const orElse = (near: string | undefined, help: string): string =>
  near === undefined ? help : `did you mean \`${near}\`? ${help.charAt(0).toUpperCase()}${help.slice(1)}`;
