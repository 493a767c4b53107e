import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { storagePlace } from '../../../../../src/runtime/environments/local/storage.ts';
import { claimStorage } from '../../../../../src/runtime/environments/local/storage-owner.ts';
import { createTempFolder } from '../../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const mount = (id: string) => ({ id, ephemeral: false });
const key = 'a1';
const claim = (stateDir: string, run: string, ...ids: readonly string[]) =>
  claimStorage({ stateDir, key, run, components: [{ storage: ids.map(mount) }, { storage: [] }] });
const blockedBy = (run: string) => ({
  blocked: [
    expect.objectContaining({ gate: 'storage_in_use', reasons: [expect.stringContaining(`run ${run} has it`)] }),
  ],
});

describe('a claim on storage', () => {
  it('is refused while another run of the same process has it, and not afterwards', async () => {
    const stateDir = temp.lay({});
    const first = await claim(stateDir, 'one', '/.resources.a');
    if (!('release' in first)) throw new Error('not free');
    expect(await claim(stateDir, 'two', '/.resources.a')).toEqual(blockedBy('one'));
    await first.release();
    // A process that goes on is no longer written down: others would take it for the owner.
    expect(existsSync(join(storagePlace(stateDir, key), 'owner.json'))).toBe(false);
    const second = await claim(stateDir, 'two', '/.resources.a');
    if (!('release' in second)) throw new Error('not free');
    await second.release();
  });

  it('names the run that has it, not the one before whose record is still there', async () => {
    const stateDir = temp.lay({});
    const first = await claim(stateDir, 'new', '/.resources.a');
    const record = join(storagePlace(stateDir, key), 'owner.json');
    const written = readFileSync(record, 'utf8');
    writeFileSync(record, JSON.stringify({ ...JSON.parse(written), startTime: '1', run: 'old' }));
    const second = claim(stateDir, 'late', '/.resources.a');
    setTimeout(() => writeFileSync(record, written), 100);
    expect(await second).toEqual(blockedBy('new'));
    if ('release' in first) await first.release();
  });

  it('of a run without storage is none', async () => {
    const stateDir = temp.lay({});
    const held = await claim(stateDir, 'one', '/.resources.a', '/b.resources.a');
    expect(await claim(stateDir, 'two')).toHaveProperty('release');
    expect(await claim(stateDir, 'two', '/.resources.a', '/b.resources.a')).toMatchObject({
      blocked: [{ subject: '/.resources.a, /b.resources.a', reasons: [expect.stringContaining('run one has them')] }],
    });
    if ('release' in held) await held.release();
  });
});
