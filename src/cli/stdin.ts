import { maxManifestBytes } from '../language/syntax/limits.ts';

/** All of standard input, or as much as makes it too large for a manifest. */
export async function readStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Uint8Array);
    size += (chunk as Uint8Array).length;
    if (size > maxManifestBytes) break;
  }
  return Buffer.concat(chunks);
}
