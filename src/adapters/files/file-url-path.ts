import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plainPathOf } from '../../language/urls.ts';

/** The path behind a `file:` URL. Throws for a host, an encoded slash, and an escape that is none, which not every runtime refuses. */
export function fileUrlPath(url: string): string {
  const plain = sep === '/' ? plainPathOf(url) : undefined;
  if (plain !== undefined) return plain;
  if (url.includes('%')) decodeURIComponent(new URL(url).pathname);
  return fileURLToPath(url);
}
