/** Keeps the target of a request below the base path of an URL. */

/**
 * True where some server could read the path as one that climbs. Servers differ in what they decode, how often, and what they take for
 * a dot or a slash, so whatever any of them is known to do counts. O(length).
 */
export function climbs(target: string): boolean {
  const path = decoded(target.replace(/\?.*$/s, ''));
  if (path === undefined) return true;
  return path.split(/[/\\]/).some((part) => part.replace(/[;#?].*$/s, '').replace(INVISIBLE, '') === '..');
}

/** What parsers of URLs leave out, and what a file system ignores at the end of a name. */
const INVISIBLE = /[\u0000-\u0020\u007f-\u00a0\u00ad\u200b-\u200f\u2060\ufeff]/g;
const ESCAPE = /%(?:u([0-9a-f]{4})|([0-9a-f]{2}))/gi;

/** Decoded for as long as there is something to decode; undefined for what is encoded more often than anybody means to. */
function decoded(text: string): string | undefined {
  let now = text;
  for (let round = 0; round < 5; round++) {
    const next = now.replace(ESCAPE, (_, wide?: string, byte?: string) =>
      String.fromCharCode(Number.parseInt(wide ?? byte ?? '', 16)),
    );
    // Bytes that are UTF-8, too long forms of a dot and of slashes among them, and characters that look the same.
    const plain = utf8(
      next
        .replace(/\u00c0\u00ae/g, '.')
        .replace(/\u00c0\u00af/g, '/')
        .replace(/\u00c1\u009c/g, '\\'),
    ).normalize('NFKC');
    if (plain === now) return plain;
    now = plain;
  }
  return ESCAPE.test(now) ? undefined : now;
}

/** Runs of escaped bytes that are UTF-8 become characters. */
const utf8 = (text: string): string =>
  text.replace(/[\u0080-\u00ff]+/g, (bytes) => {
    const read = Buffer.from(bytes, 'latin1').toString('utf8');
    return read.includes('\ufffd') ? bytes : read;
  });

/** The path to ask for, or undefined for one that would not stay below `base`, which has no slash at its end. */
export function pathBelow(base: string, method: string, target: string): string | undefined {
  // The absolute form of a target names a host too, and that is not the sender's to choose.
  const path = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, '');
  // It asks about the whole server.
  if (path === '*') return base === '' && method === 'OPTIONS' ? path : undefined;
  if (base !== '' && climbs(path)) return undefined;
  return `${base}${path.startsWith('/') ? '' : '/'}${path}`;
}
