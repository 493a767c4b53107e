/** Pictures as what they show: decoded pixels, and not the bytes of a file, which depend on who has written it. */
import { createHash } from 'node:crypto';
import { PNG } from 'pngjs';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** RGBA, a row after the other. */
  readonly pixels: Buffer;
}

/** Of one picture, so that no golden file takes all memory: a page of the largest viewport has as many. */
const MOST_PIXELS = 16_384 * 16_384;
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Undefined when the bytes are no PNG. */
export function decode(bytes: Uint8Array): Picture | undefined {
  const file = Buffer.from(bytes);
  if (file.length < 33 || !file.subarray(0, 8).equals(signature)) return undefined;
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  if (width === 0 || height === 0 || width * height > MOST_PIXELS) return undefined;
  try {
    const { data } = PNG.sync.read(file);
    return { width, height, pixels: data };
  } catch {
    return undefined;
  }
}

/** Of size and pixels. */
export const pictureHash = ({ width, height, pixels }: Picture): string =>
  `sha256:${createHash('sha256').update(`${width}x${height}\n`).update(pixels).digest('hex')}`;

export const sizeOf = ({ width, height }: Pick<Picture, 'width' | 'height'>): string => `${width}×${height}`;

/** Of two pictures of one size: how many pixels differ, and where, in red on what is left of the second one. */
export function compare(wanted: Picture, found: Picture): { readonly differing: number; readonly picture: Buffer } {
  const { width, height } = wanted;
  const png = new PNG({ width, height });
  let differing = 0;
  for (let at = 0; at < wanted.pixels.length; at += 4) {
    const same = wanted.pixels.readUInt32LE(at) === found.pixels.readUInt32LE(at);
    if (!same) differing++;
    const grey = same ? faint(found.pixels, at) : 0;
    png.data.writeUInt32LE(same ? 0xff000000 + grey * 0x010101 : 0xff0000ff, at);
  }
  return { differing, picture: PNG.sync.write(png) };
}

/** A quarter of its contrast, towards white. */
const faint = (pixels: Buffer, at: number): number => {
  const brightness = ((pixels[at] ?? 0) * 77 + (pixels[at + 1] ?? 0) * 150 + (pixels[at + 2] ?? 0) * 29) >> 8;
  return 255 - ((255 - brightness) >> 2);
};
