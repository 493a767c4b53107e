import { isObject, type JsonValue, sortedJson } from '../../base/json.ts';

/** What of a secret may be seen: itself, and where it is JSON, the way in which it is written again, and each text in it. */
export function knownTexts(value: string): readonly string[] {
  const parsed = parse(value);
  if (typeof parsed !== 'object' || parsed === null) return [value];
  return [...new Set([value, sortedJson(parsed), ...textsIn(parsed)])];
}

/** What a URL may give away besides itself: who asks there, and with what. */
export function partsOfUrl(text: string): readonly string[] {
  if (!URL.canParse(text)) return [];
  const { username, password } = new URL(text);
  const plain = (part: string): string => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  };
  const both = `${plain(username)}:${plain(password)}`;
  return [password, plain(password), both].filter((part) => part !== '' && part !== ':');
}

const textsIn = (value: JsonValue): readonly string[] => {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
};

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
