import { fileURLToPath } from 'node:url';

/** The path behind a `file:` URL. Throws for a host, an encoded slash, and an escape that is none, which not every runtime refuses. */
export function fileUrlPath(url: string): string {
  if (url.includes('%')) decodeURIComponent(new URL(url).pathname);
  return fileURLToPath(url);
}
