import { isObject, type JsonValue, own } from '../../base/json.ts';
import type { ConfigSpace } from '../../ir/config.ts';
import type { Piece, Template } from '../../ir/manifest.ts';
import { lookupValue, toLiteral } from '../config/compose.ts';
import { renderScalar } from '../config/text.ts';

/** A piece that only the run can tell, in the wire form of templates. */
export type Part =
  | { readonly lit: string }
  | { readonly config: string }
  | { readonly slot: string; readonly scope: number }
  | { readonly item: string };

export type Rendered =
  | { readonly ok: true; readonly parts: readonly Part[] }
  | { readonly ok: false; readonly message: string };

export interface RenderScope {
  readonly space: ConfigSpace;
  /** Component id that slot parts carry. */
  readonly self: number;
  /** The element of a static `each`. */
  readonly item?: JsonValue;
}

/** Puts in what is known at link time and leaves the rest as parts; neighbouring literals are merged. */
export function renderTemplate(template: Template, scope: RenderScope): Rendered {
  const parts: Part[] = [];
  const push = (part: Part): void => {
    const last = parts[parts.length - 1];
    if ('lit' in part && last && 'lit' in last) parts[parts.length - 1] = { lit: last.lit + part.lit };
    else if (!('lit' in part) || part.lit !== '') parts.push(part);
  };
  for (const piece of template.pieces) {
    const rendered = renderPiece(piece, scope);
    if (typeof rendered === 'string') return { ok: false, message: rendered };
    push(rendered);
  }
  return { ok: true, parts };
}

/** A message when the piece cannot be rendered. */
function renderPiece(piece: Piece, { space, self, item }: RenderScope): Part | string {
  switch (piece.kind) {
    case 'literal':
      return { lit: piece.text };
    case 'slots':
      return { slot: piece.path, scope: self };
    case 'item':
      return item === undefined ? { item: piece.path } : itemText(item, piece.path);
    case 'config': {
      const shown = `\`\${config${piece.path === '' ? '' : `.${piece.path}`}}\``;
      const found = lookupValue(space, piece.path);
      if (!found.ok) return found.message;
      const literal = toLiteral(found.value);
      if (literal === undefined) return { config: piece.path };
      const text = renderScalar(literal);
      return text === undefined ? `${shown} is null, which has no text` : { lit: text };
    }
  }
}

function itemText(item: JsonValue, path: string): Part | string {
  let value: JsonValue | undefined = item;
  for (const step of path === '' ? [] : path.split('.')) value = isObject(value) ? own(value, step) : undefined;
  const text = value === undefined ? undefined : renderScalar(value);
  return text === undefined ? `\`\${item${path === '' ? '' : `.${path}`}}\` has no value` : { lit: text };
}

/** The text, if every part is known. */
export const literalOf = (parts: readonly Part[]): string | undefined => {
  if (parts.length === 0) return '';
  const [only, second] = parts;
  return only && !second && 'lit' in only ? only.lit : undefined;
};
