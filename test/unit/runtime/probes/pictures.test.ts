import { PNG } from 'pngjs';
import { expect, it } from 'vitest';
import { compare, decode, type Picture, pictureHash } from '../../../../src/runtime/probes/pictures.ts';

const picture = (width: number, height: number, pixels: readonly number[]): Picture => ({
  width,
  height,
  pixels: Buffer.from(pixels.flatMap((rgb) => [rgb >> 16, (rgb >> 8) & 255, rgb & 255, 255])),
});

it('the digest is of size and pixels', () => {
  const one = pictureHash(picture(2, 1, [0xff0000, 0x00ff00]));
  expect(pictureHash(picture(2, 1, [0xff0000, 0x00ff00]))).toBe(one);
  expect(pictureHash(picture(1, 2, [0xff0000, 0x00ff00]))).not.toBe(one);
  expect(pictureHash(picture(2, 1, [0xff0000, 0x00fe00]))).not.toBe(one);
});

it('every way to write a pixel counts: transparency as well', () => {
  const wanted = picture(2, 1, [1, 2]);
  const found = { ...wanted, pixels: Buffer.from(wanted.pixels) };
  found.pixels[7] = 254;
  const { differing, picture: difference } = compare(wanted, found);
  expect(differing).toBe(1);
  expect([...PNG.sync.read(difference).data.subarray(4)]).toEqual([255, 0, 0, 255]);
  expect(compare(wanted, wanted).differing).toBe(0);
});

it.each([
  ['nothing', Buffer.alloc(0)],
  ['a text', Buffer.from('hello '.repeat(20))],
  ['a JPEG', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(100)])],
  ['a beginning', PNG.sync.write(new PNG({ width: 4, height: 4 })).subarray(0, 40)],
])('%s is not a picture', (_, bytes) => {
  expect(decode(bytes)).toBeUndefined();
});

it('a file that says it is larger than any page is not read', () => {
  const bytes = PNG.sync.write(new PNG({ width: 4, height: 4 }));
  bytes.writeUInt32BE(2 ** 31, 16);
  bytes.writeUInt32BE(2 ** 31, 20);
  expect(decode(bytes)).toBeUndefined();
});

it('a damaged picture is none: its checksum counts', () => {
  const bytes = PNG.sync.write(new PNG({ width: 4, height: 4 }));
  bytes.writeUInt8((bytes[45] ?? 0) ^ 1, 45);
  expect(decode(bytes)).toBeUndefined();
});
