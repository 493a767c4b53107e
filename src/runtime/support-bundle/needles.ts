/** Looks for many values at once, byte by byte. */

export interface Needle {
  /** What it belongs to; never the value. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** Shorter ones are in other bytes by chance. */
export const shortestNeedle = 6;

export interface Needles {
  /** Names of those that are in it. O(bytes) where nothing is found. */
  readonly in: (bytes: Buffer) => ReadonlySet<string>;
}

/** All have at least `shortestNeedle` bytes. A filter over the first four bytes of each lets hardly anything else through. */
export function createNeedles(needles: readonly Needle[]): Needles {
  const filter = new Uint8Array(1 << 20);
  const byHead = new Map<number, Needle[]>();
  for (const needle of needles) {
    const head = needle.bytes.readUInt32LE(0);
    filter[placeOf(head)] = 1;
    byHead.set(head, [...(byHead.get(head) ?? []), needle]);
  }
  return {
    in: (bytes) => {
      const found = new Set<string>();
      if (needles.length === 0) return found;
      let window = 0;
      for (let at = 0; at < bytes.length; at++) {
        window = (window >>> 8) | ((bytes[at] as number) << 24);
        if (at < 3 || filter[placeOf(window)] === 0) continue;
        for (const { name, bytes: wanted } of byHead.get(window >>> 0) ?? [])
          if (!found.has(name) && bytes.subarray(at - 3, at - 3 + wanted.length).equals(wanted)) found.add(name);
      }
      return found;
    },
  };
}

const placeOf = (head: number): number => Math.imul(head, 0x9e3779b1) >>> 12;
