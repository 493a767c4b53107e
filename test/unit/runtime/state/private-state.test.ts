/** The folder of state is the user's own, and nothing in it leads elsewhere. */
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { atomicWrite, openToAppend } from '../../../../src/adapters/files/atomic-write.ts';
import { acquireLock } from '../../../../src/adapters/files/lock.ts';
import { lockName } from '../../../../src/adapters/files/lock-name.ts';
import { makePrivate } from '../../../../src/runtime/state/run-folder.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headgate-private-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a state folder', () => {
  it('is made for its owner alone', () => {
    makePrivate(join(folder, 'a/b'));
    expect([join(folder, 'a'), join(folder, 'a/b')].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700]);
  });

  it('that is there keeps its mode', () => {
    chmodSync(folder, 0o755);
    makePrivate(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o755);
  });

  it.each(['there', 'not there'])('is not reached through a link to one that is %s', (what) => {
    const target = join(folder, 'target');
    if (what === 'there') mkdirSync(target, { mode: 0o755 });
    symlinkSync(target, join(folder, 'link'));
    expect(() => makePrivate(join(folder, 'link'))).toThrow('it is a link');
    if (what === 'there') expect(statSync(target).mode & 0o777).toBe(0o755);
  });

  it('to which everybody may write is refused', () => {
    chmodSync(folder, 0o777);
    expect(() => makePrivate(folder)).toThrow('everybody may write to it');
  });

  it.runIf(process.getuid?.() === 0)('of another user is refused', () => {
    const other = join(folder, 'other');
    mkdirSync(other);
    chownSync(other, 51_234, 51_234);
    expect(() => makePrivate(other)).toThrow('it belongs to the user 51234');
    expect(statSync(other).uid).toBe(51_234);
  });
});

describe('files of a run', () => {
  it('are not written through a link', () => {
    writeFileSync(join(folder, 'victim'), 'mine');
    symlinkSync(join(folder, 'victim'), join(folder, 'log'));
    symlinkSync(join(folder, 'victim'), join(folder, `x.${process.pid}.tmp`));
    expect(() => openToAppend(join(folder, 'log'))).toThrow('ELOOP');
    expect(() => atomicWrite(join(folder, 'x'), 'new')).toThrow('ELOOP');
    expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('mine');
  });
});

describe('the name of a lock', () => {
  const bind = (name: string): Promise<() => Promise<void>> =>
    new Promise((done, fail) => {
      const server = createServer();
      server.once('error', fail);
      server.listen(name, () => done(() => new Promise((closed) => server.close(() => closed()))));
    });

  it('cannot be told from the folder, and another one is taken after each use', async () => {
    const first = await acquireLock(folder);
    if ('heldBy' in first) throw new Error('held');
    // Seen in /proc/net/unix by everybody, as long as it is held.
    const seen = lockName(folder).name;
    await expect(bind(seen)).rejects.toThrow('EADDRINUSE');
    expect(statSync(join(folder, 'lock.key')).mode & 0o777).toBe(0o600);
    await first.release();
    const squat = await bind(seen);
    rmSync(join(folder, 'owner.json'));
    const second = await acquireLock(folder);
    expect('heldBy' in second).toBe(false);
    if (!('heldBy' in second)) await second.release();
    await squat();
    const other = mkdtempSync(join(tmpdir(), 'headgate-private-'));
    expect(lockName(other).name).not.toBe(lockName(folder).name);
    rmSync(other, { recursive: true });
  });

  it('is held by one, however many ask at once', async () => {
    const locks = await Promise.all(Array.from({ length: 8 }, () => acquireLock(folder)));
    const held = locks.filter((lock) => !('heldBy' in lock));
    expect(held).toHaveLength(1);
    for (const lock of held) if (!('heldBy' in lock)) await lock.release();
  });
});
