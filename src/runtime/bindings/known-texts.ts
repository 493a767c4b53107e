import { isObject, type JsonValue, sortedJson } from '../../base/json.ts';

/** What of a secret may be seen: itself, and where it is JSON, the way in which it is written again, and each text in it. */
export function knownTexts(value: string): readonly string[] {
  const parsed = parse(value);
  if (typeof parsed !== 'object' || parsed === null) return [value];
  return [...new Set([value, sortedJson(parsed), ...textsIn(parsed)])];
}

/** Shorter segments are mostly words such as `webhook`, which logs are full of. */
const shortestSegment = 8;

/**
 * What a URL may give away besides itself: who asks there, and with what; its path, since a webhook is called by knowing it; and what
 * its query says. Each as it is written and as it is meant.
 */
export function partsOfUrl(text: string): readonly string[] {
  if (!URL.canParse(text)) return [];
  const { username, password, pathname, search, hash } = new URL(text);
  const segments = pathname.split('/').filter((one) => one.length >= shortestSegment);
  const queries = search
    .slice(1)
    .split('&')
    .map((one) => one.slice(one.indexOf('=') + 1));
  const written = [
    password,
    // A token in the place of a name.
    ...(password === '' ? [username] : []),
    pathname.replace(/^\/|\/$/g, ''),
    ...segments,
    ...queries,
    hash.slice(1),
  ];
  const meant = [...written.map(plain), `${plain(username)}:${plain(password)}`];
  return [...new Set([...written, ...meant])].filter((part) => part !== '' && part !== ':');
}

function plain(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
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
