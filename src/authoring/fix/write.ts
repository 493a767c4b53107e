/** Values as text, in the manner of the place they go to. */
import type { Page } from './page.ts';

const inDouble = (value: string): string => JSON.stringify(value);

const inJson5Single = (value: string): string =>
  `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

/** Only a double-quoted text of YAML has escapes. */
const inYamlSingle = (value: string): string =>
  /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u.test(value) ? `'${value.replaceAll("'", "''")}'` : inDouble(value);

const identifier = /^[A-Za-z_$][\w$]*$/;

/** Told narrowly: a plain text of YAML must not look like anything else, in braces or out of them. */
const isPlainSafe = (value: string): boolean =>
  /^[A-Za-z_][\w./-]*$/.test(value) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value);

/** As the text `old` is written that stands there now; undefined for texts of several lines and aliases. */
export function writeText({ format }: Page, value: string, old: string): string | undefined {
  const quote = old[0];
  if (format === 'json5') {
    if (quote === '"') return inDouble(value);
    if (quote === "'") return inJson5Single(value);
    return identifier.test(value) && !/^(?:true|false|null|Infinity|NaN)$/.test(value) ? value : inDouble(value);
  }
  if (quote === '"') return inDouble(value);
  if (quote === "'") return inYamlSingle(value);
  if (quote === undefined || /[|>*&!]/.test(quote) || old.includes('\n')) return undefined;
  return isPlainSafe(value) ? value : inDouble(value);
}

export const writeValue = (page: Page, value: string | boolean): string =>
  typeof value === 'boolean' ? String(value) : page.format === 'yaml' && isPlainSafe(value) ? value : inDouble(value);

/** A new key in the manner of one that is there. */
export function writeKey(page: Page, key: string, neighbour: string | undefined): string {
  const fallback = page.format === 'yaml' || !/\.json$/.test(page.source.file) ? key : inDouble(key);
  return writeText(page, key, neighbour ?? fallback) ?? inDouble(key);
}
