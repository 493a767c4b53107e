import { createHash, hash } from 'node:crypto';

/** `sha256:` and standard padded base64 of the SHA-256 of the UTF-8 bytes. */
export const digestOf = (text: string | Uint8Array): string => `sha256:${hash('sha256', text, 'base64')}`;

/** The same of all of these texts, one after the other, which are not made into one. */
export function digestOfAll(texts: readonly string[]): string {
  const sum = createHash('sha256');
  for (const text of texts) sum.update(text);
  return `sha256:${sum.digest('base64')}`;
}
