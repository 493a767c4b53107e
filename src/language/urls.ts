/** URL arithmetic of references. Everything is lexical: no link is followed, no file is looked at. */

export const isFileUrl = (url: string): boolean => url.startsWith('file:');

/** Of the manifests in a bundle that came from files: a path, as of a file, but never one of this machine. */
export const bundleScheme = 'bundle:';

/** Schemes whose URLs are paths and nothing else. */
const isPathScheme = (protocol: string): boolean => protocol === 'file:' || protocol === bundleScheme;
export const isPathUrl = (url: string): boolean => isFileUrl(url) || url.startsWith(bundleScheme);

const names = '(?:[\\w~-][\\w.~-]*/)*[\\w~-][\\w.~-]*';
/** Paths and file URLs of plain names, as most are: each has one spelling, and to take it apart as a URL costs more than to read the file. */
const plainPath = new RegExp(`^/${names}$`);
const plainUrl = new RegExp(`^file:///${names}$`);
const plainFolder = /^file:\/\/\/(?:[\w~-][\w.~-]*\/)*$/;
const plainReference = new RegExp(`^(?:\\./)?${names}$`);

/** A relative path of plain names. */
export const isPlainReference = (reference: string): boolean => plainReference.test(reference);

const joinPlain = (reference: string, base: string): string | undefined =>
  isPlainReference(reference) && plainUrl.test(base)
    ? base.slice(0, base.lastIndexOf('/') + 1) + reference.replace(/^\.\//, '')
    : undefined;

/** Of a plain path; undefined for any other, those of Windows among them. */
export const plainFileUrl = (path: string): string | undefined => (plainPath.test(path) ? `file://${path}` : undefined);

/** Of a plain URL; undefined for any other. It is the path only where paths begin with a slash. */
export const plainPathOf = (url: string): string | undefined =>
  plainUrl.test(url) ? url.slice('file://'.length) : undefined;

/**
 * One spelling for one place, so that a file is read once and has one name: no fragment and no needless escapes, and for files
 * no query (a path has none).
 */
export function normalUrl(url: URL): string {
  if (plainUrl.test(url.href)) return url.href;
  const copy = new URL(url);
  copy.hash = '';
  if (!isPathScheme(copy.protocol)) return copy.href;
  copy.search = '';
  copy.pathname = copy.pathname.split('/').map(normalSegment).join('/');
  return copy.href;
}

function normalSegment(segment: string): string {
  const plain = decode(segment);
  // A decoded slash, dot-dot or control character would be read as something else.
  if (plain === undefined || /[/\\\0-\x1f]/.test(plain) || /^\.{1,2}$/.test(plain)) return segment;
  return plain.replace(/[%?#]/g, encodeURIComponent);
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** URL of a path as the author of a `{file}` wrote it; `%`, `?` and `#` are ordinary characters there. */
export function sidecarUrl(path: string, manifestUrl: string): string | undefined {
  const plain = joinPlain(path, manifestUrl);
  if (plain !== undefined) return plain;
  try {
    const escaped = path.split('/').map(encodeURIComponent).join('/').replace(/^\/+/, '/');
    return normalUrl(new URL(escaped, manifestUrl));
  } catch {
    // A lone surrogate has no UTF-8 form, so no file can be called that.
    return undefined;
  }
}

/** What people read: the path from `baseDir` for files (`../x` outside of it), else the URL without credentials. */
export function displayName(url: string, baseDir: string): string {
  if (plainFolder.test(baseDir) && plainUrl.test(url)) return plainName(url, baseDir);
  const target = new URL(url);
  target.username = '';
  target.password = '';
  const base = new URL(baseDir);
  if (!isPathScheme(target.protocol) || target.protocol !== base.protocol) return target.href;
  const from = base.pathname.split('/').slice(1, -1);
  const to = target.pathname.split('/').slice(1);
  const drive = ([first]: readonly string[]): string => (/^[a-z]:$/i.test(first ?? '') ? (first as string) : '');
  if (base.host !== target.host || drive(from) !== drive(to)) return target.href;
  let shared = 0;
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared++;
  const up = from.slice(shared).map(() => '..');
  return [...up, ...to.slice(shared).map((part) => decode(part) ?? part)].join('/') || '.';
}

/** Both are plain: what they have in common ends with a slash. */
function plainName(url: string, baseDir: string): string {
  let shared = 0;
  for (let i = 0; i < baseDir.length && url[i] === baseDir[i]; i++) if (url[i] === '/') shared = i + 1;
  let up = '';
  for (let i = baseDir.indexOf('/', shared); i >= 0; i = baseDir.indexOf('/', i + 1)) up += '../';
  return up + url.slice(shared);
}

export type Joined = { readonly url: string } | { readonly reason: string };

/** The manifest that `reference` means inside the manifest loaded from `base`. */
export function joinReference(reference: string, base: string): Joined {
  const plain = joinPlain(reference, base);
  if (plain !== undefined) return { url: plain };
  if (reference.trim() === '') return { reason: 'it is empty' };
  if (!URL.canParse(reference, base)) return { reason: 'it is neither a relative path nor a URL' };
  const url = new URL(reference, base);
  if (url.username !== '' || url.password !== '') {
    return { reason: 'it holds a user name or a password, and manifests are no place for secrets' };
  }
  if (url.protocol === 'file:' && !isPathUrl(base)) {
    return { reason: 'a manifest that was loaded from the network cannot name files of this machine' };
  }
  return { url: normalUrl(url) };
}
