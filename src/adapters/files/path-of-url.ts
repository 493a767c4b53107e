import { fileUrlPath } from './file-url-path.ts';

/** The path behind a `file:` URL. Undefined for one with a host, an encoded slash or a NUL in it, and for any other URL. */
export function pathOfUrl(url: string): string | undefined {
  try {
    const path = fileUrlPath(url);
    return path.includes('\0') ? undefined : path;
  } catch {
    return undefined;
  }
}
