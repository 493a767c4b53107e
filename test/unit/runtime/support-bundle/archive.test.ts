import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { archiveOf } from '../../../../src/runtime/support-bundle/archive.ts';
import { unpack } from '../../../../src/runtime/support-bundle/unpack.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const most = 1024 * 1024;
const files = ['', 'x', 'y'.repeat(511), 'z'.repeat(512), 'ü'.repeat(700)].map((text, index) => ({
  name: `top/${index}.txt`,
  bytes: Buffer.from(text),
}));

describe('an archive', () => {
  it('is the same for the same files, and whoever reads archives finds them in it', () => {
    const bytes = archiveOf(files);
    expect(archiveOf(files).equals(bytes)).toBe(true);
    const path = join(temp.path, 'a.tar.gz');
    writeFileSync(path, bytes);
    for (const { name, bytes: content } of files) {
      const { status, stdout } = spawnSync('tar', ['-xzOf', path, name]);
      expect([status, stdout.equals(content)]).toEqual([0, true]);
    }
    const listed = spawnSync('tar', ['-tvzf', path], {
      encoding: 'utf8',
      env: { TZ: 'UTC', PATH: process.env['PATH'] },
    });
    expect(listed.stdout.split('\n')[0]).toMatch(/^-rw------- 0\/0 +0 1970-01-01 00:00 top\/0\.txt$/);
    const read = unpack(bytes, most);
    expect(typeof read === 'object' && [...read.files].map(([name, content]) => [name, content.toString()])).toEqual(
      files.map(({ name, bytes: content }) => [name, content.toString()]),
    );
  });

  it('that was cut off, changed or packed by somebody else is told', () => {
    const plain = gunzipSync(archiveOf(files));
    const damaged = (change: (copy: Buffer) => Buffer): unknown => unpack(gzipSync(change(Buffer.from(plain))), most);
    expect(unpack(Buffer.from('no gzip'), most)).toMatch(/^it is not gzip/);
    expect(unpack(archiveOf(files), 100)).toMatch(/^it is not gzip, or too much/);
    expect(damaged((copy) => copy.subarray(0, copy.length - 1024))).toBe('its end is missing');
    expect(damaged((copy) => copy.subarray(0, 700 + 512))).toMatch(/damaged|cut off|missing/);
    expect(damaged((copy) => copy.fill('X', 3, 4))).toMatch(/^the header at 0 is damaged/);
    expect(damaged((copy) => Buffer.concat([copy.subarray(0, 512), copy]))).toBe('top/0.txt is there twice');
  });
});
