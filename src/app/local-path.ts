import { fileURLToPath } from 'node:url';

/** The path behind a `file:` URL; undefined for any other, and for one that no file of this machine can have. */
export function localPath(url: string): string | undefined {
  if (!url.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}
