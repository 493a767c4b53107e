import { cutText } from '../base/cut.ts';
import { suggest } from '../base/suggest.ts';
import type { Piece } from '../ir/manifest.ts';

export type Interpolation =
  | { readonly ok: true; readonly pieces: readonly Piece[] }
  | { readonly ok: false; readonly message: string };

/**
 * `${config.a.b}`, `${slots.s.url}`, `${item.url}` inside text. A `$` before anything but `{` is plain text, and nothing escapes
 * `${`. The query is everything up to the first `}`. O(length).
 */
export function parseInterpolation(text: string): Interpolation {
  const pieces: Piece[] = [];
  let from = 0;
  for (let start = text.indexOf('${'); start >= 0; start = text.indexOf('${', from)) {
    if (start > from) pieces.push({ kind: 'literal', text: text.slice(from, start) });
    const end = text.indexOf('}', start);
    if (end < 0) return { ok: false, message: `\`${cut(text.slice(start))}\` has no closing \`}\`` };
    const inner = text.slice(start + 2, end);
    const dot = inner.indexOf('.');
    const kind = dot < 0 ? inner : inner.slice(0, dot);
    if (kind !== 'config' && kind !== 'slots' && kind !== 'item') {
      return { ok: false, message: unknownSource(inner, kind) };
    }
    pieces.push({ kind, path: dot < 0 ? '' : inner.slice(dot + 1) });
    from = end + 1;
  }
  if (from < text.length || pieces.length === 0) pieces.push({ kind: 'literal', text: text.slice(from) });
  return { ok: true, pieces };
}

const sources = ['config', 'slots', 'item'];

function unknownSource(inner: string, kind: string): string {
  const use = 'use `config`, `slots` or `item`';
  if (inner === '') return `\`\${}\` names nothing; ${use}`;
  const trimmed = inner.trim();
  if (trimmed !== inner && sources.includes(trimmed.split('.', 1)[0] as string))
    return `\`\${${cut(inner)}}\` has blanks inside; write \`\${${cut(trimmed)}}\``;
  const near = suggest(kind.trim(), sources);
  return `\`\${${cut(inner)}}\` has an unknown source \`${cut(kind)}\`; ${near ? `did you mean \`${near}\`?` : use}`;
}

const cut = (text: string): string => cutText(text, 60);
