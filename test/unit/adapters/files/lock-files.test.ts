import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLockFiles, removeOldRecordings } from '../../../../src/adapters/files/lock-files.ts';

describe('a lock and its recordings', () => {
  let folder = '';
  const name = `${'a'.repeat(64)}.answer`;
  const lock = (): string => join(folder, 'headgate.lock');
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'headgate-lock-files-'));
    writeFileSync(lock(), '{}');
    mkdirSync(`${lock()}.d`);
    writeFileSync(join(`${lock()}.d`, name), 'said');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const read = async (): Promise<readonly string[]> => [
    ...(await readLockFiles(lock(), { recordings: true })).recordings.keys(),
  ];

  it('are read where they lie', async () => {
    expect(await read()).toEqual([name]);
  });

  it('are not read through a link: the lock', async () => {
    renameSync(lock(), join(folder, 'other'));
    symlinkSync(join(folder, 'other'), lock());
    await expect(read()).rejects.toThrow('ELOOP');
  });

  it('are not read through a link: a recording', async () => {
    renameSync(join(`${lock()}.d`, name), join(folder, 'other'));
    symlinkSync(join(folder, 'other'), join(`${lock()}.d`, name));
    expect(await read()).toEqual([]);
  });

  it('are neither read nor removed through a link: the folder', async () => {
    renameSync(`${lock()}.d`, join(folder, 'other'));
    symlinkSync(join(folder, 'other'), `${lock()}.d`);
    expect(await read()).toEqual([]);
    await removeOldRecordings(lock(), new Set());
    renameSync(join(folder, 'other'), join(folder, 'kept'));
    rmSync(`${lock()}.d`);
    renameSync(join(folder, 'kept'), `${lock()}.d`);
    expect(await read()).toEqual([name]);
  });
});
