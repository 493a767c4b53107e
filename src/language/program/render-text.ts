import { type JsonObject, type JsonValue, own, setKey, sortedJson } from '../../base/json.ts';
import { sortedKeys } from '../../base/order.ts';
import type { Piece } from '../../ir/manifest.ts';
import { renderScalar, shownRef, valueAt } from '../config/text.ts';
import { parseInterpolation } from '../interpolation.ts';

/** What the texts of one program can refer to. */
export interface RenderScope {
  readonly config: JsonObject;
  readonly slots: Readonly<Record<string, readonly string[]>>;
  readonly whyUnbound?: (slot: string) => string;
  /** The element of the `each` around the text. */
  readonly item?: JsonValue;
  /** Every fault is added here. */
  readonly problems: string[];
}

/** The text with every `${…}` replaced; undefined after a problem was added. */
export function renderText(text: string, scope: RenderScope, where: string): string | undefined {
  const parsed = parseInterpolation(text);
  if (!parsed.ok) {
    scope.problems.push(`\`${where}\`: ${parsed.message}`);
    return undefined;
  }
  const parts = parsed.pieces.map((piece) => renderPiece(piece, scope, where));
  if (parts.includes(undefined)) return undefined;
  const rendered = parts.join('');
  if (!rendered.includes('\0')) return rendered;
  scope.problems.push(`\`${where}\` contains a NUL character, and no argument or environment variable can hold one`);
  return undefined;
}

function renderPiece(piece: Piece, scope: RenderScope, where: string): string | undefined {
  switch (piece.kind) {
    case 'literal':
      return piece.text;
    case 'config':
      return renderConfig(piece.path, scope, where);
    case 'slots':
      return renderSlot(piece.path, scope, where);
    case 'item':
      return renderItem(piece.path, scope, where);
  }
}

export function renderConfig(path: string, scope: RenderScope, where: string): string | undefined {
  return scalar(valueAt(scope.config, path), shownRef(path), scope, where);
}

/** `''` is every slot, `s` one slot as an object, `s.url` its URL. */
export function renderSlot(query: string, scope: RenderScope, where: string): string | undefined {
  const shown = query === '' ? '`${slots}`' : `\`\${slots.${query}}\``;
  const fail = (message: string): undefined => {
    scope.problems.push(`\`${where}\`: ${message}`);
    return undefined;
  };
  if (query === '') {
    const all: Record<string, JsonValue> = {};
    for (const name of sortedKeys(scope.slots)) {
      const urls = own(scope.slots, name) ?? [];
      if (urls.length > 1) return fail(`${shown} cannot show slot \`${name}\`, which has ${urls.length} bindings`);
      if (urls[0] !== undefined) setKey<JsonValue>(all, name, { url: urls[0] });
    }
    return sortedJson(all);
  }
  const [name = '', field, ...rest] = query.split('.');
  if (rest.length > 0 || (field !== undefined && field !== 'url'))
    return fail(`${shown} names no field of a slot; \`url\` is the only one`);
  const urls = own(scope.slots, name) ?? [];
  if (urls.length === 0) {
    const why = scope.whyUnbound?.(name) ?? `slot \`${name}\` is not bound`;
    return fail(`${shown} has no value, because ${why}`);
  }
  if (urls.length > 1)
    return fail(`${shown} is not one value: slot \`${name}\` has ${urls.length} bindings; use \`each\``);
  const url = urls[0] as string;
  return field === undefined ? sortedJson({ url }) : url;
}

export function renderItem(path: string, scope: RenderScope, where: string): string | undefined {
  const shown = path === '' ? '`${item}`' : `\`\${item.${path}}\``;
  if (scope.item === undefined) {
    scope.problems.push(`\`${where}\`: ${shown} stands outside of \`each\``);
    return undefined;
  }
  return scalar(valueAt(scope.item, path), shown, scope, where);
}

function scalar(value: JsonValue | undefined, shown: string, scope: RenderScope, where: string): string | undefined {
  const text = value === undefined ? undefined : renderScalar(value);
  if (text === undefined)
    scope.problems.push(
      `\`${where}\`: ${shown} ${value === undefined ? 'has no value' : 'is null, which has no text'}`,
    );
  return text;
}
