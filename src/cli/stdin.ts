import { fstatSync } from 'node:fs';
import { UsageError } from '../app/usage-error.ts';
import { maxManifestBytes } from '../language/syntax/limits.ts';

/** All of standard input, or as much as makes it too large for a manifest. */
export async function readStdin(): Promise<Uint8Array> {
  // To node it is an empty one.
  if (stdinIsFolder()) throw new UsageError('standard input is a folder; give a file on it, as in `< FILE`');
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Uint8Array);
    size += (chunk as Uint8Array).length;
    if (size > maxManifestBytes) break;
  }
  return Buffer.concat(chunks);
}

export function stdinIsFolder(): boolean {
  try {
    return fstatSync(0).isDirectory();
  } catch {
    return false;
  }
}
