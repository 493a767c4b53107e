import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createFolderReader } from '../../../../src/adapters/files/folder-reader.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(() => temp.remove());

const folder = join(temp.path, 'run');
mkdirSync(join(folder, 'logs/deep'), { recursive: true });
mkdirSync(join(folder, 'empty'));
writeFileSync(join(folder, 'plan.json'), '{}');
writeFileSync(join(folder, 'logs/deep/x.log'), 'x');
writeFileSync(join(folder, 'huge'), '');
truncateSync(join(folder, 'huge'), 3 * 1024 ** 3);
symlinkSync('plan.json', join(folder, 'link'));
symlinkSync('/', join(folder, 'root'));
spawnSync('mkfifo', [join(folder, 'pipe')]);
const reader = createFolderReader(folder);

describe('a folder', () => {
  it('is listed by name, links and pipes as what they are, and nothing is followed', () => {
    expect(reader.list()).toEqual([
      { name: 'huge', kind: 'file', bytes: 3 * 1024 ** 3 },
      { name: 'link', kind: 'link', bytes: 9 },
      { name: 'logs/deep/x.log', kind: 'file', bytes: 1 },
      { name: 'pipe', kind: 'other', bytes: 0 },
      { name: 'plan.json', kind: 'file', bytes: 2 },
      { name: 'root', kind: 'link', bytes: 1 },
    ]);
  });

  it.each([
    ['link', 'is a link'],
    ['pipe', 'is not a plain file'],
    ['logs', 'is not a plain file'],
    ['nothing', 'is not there'],
    ['plan.json/x', 'cannot be read: ENOTDIR'],
    [`${'x'.repeat(300)}`, 'cannot be read: ENAMETOOLONG'],
  ])('%s cannot be read, nor waited for', (name, fault) => {
    expect(reader.read(name, 100)).toEqual({ fault });
    expect(reader.digest(name)).toEqual({ fault });
  });

  it('is read up to a bound', () => {
    expect(reader.read('plan.json', 2)).toEqual(Buffer.from('{}'));
    expect(reader.read('plan.json', 1)).toEqual({ fault: 'has 2 bytes, and 1 are read at most' });
    expect(reader.read('huge', 1024)).toMatchObject({ fault: expect.stringContaining('1024 are read at most') });
    const sha256 = createHash('sha256').update('{}').digest('hex');
    expect(reader.digest('plan.json')).toEqual({ sha256, bytes: 2 });
  });

  it('that is not there, or is a file, is told', () => {
    expect(createFolderReader(join(temp.path, 'none')).list()).toBe('is not there');
    expect(createFolderReader(join(folder, 'plan.json')).list()).toBe('cannot be read: ENOTDIR');
  });
});
