import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readBounded, tooLarge } from '../../../../src/adapters/files/read-bounded.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const path = join(temp.path, 'file');

describe('a file that is read', () => {
  it.each([0, 1, 65_535, 65_536, 65_537, 200_000])('is whole with %i bytes, as many as may be', async (size) => {
    const bytes = Buffer.alloc(size, 'abc');
    writeFileSync(path, bytes);
    expect((await readBounded(path, size))?.equals(bytes)).toBe(true);
  });

  it('is not read with one byte more, nor a device that has no end', async () => {
    writeFileSync(path, Buffer.alloc(100));
    expect(await readBounded(path, 99)).toBeUndefined();
    expect(await readBounded('/dev/zero', 1 << 20)).toBeUndefined();
    expect(tooLarge(1 << 20)).toBe('it is larger than 1 MiB');
  });

  it('and is not there, is told as the system does', async () => {
    await expect(readBounded(`${path}.none`, 1)).rejects.toThrow('ENOENT');
  });
});
