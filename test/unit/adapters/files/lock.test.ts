import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { acquireLock } from '../../../../src/adapters/files/lock.ts';
import { isAlive, ownerOf } from '../../../../src/adapters/files/owner.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

describe('owner', () => {
  it('is the process and not its number', () => {
    const me = ownerOf(process.pid);
    if (!me) throw new Error('no /proc');
    expect(isAlive(me)).toBe(true);
    expect(isAlive({ ...me, startTime: `${Number(me.startTime) + 1}` })).toBe(false);
    expect(isAlive({ ...me, bootId: 'another' })).toBe(false);
  });

  it('is read behind any name of a program', async () => {
    // The name of a process is in brackets in its status, and may hold brackets itself.
    const child = spawn('bash', ['-c', 'exec -a "x) S 1 (y" sleep 30']);
    await once(child, 'spawn');
    const owner = ownerOf(child.pid ?? 0);
    expect(owner && isAlive(owner)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(owner && isAlive(owner)).toBe(false);
  });
});

describe('lock', () => {
  it('is held by one, and free after it', async () => {
    const folder = temp.lay({});
    const first = await acquireLock(folder);
    if (!('release' in first)) throw new Error('not free');
    expect(await acquireLock(folder)).toEqual({ heldBy: first.owner });
    await first.release();
    const second = await acquireLock(folder);
    expect(second).toHaveProperty('release');
    if ('release' in second) await second.release();
  });

  it('leaves no key in the folder of whoever gave it up', async () => {
    const folder = temp.lay({});
    for (let n = 0; n < 3; n++) {
      const lock = await acquireLock(folder);
      if ('release' in lock) await lock.release();
      expect(readdirSync(folder)).toEqual(['owner.json']);
    }
  });

  it('is not held by whoever cannot write that down', async () => {
    const folder = temp.lay({});
    // In the place of the file that is renamed to the record.
    const inTheWay = join(folder, `owner.json.${process.pid}.tmp`);
    mkdirSync(join(inTheWay, 'full'), { recursive: true });
    await expect(acquireLock(folder)).rejects.toThrow();
    rmSync(inTheWay, { recursive: true });
    const lock = await acquireLock(folder);
    expect(lock).toHaveProperty('release');
    if ('release' in lock) await lock.release();
  });

  it('is seen by its record where its name cannot be seen', async () => {
    const folder = temp.lay({});
    const child = spawn('sleep', ['30']);
    await once(child, 'spawn');
    const other = ownerOf(child.pid ?? 0);
    // As if that process had taken the lock in another network namespace.
    writeFileSync(join(folder, 'owner.json'), JSON.stringify(other));
    expect(await acquireLock(folder)).toEqual({ heldBy: other });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lock = await acquireLock(folder);
    expect(lock).toHaveProperty('release');
    if ('release' in lock) await lock.release();
  });

  it('goes with a process that is killed', async () => {
    const folder = temp.lay({});
    const script = `import { acquireLock } from ${JSON.stringify(join(process.cwd(), 'src/adapters/files/lock.ts'))};
      const lock = await acquireLock(${JSON.stringify(folder)}); console.log('release' in lock); process.kill(process.pid, 'SIGKILL');`;
    const file = join(folder, 'take.ts');
    writeFileSync(file, script);
    const bundle = join(folder, 'take.mjs');
    spawnSync('npx', ['esbuild', file, '--bundle', '--platform=node', '--format=esm', `--outfile=${bundle}`]);
    const { stdout, signal } = spawnSync(process.execPath, [bundle], { encoding: 'utf8' });
    expect([stdout, signal]).toEqual(['true\n', 'SIGKILL']);
    const lock = await acquireLock(folder);
    expect(lock).toHaveProperty('release');
    if ('release' in lock) await lock.release();
  });
});
