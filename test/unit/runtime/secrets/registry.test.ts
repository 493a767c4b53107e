import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FaultError } from '../../../../src/runtime/secrets/fault-error.ts';
import { type SecretPlaces, secretPlaces } from '../../../../src/runtime/secrets/places.ts';
import { changeRegistry, readRegistry } from '../../../../src/runtime/secrets/registry.ts';
import {
  deletedAt,
  keyBefore,
  liveSecrets,
  newSecret,
  secretAt,
  softDeleted,
  withSecret,
} from '../../../../src/runtime/secrets/secret-records.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const at = '2030-01-02T03:04:05.678Z';
const identity = 'ab'.repeat(16);
const fresh = (): SecretPlaces => secretPlaces(temp.lay({}));
const add = (places: SecretPlaces, key: string): Promise<void> =>
  changeRegistry(places, identity, async (open) => open.save(withSecret(open.registry, newSecret({ key }, at))));
const faultOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof FaultError) return `${error.fault.code}/${error.fault.detail}: ${error.fault.message}`;
    throw error;
  }
  return 'no fault';
};

describe('the registry', () => {
  it('003-C4.6, 003-C4.19: keeps what it was given, for its owner alone', async () => {
    const places = fresh();
    expect(readRegistry(places, identity)).toEqual({ secrets: [] });
    await add(places, 'db/password');
    const path = places.registry(identity);
    expect(lstatSync(path).mode & 0o777).toBe(0o600);
    for (const folder of [dirname(path), places.folder]) expect(lstatSync(folder).mode & 0o777).toBe(0o700);
    const { secrets } = readRegistry(places, identity);
    expect(secrets).toMatchObject([
      { key: 'db/password', name: 'db/password', status: 'active', mode: 'managed', versions: [], createdAt: at },
    ]);
    expect(readRegistry(places, 'cd'.repeat(16))).toEqual({ secrets: [] });
  });

  it('loses nothing of those who change it at the same time', async () => {
    const places = fresh();
    const keys = Array.from({ length: 12 }, (_, n) => `k${n}`);
    await Promise.all(keys.map((key) => add(places, key)));
    expect(
      readRegistry(places, identity)
        .secrets.map(({ key }) => key)
        .sort(),
    ).toEqual([...keys].sort());
  });

  it('tells who is in the way of a change, in the end', async () => {
    const places = fresh();
    let done = (): void => {};
    const other = changeRegistry(places, identity, () => new Promise<void>((end) => (done = end)));
    await expect(changeRegistry(places, identity, async () => 1, 60)).rejects.toMatchObject({
      fault: { code: 'conflict', detail: 'busy', message: expect.stringContaining(`process ${process.pid}`) },
    });
    done();
    await other;
    expect(await changeRegistry(places, identity, async () => 1, 60)).toBe(1);
  });

  it('lets go of what failed, and takes away what was half written', async () => {
    const places = fresh();
    await add(places, 'a');
    await expect(
      changeRegistry(places, identity, async () => {
        throw new Error('x');
      }),
    ).rejects.toThrow('x');
    const half = `${places.registry(identity)}.4711.tmp`;
    writeFileSync(half, '{');
    await add(places, 'b');
    expect(existsSync(half)).toBe(false);
    expect(readRegistry(places, identity).secrets).toHaveLength(2);
    // Nothing says that this process, which lives on, has the lock still.
    expect(readdirSync(places.lock(identity))).toEqual([]);
  });

  it.each([
    ['not JSON', '{', 'record_unreadable', 'it is not JSON'],
    ['a list', '[]', 'record_unreadable', 'it is not an object'],
    ['of another version', '{"version":2,"secrets":[]}', 'record_newer', 'a newer headgate wrote'],
    ['of no version', '{"secrets":[]}', 'record_unreadable', 'its version is not 1'],
    ['with more in it', '{"version":1,"secrets":[],"x":1}', 'record_unreadable', 'form of a registry'],
    ['nested too deep', '['.repeat(500), 'record_unreadable', 'it is not an object'],
  ])('is refused when it is %s', (_, text, detail, message) => {
    const places = fresh();
    const path = places.registry(identity);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, text, { mode: 0o600 });
    const said = faultOf(() => readRegistry(places, identity));
    expect(said).toContain(`conflict/${detail}`);
    expect(said).toContain(message);
    expect(said).toContain(path);
  });

  it.each([
    ['two current versions', { versions: [version(1, 'current'), version(2, 'current')] }],
    ['versions out of order', { versions: [version(2, 'previous'), version(1, 'current')] }],
    ['an unknown status', { status: 'gone' }],
    ['a deletion in part', { status: 'deleted' }],
    ['a reference to nowhere', { mode: 'external' }],
    ['a value', { value: 'canary' }],
  ])('is refused with %s', (_, change) => {
    const places = fresh();
    const path = places.registry(identity);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, JSON.stringify({ version: 1, secrets: [{ ...newSecret({ key: 'k' }, at), ...change }] }));
    expect(faultOf(() => readRegistry(places, identity))).toContain('conflict/record_unreadable');
  });

  it('is refused where it is a link, a pipe, or open for others to write', async () => {
    const places = fresh();
    await add(places, 'a');
    const path = places.registry(identity);
    chmodSync(path, 0o620);
    expect(faultOf(() => readRegistry(places, identity))).toContain('others may write to it');
    chmodSync(path, 0o600);
    renameSync(path, `${path}.real`);
    symlinkSync(`${path}.real`, path);
    expect(faultOf(() => readRegistry(places, identity))).toContain('it is a link');
    const pipe = places.registry('ef'.repeat(16));
    mkdirSync(dirname(pipe), { recursive: true, mode: 0o700 });
    spawnSync('mkfifo', [pipe]);
    expect(faultOf(() => readRegistry(places, 'ef'.repeat(16)))).toContain('it is not a plain file');
  });

  it('is not written into a folder that is a link, and then stays as it was', async () => {
    const places = fresh();
    await add(places, 'a');
    const folder = places.registryFolder(identity);
    const before = readFileSync(places.registry(identity), 'utf8');
    renameSync(folder, `${folder}.real`);
    symlinkSync(`${folder}.real`, folder);
    await expect(add(places, 'b')).rejects.toMatchObject({ fault: { detail: 'record_unwritable' } });
    expect(readFileSync(join(`${folder}.real`, 'registry.json'), 'utf8')).toBe(before);
  });
});

function version(number: number, status: string): object {
  return { number, providerVersion: String(number), status, fingerprint: null, createdAt: at, revokedAt: null };
}

describe('003-C4.7: records of secrets', () => {
  it('003-C4.4 (soft deletion), 003-C4.21: give key and name free again when they are deleted', () => {
    const first = newSecret({ key: 'k', name: 'n' }, at);
    const gone = softDeleted(first, at);
    expect(gone).toMatchObject({ key: `k__deleted__${first.id}`, name: `n__deleted__${first.id}`, status: 'deleted' });
    expect(keyBefore(gone)).toBe('k');
    const registry = { secrets: [gone] };
    expect(secretAt(registry, 'k')).toBeUndefined();
    expect(deletedAt(registry, 'k')).toBe(gone);
    expect(liveSecrets(registry)).toEqual([]);
    const second = newSecret({ key: 'k', name: 'n' }, at);
    const again = withSecret(registry, second);
    expect(secretAt(again, 'k')).toBe(second);
    expect(deletedAt(again, 'k')).toBeUndefined();
    expect(again.secrets).toHaveLength(2);
    const twice = withSecret(again, softDeleted(second, at));
    expect(deletedAt(twice, 'k')?.id).toBe(second.id);
    expect(twice.secrets).toHaveLength(2);
  });

  it('of elsewhere say where', () => {
    expect(newSecret({ key: 'k', externalRef: 'arn' }, at)).toMatchObject({ mode: 'external', externalRef: 'arn' });
  });
});
