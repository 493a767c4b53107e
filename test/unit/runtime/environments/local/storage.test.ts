import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseSize, sizeText } from '../../../../../src/language/storage-size.ts';
import { layStorage, type StorageSurroundings } from '../../../../../src/runtime/environments/local/storage.ts';
import { createTempFolder } from '../../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

describe('a size', () => {
  it.each([
    ['1', 1],
    ['1048576', 1_048_576],
    ['10Mi', 10_485_760],
    ['1.5Gi', 1_610_612_736],
    ['10 MiB', 10_485_760],
    ['2G', 2_000_000_000],
    ['500MB', 500_000_000],
    ['64k', 64_000],
    ['64K', 64_000],
    ['1e9', 1_000_000_000],
    ['100B', 100],
  ])('%s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', 'lots', '0', '-1Gi', '10Xi', '1 0Mi', '10mi', '0.0001', '9e99', '9999999P'])('not %j', (text) => {
    expect(parseSize(text)).toBeUndefined();
  });

  it.each([
    [640, '640 B'],
    [1536, '1.5 KiB'],
    [3 * 1024 ** 2, '3 MiB'],
    [2.25 * 1024 ** 4, '2.3 TiB'],
  ])('of %i is told as %s', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });
});

describe('storage as it is laid down', () => {
  const around = (more: Partial<StorageSurroundings> = {}): StorageSurroundings => {
    const [kept, scratch] = [temp.lay({}), temp.lay({ left: 'over' })];
    return { folderOf: () => kept, scratchOf: () => scratch, sizes: true, capacityOf: () => 1e12, ...more };
  };
  const mount = { id: '/.resources.a', target: '/a', size: '1Mi', bytes: 1_048_576, ephemeral: false };
  const limits = (...args: Parameters<typeof layStorage>) => layStorage(...args).sized.map(({ limit }) => limit);

  it('is metered, unless the file system has no more room than that', () => {
    expect(limits([mount], around())).toEqual(['metered']);
    const bounded = layStorage([mount], around({ capacityOf: () => 1_048_576 }));
    expect([bounded.sized, bounded.metered]).toEqual([
      [{ id: '/.resources.a', target: '/a', size: '1Mi', limit: 'enforced' }],
      [],
    ]);
  });

  it('is emptied and metered where ephemeral storage cannot be held in memory', () => {
    const surroundings = around({ sizes: false });
    const laid = layStorage([{ ...mount, ephemeral: true }], surroundings);
    const folder = surroundings.scratchOf('');
    expect(laid.binds).toEqual([{ source: folder, target: '/a', writable: true }]);
    expect(laid.sized).toMatchObject([{ limit: 'metered' }]);
    expect(existsSync(join(folder, 'left'))).toBe(false);
  });

  it('is emptied also of folders that no path is long enough for', () => {
    const surroundings = around();
    const folder = surroundings.scratchOf('');
    const deep = "import os\nfor _ in range(60): os.mkdir('d' * 200); os.chdir('d' * 200)";
    expect(spawnSync('python3', ['-c', deep], { cwd: folder }).status).toBe(0);
    layStorage([{ ...mount, size: null, bytes: null, ephemeral: true }], surroundings);
    expect(readdirSync(folder)).toEqual([]);
  });
});
