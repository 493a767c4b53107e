import { open } from 'node:fs/promises';

const step = 262_144;

/** Undefined for what has more bytes than that: pipes and devices say no size before they are read, and some have no end. */
export async function readBounded(path: string, maxBytes: number): Promise<Buffer | undefined> {
  const handle = await open(path);
  try {
    const chunks: Uint8Array[] = [];
    for (let size = 0; size <= maxBytes; ) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(step), 0, step, null);
      if (bytesRead === 0) return Buffer.concat(chunks);
      chunks.push(buffer.subarray(0, bytesRead));
      size += bytesRead;
    }
    return undefined;
  } finally {
    await handle.close();
  }
}

export const tooLarge = (maxBytes: number): string => `it is larger than ${maxBytes / 1_048_576} MiB`;
