import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plainPathOf } from '../language/urls.ts';

/** The path behind a `file:` URL; undefined for any other, and for one that no file of this machine can have. */
export function localPath(url: string): string | undefined {
  if (!url.startsWith('file:')) return undefined;
  const plain = sep === '/' ? plainPathOf(url) : undefined;
  if (plain !== undefined) return plain;
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}
