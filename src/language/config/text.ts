import { type JsonValue, own, sortedJson } from '../../base/json.ts';
import type { ConfigValue } from '../../ir/config.ts';
import { pathSegments } from '../schema/facets.ts';

/** A value inside a text: strings as they are, objects and lists as compact JSON. Null has no text. */
export function renderScalar(value: JsonValue): string | undefined {
  if (value === null) return undefined;
  return typeof value === 'string' ? value : sortedJson(value);
}

/** The value at a config path of plain JSON; undefined when it is not there. */
export function valueAt(value: JsonValue, path: string): JsonValue | undefined {
  let current: JsonValue | undefined = value;
  for (const segment of pathSegments(path)) {
    if (typeof current !== 'object' || current === null || Array.isArray(current)) return undefined;
    current = own(current as Readonly<Record<string, JsonValue>>, segment);
  }
  return current;
}

/** How a reference is written. */
export const shownRef = (path: string): string => (path === '' ? '`${config}`' : `\`\${config.${path}}\``);

export type TextParts = Extract<ConfigValue, { kind: 'text' }>['parts'];

/** The text of a template once the root config is known. */
export function renderTemplateParts(
  parts: TextParts,
  rootConfig: JsonValue,
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string } {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const value = valueAt(rootConfig, part.root);
    const rendered = value === undefined ? undefined : renderScalar(value);
    if (rendered === undefined) {
      const what = value === undefined ? 'has no value' : 'is null';
      return { ok: false, message: `${shownRef(part.root)} ${what}, and stands inside a text` };
    }
    text += rendered;
  }
  return { ok: true, text };
}
