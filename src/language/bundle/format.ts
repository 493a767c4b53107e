/** What a bundle is called and made of. */

export const bundleSchema = 'amber.bundle';
export const bundleVersion = 1;
export const indexName = 'bundle.json';
export const manifestsFolder = 'manifests';

/** What the reference's form cannot say; it reads a bundle without this file. */
export const sourcesSchema = 'headgate.bundle.sources';
export const sourcesVersion = 1;
export const sourcesName = 'sources.json';

/** The last character of 32 bytes in base64 holds four bits only. */
const digestForm = /^sha256:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;
export const isDigest = (text: string): boolean => digestForm.test(text);

/** Of the manifest with this digest, in `manifests/`. Base64 as such holds `/`, so it is that of URLs, without padding. */
export const manifestFileName = (digest: string, suffix = ''): string =>
  `${digest.slice('sha256:'.length).replaceAll('+', '-').replaceAll('/', '_').replace(/=$/, '')}${suffix}.json5`;

/** The digest that a file name tells: base64 of URLs or plain, padded or not, or hex; with `sha256-` before it or without. */
export function digestOfFileName(name: string): string | undefined {
  const stem = name.replace(/\.(?:json5?|ya?ml)$/, '').replace(/^sha256[-_:.]/, '');
  const base64 = /^[0-9a-f]{64}$/i.test(stem)
    ? btoa(String.fromCharCode(...(stem.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))))
    : `${stem.replaceAll('-', '+').replaceAll('_', '/').replace(/=$/, '')}=`;
  const digest = `sha256:${base64}`;
  return isDigest(digest) ? digest : undefined;
}
