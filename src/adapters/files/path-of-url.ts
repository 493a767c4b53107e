import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plainPathOf } from '../../language/urls.ts';

/** The path behind a `file:` URL. Undefined for one with a host, an encoded slash or a NUL in it, and for any other URL. */
export function pathOfUrl(url: string): string | undefined {
  const plain = sep === '/' ? plainPathOf(url) : undefined;
  if (plain !== undefined) return plain;
  try {
    const path = fileURLToPath(url);
    return path.includes('\0') ? undefined : path;
  } catch {
    return undefined;
  }
}
