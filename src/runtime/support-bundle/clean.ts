/** Everything that goes into a bundle goes through here: keys and names of files as well as texts. */
import { isObject, type JsonValue, setKey } from '../../base/json.ts';
import type { Redactor } from '../redactor/redactor.ts';
import { withoutShapes } from './shapes.ts';

export interface Cleaner {
  readonly text: (text: string) => string;
  readonly json: <T extends JsonValue>(value: T) => JsonValue;
}

export interface CleanerOptions {
  readonly redactor: Pick<Redactor, 'redact'>;
  /** Absolute; told as `~`. Undefined where it is to be told as it is. */
  readonly home: string | undefined;
}

export function createCleaner({ redactor, home }: CleanerOptions): Cleaner {
  const shorten = homeShortened(home);
  const text = (one: string): string => withoutShapes(redactor.redact(shorten(one)));
  const json = (value: JsonValue): JsonValue => {
    if (typeof value === 'string') return text(value);
    // A PIN is a number too.
    if (typeof value === 'number')
      return redactor.redact(String(value)) === String(value) ? value : text(String(value));
    if (Array.isArray(value)) return (value as readonly JsonValue[]).map(json);
    if (!isObject(value)) return value;
    const out: Record<string, JsonValue> = {};
    for (const [key, inner] of Object.entries(value)) setKey(out, text(key), json(inner));
    return out;
  };
  return { text, json };
}

/** Where it stands as a whole folder. `/` and the like would be everywhere. */
function homeShortened(home: string | undefined): (text: string) => string {
  const plain = home?.replace(/\/+$/, '') ?? '';
  if (plain.length < 2) return (text) => text;
  const escaped = plain.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const form = new RegExp(`(?<![\\w.~-])${escaped}(?![\\w.-])`, 'g');
  return (text) => text.replace(form, '~');
}
