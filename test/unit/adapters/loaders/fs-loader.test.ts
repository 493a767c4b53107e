import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFsLoader } from '../../../../src/adapters/loaders/fs-loader.ts';
import { createLoader } from '../../../../src/adapters/loaders/loader.ts';
import { digestOf } from '../../../../src/base/digest.ts';
import { createSink, sortDiagnostics } from '../../../../src/diagnostics/sink.ts';
import { createParser, prepareText } from '../../../../src/phases/1-parse/index.ts';
import { resolveTree } from '../../../../src/phases/2-resolve/index.ts';
import type { LoadFailure } from '../../../../src/ports/loader.ts';
import { dump } from '../../phases/2-resolve/harness.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headgate-fs-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
};
const load = (path: string, maxBytes = 1024): ReturnType<ReturnType<typeof createFsLoader>['load']> =>
  createFsLoader().load(pathToFileURL(path).href, { maxBytes });
async function failure(path: string, maxBytes?: number): Promise<LoadFailure | undefined> {
  const result = await load(path, maxBytes);
  return result.ok ? undefined : result.failure;
}

describe('a digest', () => {
  const digest = (path: string, maxBytes = 1024 ** 3): Promise<string | undefined> | undefined =>
    createLoader().digest?.(pathToFileURL(path).href, { maxBytes });

  test('is that of the bytes, also of more than is read at once', async () => {
    const bytes = Buffer.alloc(3 * 1024 * 1024 + 7, 0xfe);
    for (const content of [Buffer.alloc(0), Buffer.from([0xff, 0]), bytes])
      expect(await digest(write('program', content))).toBe(digestOf(content));
  });

  test('holds no large file in memory', async () => {
    const path = write('large', '');
    truncateSync(path, 200 * 1024 * 1024);
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const looking = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }, 1);
    const found = await digest(path);
    clearInterval(looking);
    expect(found).toMatch(/^sha256:/);
    expect(most).toBeLessThan(50 * 1024 * 1024);
  });

  test('is none of what is not there, is no plain file, or is too large', async () => {
    const fifo = join(folder, 'digest-fifo');
    execFileSync('mkfifo', [fifo]);
    for (const path of [join(folder, 'nothing'), folder, fifo, '/dev/zero']) expect(await digest(path)).toBeUndefined();
    const file = write('program', 'four');
    expect([await digest(file, 4), await digest(file, 3)]).toEqual([digestOf('four'), undefined]);
    expect(await createLoader().digest?.('https://x.test/go', { maxBytes: 1 })).toBeUndefined();
  });
});

describe('files', () => {
  test('bytes, whole, also of names that URLs escape', async () => {
    const path = write('a b#%41?.yaml', new Uint8Array([0xff, 0x00, 0x41]));
    const result = await load(path);
    expect(result.ok && [...result.value.bytes]).toEqual([0xff, 0x00, 0x41]);
    expect(result.ok && result.value.url).toBe(pathToFileURL(path).href);
  });

  test('empty, exactly the limit, one byte more', async () => {
    const empty = await load(write('empty.yaml', ''));
    expect(empty.ok && empty.value.bytes.length).toBe(0);
    const exact = await load(write('exact.yaml', 'x'.repeat(9_000)), 9_000);
    expect(exact.ok && exact.value.bytes.length).toBe(9_000);
    expect(await failure(write('more.yaml', 'x'.repeat(9_001)), 9_000)).toEqual({
      kind: 'too-large',
      message: 'it has more than 9000 bytes',
    });
  });

  test.skipIf(!existsSync('/proc/self/maps'))(
    'files that do not tell their size are bounded all the same',
    async () => {
      const whole = await load('/proc/self/maps', 10_000_000);
      expect(whole.ok && whole.value.bytes.length).toBeGreaterThan(4096);
      expect((await failure('/proc/self/maps', 5_000))?.kind).toBe('too-large');
    },
  );
});

describe('what is not a file', () => {
  test('a folder', async () => {
    mkdirSync(join(folder, 'dir'), { recursive: true });
    expect(await failure(join(folder, 'dir'))).toMatchObject({
      kind: 'not-a-file',
      message: 'it is a folder, not a file',
    });
    expect((await failure(`${join(folder, 'dir')}/`))?.kind).toBe('not-a-file');
  });

  test('a named pipe does not block', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    expect(await failure(path)).toEqual({ kind: 'not-a-file', message: 'it is a named pipe, not a file' });
  });

  test('a device and a socket', async () => {
    expect(await failure('/dev/zero')).toEqual({ kind: 'not-a-file', message: 'it is a device, not a file' });
    const path = join(folder, 'sock');
    const server = createServer();
    await new Promise<void>((done) => server.listen(path, done));
    try {
      expect(await failure(path)).toEqual({ kind: 'not-a-file', message: 'it is a socket, not a file' });
    } finally {
      await new Promise((done) => server.close(done));
    }
  });

  test('nothing there, with a hint when a neighbour is near', async () => {
    write('near/child.yml', '');
    write('near/gateway.yaml', '');
    expect(await failure(join(folder, 'near/child.yaml'))).toEqual({
      kind: 'not-found',
      message: 'there is no such file',
      help: 'did you mean `child.yml`, in the same folder?',
    });
    expect((await failure(join(folder, 'near/gatewya.yaml')))?.help).toContain('`gateway.yaml`');
    expect(await failure(join(folder, 'near/unlike.json'))).toEqual({
      kind: 'not-found',
      message: 'there is no such file',
      help: 'its folder has `child.yml`, `gateway.yaml`',
    });
    expect((await failure(join(folder, 'near/child.yml/x.yaml')))?.message).toContain(
      'a part of its path is not a folder',
    );
    expect((await failure(join(folder, 'no/such/folder.yaml')))?.message).toBe('there is no such file');
  });

  test('symbolic links: to a file, to nothing, to themselves', async () => {
    symlinkSync(write('target.yaml', 'x'), join(folder, 'link.yaml'));
    symlinkSync(join(folder, 'gone.yaml'), join(folder, 'dangling.yaml'));
    symlinkSync('circle.yaml', join(folder, 'circle.yaml'));
    expect((await load(join(folder, 'link.yaml'))).ok).toBe(true);
    expect((await failure(join(folder, 'dangling.yaml')))?.message).toBe(
      'it is a symbolic link, and there is no file at its target',
    );
    expect(await failure(join(folder, 'circle.yaml'))).toEqual({
      kind: 'symlink-loop',
      message: 'its symbolic links lead in a circle',
    });
  });

  // The kernel lets nobody read this one, not even root, who may read everything else.
  const writeOnly = '/proc/sys/vm/compact_memory';
  const root = process.geteuid?.() === 0;
  test.skipIf(root && !existsSync(writeOnly))('no permission', async () => {
    const path = root ? writeOnly : write('secret.yaml', 'x');
    if (!root) chmodSync(path, 0o000);
    expect(await failure(path)).toMatchObject({ kind: 'unreadable', message: 'permission denied (EACCES)' });
  });

  test('URLs that are no paths, and paths that are too long', async () => {
    for (const url of ['file:///a%00b', 'file:///a%2fb', 'file://server/share/x.yaml']) {
      const result = await createFsLoader().load(url, { maxBytes: 1 });
      expect(!result.ok && result.failure.kind).toBe('unreadable');
    }
    expect((await failure(join(folder, 'x'.repeat(300))))?.message).toBe('its path is too long for this system');
  });
});

test('a scenario through the real loader: a folder that contains itself, and a pipe for a child', async () => {
  write(
    'loop/scenario.yaml',
    'manifest_version: "0.4.0"\ncomponents: { again: ./self/scenario.yaml, pipe: ./pipe.yaml, dir: . }\n',
  );
  symlinkSync('.', join(folder, 'loop/self'));
  execFileSync('mkfifo', [join(folder, 'loop/pipe.yaml')]);
  const sink = createSink();
  const baseDir = pathToFileURL(join(folder, 'loop/')).href;
  const tree = await resolveTree(
    { url: new URL('scenario.yaml', baseDir).href, baseDir },
    { loader: createLoader(), parser: createParser(), prepare: prepareText, check: () => {}, sink },
  );
  expect(sortDiagnostics(sink.diagnostics).map((d) => d.message.replace(/^.*?: /, ''))).toEqual([
    'scenario.yaml → self/scenario.yaml. The content is the same as that of `scenario.yaml`, which makes it the same manifest',
    'it is a named pipe, not a file',
    'it is a folder, not a file',
  ]);
  expect(dump(tree)).toEqual(['/ scenario.yaml']);
});
