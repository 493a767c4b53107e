/** What a folder holds, whatever a program does to hide it. */
import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, linkSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { holdingOf, meter, mostFilesIn } from '../../../../src/adapters/sandbox/folder-meter.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const silent = { onOver: () => {} };

describe('a meter', () => {
  it('counts what takes space, once, and nothing outside of the folder', async () => {
    const [folder, other] = [temp.lay({ 'a/b/c': 'x'.repeat(100_000) }), temp.lay({ big: 'x'.repeat(1_000_000) })];
    linkSync(join(folder, 'a/b/c'), join(folder, 'again'));
    symlinkSync(other, join(folder, 'folder'));
    symlinkSync(join(other, 'big'), join(folder, 'file'));
    const holes = openSync(join(folder, 'holes'), 'w');
    ftruncateSync(holes, 1 << 30);
    closeSync(holes);
    const { bytes, files, closed } = await holdingOf(folder);
    expect([files, closed]).toEqual([6, 0]);
    expect(bytes).toBeGreaterThanOrEqual(100_000);
    expect(bytes).toBeLessThan(200_000);
    expect(await holdingOf(join(folder, 'nothing'))).toEqual({ bytes: 0, files: 0, closed: 0 });
  });

  it('calls once for what is over, and remembers it when it is no longer', async () => {
    const folder = temp.lay({});
    const over: string[] = [];
    let seen: () => void = () => {};
    const called = new Promise<void>((done) => {
      seen = done;
    });
    const one = meter([{ folder, bytes: 50_000 }], new Map(), {
      onOver: () => {
        over.push('over');
        seen();
      },
      pauseMs: 5,
    });
    writeFileSync(join(folder, 'f'), 'x'.repeat(100_000));
    await called;
    writeFileSync(join(folder, 'f'), '');
    expect(await one.end()).toMatchObject({ storage: { folder }, of: 'bytes', held: { files: 1 } });
    expect(over).toEqual(['over']);
    expect(await meter([{ folder, bytes: 50_000 }], new Map(), silent).end()).toBeUndefined();
  });

  it('lets be what held too much before, for as long as it does not grow', async () => {
    const folder = temp.lay({ f: 'x'.repeat(100_000) });
    const held = new Map([[folder, await holdingOf(folder)]]);
    const end = () => meter([{ folder, bytes: 50_000 }], held, silent).end();
    expect(await end()).toBeUndefined();
    writeFileSync(join(folder, 'f'), 'x'.repeat(60_000));
    expect(await end()).toBeUndefined();
    writeFileSync(join(folder, 'f'), 'x'.repeat(100_000));
    expect(await end()).toMatchObject({ storage: { folder } });
  });
});

describe('what else a meter ends', () => {
  const overOf = async (folder: string, bytes: number, nameless = 0) =>
    (await meter([{ folder, bytes }], new Map(), { ...silent, nameless: () => nameless }).end())?.of;

  it('is more files than a size has blocks, and some', async () => {
    const files = Object.fromEntries(Array.from({ length: 1030 }, (_, index) => [`f${index}`, '']));
    const folder = temp.lay(files);
    expect(mostFilesIn(6 * 4096)).toBe(1030);
    expect(await overOf(folder, 6 * 4096)).toBeUndefined();
    expect(await overOf(folder, 5 * 4096)).toBe('files');
  });

  it('is what is open and has no name', async () => {
    const folder = temp.lay({});
    expect(await overOf(folder, 50_000, 50_000)).toBeUndefined();
    expect(await overOf(folder, 50_000, 50_001)).toBe('bytes');
  });

  it('is a folder that it cannot look into', async () => {
    const folder = temp.lay({});
    // Deeper than any path may be long, which holds for root as well.
    const script = 'for n in $(seq 30); do mkdir $0 && cd -P $0; done';
    expect(spawnSync('bash', ['-c', script, 'd'.repeat(200)], { cwd: folder }).status).toBe(0);
    expect(await overOf(folder, 1e9)).toBe('closed');
    spawnSync('rm', ['-rf', folder]);
  });
});
