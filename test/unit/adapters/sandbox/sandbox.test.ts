/** A sandbox that is not the one that was asked for, made by a bubblewrap that does something else. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bubblewrap, findBubblewrap } from '../../../../src/adapters/sandbox/bubblewrap.ts';
import type { SandboxEnd } from '../../../../src/adapters/sandbox/end.ts';
import { standardLimits } from '../../../../src/adapters/sandbox/limits.ts';
import { descendants } from '../../../../src/adapters/sandbox/process-tree.ts';
import { type Sandbox, startSandbox } from '../../../../src/adapters/sandbox/sandbox.ts';
import { deniedCalls } from '../../../../src/adapters/sandbox/seccomp/denied-calls.ts';
import { architectureOf } from '../../../../src/adapters/sandbox/seccomp/filter.ts';
import type { SandboxSpec } from '../../../../src/adapters/sandbox/spec.ts';
import { openWorkplace, type Workplace } from '../../../../src/adapters/sandbox/workplace.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
let workplace: Workplace;
const started: Sandbox[] = [];
beforeEach(() => {
  workplace = openWorkplace();
});
afterEach(async () => {
  for (const sandbox of started.splice(0)) await sandbox.stop();
  workplace.remove();
});

const plain = (): Omit<SandboxSpec, 'bubblewrap'> => ({
  workplace,
  argv: ['sh', '-c', 'echo started > /data/f'],
  env: {},
  cwd: null,
  files: [],
  provides: [],
  slots: [],
  limits: standardLimits,
});

/** `more` comes behind what it was told, at both calls; the outer one has no working folder to be told. */
async function startWith(which: 'outer' | 'inner', more: string, spec: Partial<SandboxSpec> = {}): Promise<Sandbox> {
  const real = (await findBubblewrap()) as Bubblewrap;
  const path = join(temp.lay({ 'bwrap/bwrap': '' }), 'bwrap', 'bwrap');
  const test = which === 'inner' ? '[ "$2" = 5 ]' : '[ "$2" != 5 ]';
  writeFileSync(
    path,
    `#!/bin/sh\nif ${test}; then a=$1; n=$2; shift 2; exec ${real.path} "$a" "$n" ${more} "$@"; fi\nexec ${real.path} "$@"\n`,
  );
  chmodSync(path, 0o755);
  const sandbox = startSandbox({ ...plain(), bubblewrap: { ...real, path }, ...spec });
  started.push(sandbox);
  return sandbox;
}

describe('is told by what differs, and nothing is started in it', () => {
  it.each<[string, 'outer' | 'inner', string, readonly string[]]>([
    ['the network of the machine', 'outer', '--share-net', ['namespaces', 'network']],
    ['a folder that can be written to', 'inner', '--bind /tmp /opt', ['writable']],
    ['a place of the system that can be', 'inner', '--tmpfs /etc', ['writable']],
    ['a capability', 'inner', '--cap-add CAP_NET_RAW', ['capabilities']],
  ])('%s', async (_, which, more, rows) => {
    const data = temp.lay({});
    const binds = [{ source: data, target: '/data', writable: true }];
    const sandbox = await startWith(which, more, { binds });
    const end = (await sandbox.ended) as Extract<SandboxEnd, { readonly reason: 'differs' }>;
    expect(end.reason, end.message).toBe('differs');
    expect(end.differs.map(({ what }) => what)).toEqual(rows);
    for (const { what } of end.differs) expect(end.message).toContain(`${what}: asked for `);
    expect(end.help).toContain('whether `bwrap` is the real one');
    await sandbox.stop();
    expect(existsSync(join(data, 'f'))).toBe(false);
    expect(descendants(process.pid).includes(sandbox.pid as number)).toBe(false);
  });
});

it('the same program starts where nothing differs, in a group that goes with it', async () => {
  const data = temp.lay({});
  const sandbox = await startWith('inner', '', { binds: [{ source: data, target: '/data', writable: true }] });
  expect(await sandbox.ended).toMatchObject({ reason: 'exited', code: 0 });
  expect(readdirSync(data)).toEqual(['f']);
});

it('what it was given besides is named in what was measured', async () => {
  const [data, cache] = [temp.lay({}), temp.lay({})];
  const binds = [{ source: data, target: '/data', writable: true }];
  const given: Partial<SandboxSpec> = {
    cache: { source: cache, target: '/var/cache/x', bytes: 1 << 20 },
    widenings: ['browser', 'debugger'],
  };
  const [plain, more] = [await startWith('inner', '', { binds }), await startWith('inner', '', { ...given, binds })];
  const [first, second] = [await plain.measured, await more.measured];
  expect(first).not.toHaveProperty('widened');
  expect(first.limits).not.toHaveProperty('cache');
  expect(second).toMatchObject({ widened: ['browser', 'debugger'], limits: { cache: 'metered', files: 'metered' } });
  expect(second.writableMounts).toContain('/var/cache/x');
});

it('without a control group what System V keeps counts, and nothing is left of the program', async () => {
  const script =
    'import ctypes, time\nfor _ in range(100): ctypes.CDLL(None).semget(0, 32000, 0o1600)\ntime.sleep(600)';
  const sandbox = await startWith('inner', '', {
    workplace: { ...workplace, groups: undefined },
    argv: ['/usr/bin/python3', '-c', script],
    limits: { ...standardLimits, totalBytes: 96 << 20 },
  });
  expect(await sandbox.ended).toMatchObject({
    reason: 'limit',
    message: expect.stringContaining('and 96 MiB are allowed'),
  });
  expect((await sandbox.measured).limits).toMatchObject({ memory: 'metered', processes: 'metered' });
});

it('it begins in a keyring of its own', async () => {
  const keyctl = deniedCalls.find(({ name }) => name === 'keyctl')?.[architectureOf(process.arch) ?? 'x86_64'];
  const ask = `print syscall(${keyctl}, 0, -3, 0)`;
  const said = join(temp.lay({}), 'said');
  const real = (await findBubblewrap()) as Bubblewrap;
  const path = join(temp.lay({ 'bwrap/bwrap': '' }), 'bwrap', 'bwrap');
  writeFileSync(path, `#!/bin/sh\n/usr/bin/perl -e '${ask}' > ${said}\nexec ${real.path} "$@"\n`);
  chmodSync(path, 0o755);
  const sandbox = startSandbox({ ...plain(), bubblewrap: { ...real, path } });
  started.push(sandbox);
  await sandbox.launched;
  expect(readFileSync(said, 'utf8')).toMatch(/^[1-9]\d*$/);
  expect(readFileSync(said, 'utf8')).not.toBe(execFileSync('/usr/bin/perl', ['-e', ask], { encoding: 'utf8' }));
});
