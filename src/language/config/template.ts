/** Strings in a child's `config`: which references they hold. */

import type { ConfigValue } from '../../ir/config.ts';
import { parseInterpolation } from '../interpolation.ts';
import type { TextParts } from './text.ts';

export type ConfigText =
  | { readonly kind: 'plain' }
  /** Exactly one `${config.p}`: the typed value. */
  | { readonly kind: 'whole'; readonly path: string }
  /** Exactly one `$${config.p}`; `reference` is the text without the first `$`. */
  | { readonly kind: 'quoted'; readonly path: string; readonly reference: string }
  | { readonly kind: 'mixed'; readonly pieces: readonly (string | { readonly path: string })[] }
  | { readonly kind: 'bad'; readonly message: string };

export function parseConfigText(text: string): ConfigText {
  if (!text.includes('${')) return { kind: 'plain' };
  const quoted = text.startsWith('$${') && text.indexOf('}') === text.length - 1;
  if (!quoted && text.includes('$${')) {
    const message = '`$${…}` must be the whole text: it is handed on as it stands, and cannot be part of a longer text';
    return { kind: 'bad', message };
  }
  const reference = quoted ? text.slice(1) : text;
  const parsed = parseInterpolation(reference);
  if (!parsed.ok) return { kind: 'bad', message: parsed.message };
  const pieces: (string | { readonly path: string })[] = [];
  for (const piece of parsed.pieces) {
    if (piece.kind === 'literal') pieces.push(piece.text);
    else if (piece.kind === 'config') pieces.push({ path: piece.path });
    else return { kind: 'bad', message: outOfPlace(`${quoted ? '$' : ''}\${${piece.kind}…}`) };
  }
  const only = pieces[0];
  if (pieces.length > 1 || typeof only !== 'object') return { kind: 'mixed', pieces };
  return quoted ? { kind: 'quoted', path: only.path, reference } : { kind: 'whole', path: only.path };
}

const outOfPlace = (shown: string): string =>
  `\`${shown}\` cannot be used in the config of a component: it is composed before anything is bound; use \`\${config…}\``;

/** What a piece of a mixed text stands for; undefined after a problem was reported. */
export type PieceText = string | { readonly root: string } | TextParts;

/** Literal when every piece is known, else a template; undefined when a piece is at fault. */
export function composeMixed(
  pieces: readonly (string | { readonly path: string })[],
  resolve: (path: string) => PieceText | undefined,
): ConfigValue | undefined {
  const parts: (string | { readonly root: string })[] = [];
  const push = (part: string | { readonly root: string }): void => {
    const last = parts.at(-1);
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
    else if (part !== '') parts.push(part);
  };
  let failed = false;
  for (const piece of pieces) {
    const found = typeof piece === 'string' ? piece : resolve(piece.path);
    if (found === undefined) failed = true;
    else if (typeof found === 'string' || 'root' in found) push(found);
    else for (const part of found) push(part);
  }
  if (failed) return undefined;
  if (parts.every((part) => typeof part === 'string')) return { kind: 'literal', value: parts.join('') };
  return { kind: 'text', parts };
}
