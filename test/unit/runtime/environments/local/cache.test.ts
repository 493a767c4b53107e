import { existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../../../../src/base/digest.ts';
import { type CachePlace, cacheContent, claimCache } from '../../../../../src/runtime/environments/local/cache.ts';
import { createTempFolder } from '../../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const grant = { key: digestOf('configured'), bytes: 8192 };
let place: CachePlace;
let states = 0;
beforeEach(() => {
  place = { stateDir: join(temp.path, `state${states++}`), scenario: 'scenario', run: 'one' };
  mkdirSync(place.stateDir, { mode: 0o700 });
});

async function claim(run = 'one', bytes = grant.bytes): Promise<() => Promise<void>> {
  const claimed = await claimCache({ ...place, run }, { ...grant, bytes });
  if ('blocked' in claimed) throw new Error(claimed.blocked[0]?.reasons.join());
  return claimed.release;
}
const fill = (bytes: number): string => {
  const file = join(cacheContent(place, grant), 'file');
  writeFileSync(file, Buffer.alloc(bytes, 1));
  return file;
};

describe('a cache', () => {
  it('keeps what it holds, and can be entered by the user alone', async () => {
    const release = await claim();
    const file = fill(4096);
    await release();
    await (await claim())();
    expect(existsSync(file)).toBe(true);
    expect(statSync(cacheContent(place, grant)).mode & 0o777).toBe(0o700);
  });

  it('of another key or another scenario is another one', () => {
    const contents = [
      cacheContent(place, grant),
      cacheContent(place, { ...grant, key: digestOf('other') }),
      cacheContent({ ...place, scenario: 'copy' }, grant),
      cacheContent({ ...place, stateDir: '/elsewhere' }, grant),
    ];
    expect(new Set(contents).size).toBe(4);
    expect(cacheContent({ ...place, run: 'two' }, { ...grant, bytes: 1 })).toBe(contents[0]);
  });

  it('that holds too much is emptied when nobody has it, and not while somebody does', async () => {
    const first = await claim('one');
    const file = fill(16_384);
    const second = await claim('two');
    expect(existsSync(file)).toBe(true);
    await first();
    await (await claim('three'))();
    expect(existsSync(file)).toBe(true);
    await second();
    await (await claim('four'))();
    expect(existsSync(file)).toBe(false);
    expect(existsSync(cacheContent(place, grant))).toBe(true);
  });

  it('is not held by those who were killed, and what they began to remove goes', async () => {
    const release = await claim('one');
    const file = fill(16_384);
    await release();
    const folder = join(cacheContent(place, grant), '..');
    writeFileSync(join(folder, 'users', 'killed.1.json'), JSON.stringify({ pid: 1, startTime: 'never', bootId: 'x' }));
    writeFileSync(join(folder, 'users', 'half.1.json'), '');
    mkdirSync(join(folder, 'gone-7', 'x'), { recursive: true });
    await (await claim('two'))();
    expect(existsSync(file)).toBe(false);
    // What the name of the lock is made of may lie there as well.
    const names = readdirSync(folder).filter((name) => !name.startsWith('lock.'));
    expect(names.sort()).toEqual(['data', 'users']);
    expect(readdirSync(join(folder, 'users'))).toEqual([]);
  });

  it('that leads elsewhere is not used', async () => {
    await (await claim())();
    const folder = join(cacheContent(place, grant), '..');
    rmSync(folder, { recursive: true });
    symlinkSync(temp.path, folder);
    await expect(claim()).rejects.toThrow('it is a link');
  });

  it('is entered by many at once', async () => {
    const releases = await Promise.all(Array.from({ length: 8 }, (_, index) => claim(`run${index}`)));
    for (const release of releases) await release();
    expect(readdirSync(join(cacheContent(place, grant), '..', 'users'))).toEqual([]);
  });
});
