/** Names of sources as URIs (RFC 3986). */

export interface ArtifactUri {
  readonly uri: string;
  /** To the folder in which headgate was started. */
  readonly relative: boolean;
}

const URL_WITH_AUTHORITY = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)(.*)$/is;
const DRIVE = /^[a-z]:\//i;
/** Half of a surrogate pair has no UTF-8 form. */
const LONE_SURROGATE = /\p{Cs}/gu;

export function artifactUri(file: string): ArtifactUri {
  const name = file.replace(LONE_SURROGATE, '\ufffd');
  const url = URL_WITH_AUTHORITY.exec(name);
  if (url) return { uri: escapeAuthority(url[1] as string) + escapeRest(url[2] as string), relative: false };
  if (DRIVE.test(name)) return { uri: `file:///${name.slice(0, 2)}${escapePath(name.slice(2))}`, relative: false };
  if (name.startsWith('/')) return { uri: `file://${escapePath(name)}`, relative: false };
  return { uri: escapePath(name.replace(/^(?:\.\/+)+/, '')) || '.', relative: true };
}

const escapePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** What is escaped already stays as it is. */
const escapeAuthority = (text: string): string =>
  text.replace(/%(?![0-9a-fA-F]{2})|[^\w\-.~:/@!$&'()*+,;=%[\]]/gu, encodeURIComponent);

function escapeRest(text: string): string {
  const hash = text.indexOf('#');
  if (hash >= 0) return `${escapeRest(text.slice(0, hash))}#${escapePart(text.slice(hash + 1))}`;
  return escapePart(text);
}

const escapePart = (text: string): string =>
  text.replace(/%(?![0-9a-fA-F]{2})|[^\w\-.~:/?@!$&'()*+,;=%]/gu, encodeURIComponent);
