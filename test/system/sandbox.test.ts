import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Bubblewrap, findBubblewrap } from '../../src/adapters/sandbox/bubblewrap.ts';
import type { SandboxEnd } from '../../src/adapters/sandbox/end.ts';
import { type SandboxLimits, standardLimits } from '../../src/adapters/sandbox/limits.ts';
import { startSandbox } from '../../src/adapters/sandbox/sandbox.ts';
import type { SandboxSpec } from '../../src/adapters/sandbox/spec.ts';
import { openWorkplace } from '../../src/adapters/sandbox/workplace.ts';
import { type askOne, createFixture } from './policy-fixture.ts';

const MiB = 1024 * 1024;
const fixture = createFixture();
afterAll(() => fixture.remove());

async function run(
  argv: readonly string[],
  limits: Partial<SandboxLimits> = {},
  more: Partial<SandboxSpec> = {},
): Promise<{ readonly end: SandboxEnd; readonly tail: string }> {
  const workplace = openWorkplace();
  const bubblewrap = (await findBubblewrap()) as Bubblewrap;
  const sandbox = startSandbox({
    workplace,
    bubblewrap,
    argv,
    env: {},
    cwd: fixture.folder,
    files: [],
    provides: [],
    slots: [],
    limits: { ...standardLimits, ...limits },
    ...more,
  });
  try {
    return { end: await sandbox.ended, tail: sandbox.stderrTail() };
  } finally {
    await sandbox.stop();
    workplace.remove();
  }
}

describe('the end of a program', () => {
  it.each([
    ['exit 0', { reason: 'exited', code: 0, signal: null, message: 'it ended with status 0' }],
    ['exit 41', { reason: 'exited', code: 41, signal: null, message: 'it ended with status 41' }],
    ['kill -TERM $$', { reason: 'exited', code: 143, signal: null, message: 'it ended with status 143 (SIGTERM)' }],
    // Nothing that the program can reach is needed for its sandbox.
    ['kill -KILL -1; kill -KILL $PPID; kill -STOP 1 3 4; exit 7', { reason: 'exited', code: 7 }],
  ])('%s', async (script, end) => {
    expect((await run(['sh', '-c', script])).end).toMatchObject(end);
  });

  it('comes with its output', async () => {
    const chunks: Buffer[] = [];
    const { tail } = await run(['sh', '-c', 'echo out; echo err >&2'], {}, { onStdout: (chunk) => chunks.push(chunk) });
    expect([Buffer.concat(chunks).toString(), tail]).toEqual(['out\n', 'err']);
  });

  it('comes before its beginning when its arguments are too long', async () => {
    const { end } = await run(['sh', '-c', 'true', 'x'.repeat(3 * MiB)]);
    expect(end).toMatchObject({
      reason: 'start',
      message: 'the arguments and environment of `sh` are larger than the system takes',
    });
  });
});

describe('limits', () => {
  it('processes', async () => {
    const { end } = await run(['sh', '-c', 'for i in $(seq 40); do sleep 30 & done; wait'], { processes: 20 });
    expect(end).toMatchObject({
      reason: 'limit',
      message: expect.stringMatching(/^it ran \d+ processes at once, and 20 are allowed$/),
    });
  });

  it('processes that double faster than they are counted', async () => {
    const bomb = 'import os, time\nfor _ in range(10): os.fork()\ntime.sleep(20)';
    const { end } = await run(['python3', '-c', bomb]);
    expect(end).toMatchObject({
      reason: 'limit',
      message: expect.stringMatching(/ processes at once, and 128 are allowed$/),
    });
  });

  it('processes within the limit are left alone', async () => {
    expect(
      (await run(['sh', '-c', 'for i in $(seq 15); do sleep 0.3 & done; wait'], { processes: 20 })).end,
    ).toMatchObject({ code: 0 });
  });

  it('memory of one process', async () => {
    const { end, tail } = await run(['python3', '-c', 'bytearray(300 << 20)'], { dataBytes: 200 * MiB });
    expect(end).toMatchObject({ code: 1 });
    expect(tail).toContain('MemoryError');
  });

  it('memory of all together', async () => {
    const hog = 'import time; b = bytearray(b"x") * (60 << 20); time.sleep(20)';
    const { end } = await run(['sh', '-c', `for i in 1 2 3; do python3 -c '${hog}' & done; wait`], {
      totalBytes: 100 * MiB,
    });
    expect(end).toMatchObject({
      reason: 'limit',
      message: expect.stringMatching(/^it took \d+ MiB of memory, and 100 MiB are allowed$/),
    });
  });

  it('CPU time', async () => {
    expect((await run(['sh', '-c', 'while :; do :; done'], { cpuSeconds: 1 })).end).toMatchObject({
      message: 'it used up its CPU time (status 152, SIGXCPU)',
    });
  });

  it('size of a file', async () => {
    expect(
      (
        await run(
          [
            'python3',
            '-c',
            'import signal; signal.signal(signal.SIGXFSZ, signal.SIG_DFL); open("/tmp/x", "wb").write(bytes(3 << 20))',
          ],
          { fileBytes: MiB },
        )
      ).end,
    ).toMatchObject({ message: 'it wrote too large a file (status 153, SIGXFSZ)' });
  });

  it('open files', async () => {
    const { tail } = await run(['python3', '-c', 'x = [open("/dev/null") for _ in range(100)]'], { openFiles: 50 });
    expect(tail).toContain('Too many open files');
  });
});

describe('what no sandbox may show', () => {
  const secret = join(fixture.folder, 'below', 'local.key');
  const opened: ReturnType<typeof openWorkplace>[] = [];
  afterEach(() => {
    for (const workplace of opened.splice(0)) workplace.remove();
  });
  const hidden = (path: string): Partial<SandboxSpec> => {
    const place = { path, what: 'the key of vault `v`', tells: 'whoever reads it can open the vault' };
    const workplace = openWorkplace([place]);
    opened.push(workplace);
    return { workplace };
  };

  it.each([
    ['in the folder of a manifest', secret, {}],
    [
      'in a folder that is bound',
      '/srv/elsewhere/../elsewhere/local.key',
      { binds: [{ source: '/srv', target: '/data', writable: false }] },
    ],
    ['in a part of the system', '/usr/share/local.key', {}],
  ])('a key %s keeps the program from starting', async (_, path, more) => {
    const chunks: Buffer[] = [];
    const { end } = await run(
      ['sh', '-c', 'echo started'],
      {},
      { ...hidden(path), ...more, onStdout: (chunk) => chunks.push(chunk) },
    );
    expect(end).toMatchObject({ reason: 'shown', help: expect.stringContaining('~/.config/headgate') });
    expect((end as { message: string }).message).toContain('the key of vault `v`');
    expect(chunks).toEqual([]);
  });

  it('a key elsewhere does not, nor can it be read', async () => {
    const { end, tail } = await run(['sh', '-c', 'cat /srv/local.key >&2'], {}, hidden('/srv/local.key'));
    expect(end).toMatchObject({ reason: 'exited', code: 1 });
    expect(tail).toContain('No such file');
  });
});

describe('a machine without a usable bubblewrap', () => {
  let folder = '';
  const finder = '../../src/adapters/files/system-program.ts';
  beforeEach(() => {
    folder = mkdtempSync('/tmp/policy-path-');
    vi.resetModules();
    vi.doMock(finder, () => ({
      systemProgram: (name: string) =>
        [join(name === 'bwrap' ? folder : '/usr/bin', name)].find((path) => existsSync(path)),
    }));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    vi.doUnmock(finder);
    vi.resetModules();
  });
  const bwrap = (text: string): void => {
    writeFileSync(join(folder, 'bwrap'), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, 'bwrap'), 0o755);
  };
  const outcome = async (): ReturnType<typeof askOne> => {
    const { askOne: fresh } = await import('./policy-fixture.ts');
    return fresh(fixture.process('/use_0_0', { script: '' }));
  };

  it('is told what to install', async () => {
    expect(await outcome()).toMatchObject({
      ok: false,
      phase: 'sandbox',
      message: 'bubblewrap (`bwrap`) is not installed',
      help: expect.stringMatching(/apt install bubblewrap.*--no-sandbox/),
    });
  });

  it('4.2(5): is told that only Linux has it', async () => {
    const { platform } = process;
    Object.defineProperty(process, 'platform', { value: 'darwin' });
    try {
      const { findBubblewrap } = await import('../../src/adapters/sandbox/bubblewrap.ts');
      expect(await findBubblewrap()).toMatchObject({
        message: expect.stringMatching(/only Linux has.*darwin/),
        remedy: 'run it on Linux',
      });
    } finally {
      Object.defineProperty(process, 'platform', { value: platform });
    }
  });

  it('is told that it is too old', async () => {
    bwrap('echo bubblewrap 0.4.1');
    expect(await outcome()).toMatchObject({ ok: false, phase: 'sandbox', message: 'bubblewrap 0.4 is too old' });
  });

  it('is told how to allow user namespaces', async () => {
    bwrap(
      'case "$*" in --version) echo bubblewrap 0.9.0;; *) echo "bwrap: setting up uid map: Permission denied" >&2; exit 1;; esac',
    );
    expect(await outcome()).toMatchObject({
      ok: false,
      phase: 'sandbox',
      message: 'bubblewrap says: setting up uid map: Permission denied',
      help: expect.stringMatching(/apparmor_restrict_unprivileged_userns.*--no-sandbox/),
    });
  });
});
