import { fileUrlPath } from '../adapters/files/file-url-path.ts';

/** The path behind a `file:` URL; undefined for any other, and for one that no file of this machine can have. */
export function localPath(url: string): string | undefined {
  if (!url.startsWith('file:')) return undefined;
  try {
    return fileUrlPath(url);
  } catch {
    return undefined;
  }
}
