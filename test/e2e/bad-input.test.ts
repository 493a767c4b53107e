/** What people and disks do to manifests: a diagnostic, exit 1, no stack trace, nothing written. Through the built command line. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JsonReport } from '../../src/diagnostics/render/json.ts';
import { cliForEverybody } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const shared = createTempFolder();
const cli = cliForEverybody(shared.path);
afterAll(shared.remove);
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headgate-bad-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, bytes: string | Uint8Array): void => writeFileSync(join(folder, name), bytes);
const listing = (): readonly string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

interface Done {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** root may read and write everything, so that a run as somebody else is needed where permissions matter. */
async function run(args: readonly string[], as?: number): Promise<Done> {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(as === undefined ? {} : { uid: as, gid: as }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const code = await new Promise<number | null>((settle, fail) => child.on('error', fail).on('close', settle));
  expect(stderr).not.toMatch(/^\s+at /m);
  return { code, stdout, stderr };
}

/**
 * What `check` and `compile` say of an input that has one fault: `code file:line:column`, and the message. A fault without a
 * place stands at the beginning of what was named on the command line. A folder is searched by `check` and stands for its root
 * manifest in `compile`, whose code is `compiled` then.
 */
async function fault(
  input = '.',
  as?: number,
  compiled?: string,
  options: readonly string[] = [],
): Promise<{ readonly place: string; readonly message: string }> {
  const before = listing();
  const check = await run(['check', '--format', 'json', ...options, input], as);
  expect([check.code, check.stderr]).toEqual([1, '']);
  const errors = (JSON.parse(check.stdout) as JsonReport).diagnostics.filter((d) => d.severity === 'error');
  const [error] = errors;
  if (!error || errors.length > 1) throw new Error(`one error is expected: ${check.stdout}`);
  const compile = await run(['compile', ...options, input, '--emit', 'plan=plan.json'], as);
  expect([compile.code, compile.stdout]).toEqual([1, '']);
  expect(compile.stderr).toContain(`error[${compiled ?? error.code}]: `);
  expect(listing()).toEqual(before);
  const { line, character } = error.range.start;
  return { place: `${error.code} ${error.file}:${line + 1}:${character + 1}`, message: error.message };
}

const fine = async (input = '.', options: readonly string[] = []): Promise<void> =>
  expect(await run(['check', ...options, input])).toMatchObject({ code: 0, stdout: '' });

const root = 'manifest_version: "0.4.0"\ncomponents:\n  child: ./child.yaml\n';
const leaf = 'manifest_version: "0.4.0"\n';
const asNobody = process.getuid?.() === 0 ? 65_534 : undefined;

describe('a file', () => {
  it('that may not be read', async () => {
    chmodSync(folder, 0o755);
    write('scenario.yaml', leaf);
    chmodSync(join(folder, 'scenario.yaml'), 0);
    const { place, message } = await fault('.', asNobody, 'resolve/root-not-loaded');
    expect(place).toBe('cli/unreadable-path .:1:1');
    expect(message).toContain('permission denied');
  });

  it('that may not be read, for a child', async () => {
    chmodSync(folder, 0o755);
    write('scenario.yaml', root);
    write('child.yaml', leaf);
    chmodSync(join(folder, 'child.yaml'), 0);
    const { place, message } = await fault('.', asNobody);
    expect(place).toBe('resolve/manifest-not-loaded scenario.yaml:3:10');
    expect(message).toContain('permission denied');
  });

  it('that is not there', async () => {
    expect((await fault('scenaro.yaml')).place).toBe('cli/input-not-found scenaro.yaml:1:1');
  });

  it('that is a folder', async () => {
    write('scenario.yaml', root);
    mkdirSync(join(folder, 'child.yaml'));
    expect((await fault()).place).toBe('resolve/manifest-not-loaded scenario.yaml:3:10');
  });

  it('that is a device', async () => {
    write('scenario.yaml', root.replace('./child.yaml', 'file:///dev/zero'));
    expect((await fault()).place).toBe('resolve/outside-tree scenario.yaml:3:10');
  });

  it('that is empty', async () => {
    write('scenario.yaml', '');
    expect((await fault()).place).toBe('parse/yaml-syntax scenario.yaml:1:1');
  });
});

describe('a URL', () => {
  it.each(['file://host/scenario.yaml', 'file:///%zz', 'file:///a%2Fb.yaml'])('%s names no file', async (url) => {
    expect(await fault(url)).toEqual({
      place: `resolve/root-not-loaded ${url}:1:1`,
      message: expect.stringContaining('does not name a path on this machine'),
    });
    write('scenario.yaml', root.replace('./child.yaml', url));
    expect((await fault()).place).toBe('resolve/manifest-not-loaded scenario.yaml:3:10');
  });
});

describe('a config file', () => {
  it.each(['/dev/zero', 'big.yaml'])('%s without an end', async (path) => {
    write('scenario.yaml', leaf);
    write('big.yaml', '# long\n'.repeat(1_300_000));
    const { code, stderr } = await run(['compile', '.', '--config', path]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error\[cli\/config-file\]: config file `\S+` cannot be used: it is larger\s+than\s+8 MiB/);
  });
});

describe('a device without an end', () => {
  it.each([
    [['authority', 'check', '.', '--delegation', '/dev/zero'], '--delegation: `/dev/zero`', 1],
    [['attest', '.', '--key', '/dev/zero', '--out', 'x'], '--key: `/dev/zero`', 8],
    [['attest', 'verify', 'x', '--plan', 'x', '--key', '/dev/zero'], '--key: `/dev/zero`', 8],
    [['run', '.', '--sign-key', '/dev/zero'], '--sign-key: `/dev/zero`', 8],
    [['emit', '/dev/zero', '--to', 'plan=x'], 'error: `/dev/zero`', 512],
  ] as const)('%j', async (args, what, most) => {
    write('scenario.yaml', leaf);
    const before = listing();
    const { code, stderr } = await run(args);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`${what} cannot be read: it is larger than ${most} MiB\n`),
    ]);
    expect(listing()).toEqual(before);
  });
});

describe('a folder', () => {
  it.each([
    ['check', '-'],
    ['fmt', '-'],
  ])('on standard input of %s', (...args) => {
    const fd = openSync(folder, 'r');
    const { status, stderr } = spawnSync(process.execPath, [cli, ...args], { stdio: [fd, 'pipe', 'pipe'] });
    closeSync(fd);
    expect([status, String(stderr)]).toEqual([2, expect.stringMatching(/^error: standard input is a folder; /)]);
  });

  it('without a scenario', async () => {
    write('notes.yaml', 'services: {}\n');
    expect((await fault('.', undefined, 'cli/no-scenario-in-directory')).place).toBe('cli/nothing-to-check .:1:1');
  });

  it('whose scenario is a folder', async () => {
    mkdirSync(join(folder, 'scenario.yaml'));
    expect((await fault('.', undefined, 'cli/no-scenario-in-directory')).place).toBe('cli/nothing-to-check .:1:1');
  });
});

describe('bytes', () => {
  it.each(['yaml', 'json5'])('that are binary, as .%s', async (ending) => {
    write(
      `scenario.${ending}`,
      Uint8Array.from({ length: 512 }, (_, i) => i % 256),
    );
    expect((await fault()).place).toMatch(/^parse\/binary-file/);
  });

  it.each(['yaml', 'json5'])('that are not UTF-8, as .%s', async (ending) => {
    write(`scenario.${ending}`, Buffer.concat([Buffer.from(leaf), Buffer.from('# caf\xe9\n', 'latin1')]));
    const { place, message } = await fault();
    expect(place).toBe(`parse/invalid-utf8 scenario.${ending}:1:1`);
    expect(message).toContain('line 2');
  });

  it.each([
    ['yaml', `${leaf}use: { "\\ud800": ./p.yaml }\npolicies: ["#\\ud800.apply"]\n`, 'yaml-syntax scenario.yaml:2:8'],
    [
      'json5',
      '{ manifest_version: "0.4.0",\n  metadata: ["\\ud83d\\ude00", "x\\udc00"] }',
      'json5-syntax scenario.json5:2:30',
    ],
  ])('that are no characters when their escapes are read, as .%s', async (ending, text, place) => {
    write(`scenario.${ending}`, text);
    expect((await fault()).place).toBe(`parse/${place}`);
  });

  it.each([
    ['yaml', `\ufeff${root}`],
    ['json5', '\ufeff{\n  manifest_version: "0.4.0",\n  components: { child: "./child.yaml" },\n}\n'],
  ])('with a byte order mark and CRLF are fine, as .%s', async (ending, text) => {
    write(`scenario.${ending}`, text.replaceAll('\n', '\r\n'));
    write('child.yaml', `\ufeff${leaf}`.replaceAll('\n', '\r\n'));
    await fine();
  });

  it.each([
    ['yaml', `\ufeff${leaf}nonsense: 1\n`],
    ['json5', '\ufeff{ manifest_version: "0.4.0",\n  nonsense: 1 }\n'],
  ])('with a byte order mark and CRLF keep their places, as .%s', async (ending, text) => {
    write(`scenario.${ending}`, text.replaceAll('\n', '\r\n'));
    expect((await fault()).place).toBe(`parse/unknown-field scenario.${ending}:2:${ending === 'yaml' ? 1 : 3}`);
  });
});

describe('size', () => {
  const sparse = (name: string, text: string): void => {
    const file = openSync(join(folder, name), 'w');
    writeSync(file, text);
    ftruncateSync(file, 100 * 1_048_576);
    closeSync(file);
  };
  it('of 100 MiB is refused, and the limit named', async () => {
    sparse('scenario.yaml', leaf);
    const { place, message } = await fault();
    expect(place).toBe('resolve/too-large .:1:1');
    expect(message).toContain('at most 8 MiB');
  });

  it('of 100 MiB is refused for a child', async () => {
    write('scenario.yaml', root);
    sparse('child.yaml', leaf);
    const { place, message } = await fault();
    expect(place).toBe('resolve/too-large scenario.yaml:3:10');
    expect(message).toContain('at most 8 MiB');
  });

  it('of aliases in YAML is counted', async () => {
    const levels = Array.from({ length: 12 }, (_, i) =>
      i === 0
        ? '  a0: &a0 [x, x, x, x, x, x, x, x, x]\n'
        : `  a${i}: &a${i} [${Array(9)
            .fill(`*a${i - 1}`)
            .join(', ')}]\n`,
    );
    write('scenario.yaml', `${leaf}metadata:\n${levels.join('')}`);
    expect((await fault()).place).toMatch(/^parse\/yaml-alias-limit scenario\.yaml:\d+:\d+$/);
  });

  it.each([
    ['yaml', `${leaf}metadata: ${'['.repeat(10_000)}${']'.repeat(10_000)}\n`],
    ['yaml', `${leaf}metadata: ${'{a: '.repeat(10_000)}1${'}'.repeat(10_000)}\n`],
    ['yaml', `${leaf}metadata:\n  ${'- '.repeat(10_000)}x\n`],
    ['json5', `{ manifest_version: "0.4.0", metadata: ${'['.repeat(10_000)}${']'.repeat(10_000)} }`],
    ['json5', `{ manifest_version: "0.4.0", metadata: ${'{a:'.repeat(10_000)}1${'}'.repeat(10_000)} }`],
    ['json', `{ "manifest_version": "0.4.0", "metadata": ${'['.repeat(10_000)}`],
  ])('of nesting is bounded, as .%s', async (ending, text) => {
    write(`scenario.${ending}`, text);
    expect((await fault()).place).toMatch(/^parse\/too-deep scenario\.\w+:\d+:\d+$/);
  });
});

describe('symbolic links', () => {
  it('that go round in a circle, for the scenario', async () => {
    symlinkSync('loop.yaml', join(folder, 'scenario.yaml'));
    symlinkSync('scenario.yaml', join(folder, 'loop.yaml'));
    const { place, message } = await fault('scenario.yaml');
    expect(place).toBe('resolve/root-not-loaded scenario.yaml:1:1');
    expect(message).toMatch(/symbolic link/);
  });

  it('that go round in a circle, for a child', async () => {
    write('scenario.yaml', root);
    symlinkSync('child.yaml', join(folder, 'child.yaml'));
    const { place, message } = await fault();
    expect(place).toBe('resolve/manifest-not-loaded scenario.yaml:3:10');
    expect(message).toMatch(/symbolic link/);
  });

  it('that make a manifest its own child', async () => {
    write('scenario.yaml', root);
    symlinkSync('scenario.yaml', join(folder, 'child.yaml'));
    expect((await fault()).place).toBe('resolve/cycle scenario.yaml:3:10');
  });
});

describe('a child over http', () => {
  const handlers: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
    '/500': (_, response) => response.writeHead(500).end('boom'),
    '/loop': (_, response) => response.writeHead(302, { location: '/loop' }).end(),
    '/moved': (_, response) => response.writeHead(302, { location: '/child.yaml' }).end(),
    '/to-file': (_, response) => response.writeHead(302, { location: 'file:///etc/hostname' }).end(),
    '/child.yaml': (_, response) => response.end(leaf),
    '/cut': (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('manifest');
      setTimeout(() => response.destroy(), 20);
    },
    '/declared': (_, response) => response.writeHead(200, { 'content-length': String(100 * 1_048_576) }).flushHeaders(),
    '/endless': (_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('#'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    },
    '/slow': (_, response) => {
      setTimeout(() => response.end(leaf), 800);
    },
    '/html': (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>\n<html>'),
  };
  let server: Server;
  let base = '';
  beforeAll(async () => {
    server = createServer((request, response) => {
      const handler = handlers[request.url ?? ''];
      if (handler) handler(request, response);
      else response.writeHead(404).end('nothing here');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  const child = (path: string): void => write('scenario.yaml', root.replace('./child.yaml', `${base}${path}`));
  const place = 'resolve/manifest-not-loaded scenario.yaml:3:10';
  // A manifest does not lead to this machine by itself.
  const allowed = (): readonly string[] => ['--allow-url', `${base}/*`];
  const faultHere = (): ReturnType<typeof fault> => fault('.', undefined, undefined, allowed());

  it.each([
    ['/404', place, /404/],
    ['/500', place, /500/],
    ['/loop', place, /redirect/],
    ['/to-file', place, /redirect/],
    ['/cut', place, /closed before the whole answer/],
    ['/declared', 'resolve/too-large scenario.yaml:3:10', /at most 8 MiB/],
    ['/endless', 'resolve/too-large scenario.yaml:3:10', /at most 8 MiB/],
  ])('%s', async (path, code, message) => {
    child(path);
    expect(await faultHere()).toEqual({ place: code, message: expect.stringMatching(message) });
  });

  it('whose server is gone', async () => {
    write('scenario.yaml', root.replace('./child.yaml', 'http://127.0.0.1:1/child.yaml'));
    expect(await fault('.', undefined, undefined, ['--allow-url', 'http://127.0.0.1:1/*'])).toEqual({
      place,
      message: expect.stringMatching(/connect|refuse/i),
    });
  });

  it('that is a page for people', async () => {
    child('/html');
    expect((await faultHere()).place).toMatch(/^parse\/[a-z0-9-]+ http:\/\/127\.0\.0\.1:\d+\/html:1:\d+$/);
  });

  it.each(['/moved', '/slow'])('%s is fine', async (path) => {
    child(path);
    await fine('.', allowed());
  });

  it('that has another digest', async () => {
    const wrong = `sha256:${'A'.repeat(43)}=`;
    write('scenario.yaml', `${leaf}components:\n  child: { url: "${base}/child.yaml", digest: "${wrong}" }\n`);
    const { place: at, message } = await faultHere();
    expect(at).toMatch(/^resolve\/digest-mismatch scenario\.yaml:3:\d+$/);
    expect(message).toContain(wrong);
  });
});

describe('outputs', () => {
  const emit = ['--emit', 'plan=out/plan.json', '--emit', 'ir=shut/ir.json'];
  beforeEach(() => {
    write('scenario.yaml', leaf);
    for (const name of ['out', 'shut']) mkdirSync(join(folder, name));
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'out'), 0o777);
    chmodSync(join(folder, 'shut'), 0o755);
  });
  const other = asNobody;

  it.runIf(process.getuid?.() === 0)('are written all or none', async () => {
    const before = listing();
    const { code, stderr } = await run(['compile', '.', ...emit], other);
    expect(code).toBe(1);
    expect(stderr).toContain('error[cli/output-not-writable]: cannot write `shut/ir.json`: permission denied');
    expect(listing()).toEqual(before);
    chmodSync(join(folder, 'shut'), 0o777);
    expect(await run(['compile', '.', ...emit], other)).toMatchObject({ code: 0, stderr: '' });
    expect(listing()).toEqual([...before, 'out/plan.json', 'shut/ir.json'].sort());
  });

  it.runIf(process.getuid?.() === 0)('that were there stay as they were', async () => {
    write('out/plan.json', 'old');
    chmodSync(join(folder, 'out/plan.json'), 0o666);
    const before = listing();
    expect((await run(['compile', '.', ...emit], other)).code).toBe(1);
    expect(readFileSync(join(folder, 'out/plan.json'), 'utf8')).toBe('old');
    expect(listing()).toEqual(before);
  });

  it('whose folder is missing are told before anything is compiled', async () => {
    const before = listing();
    const args = ['compile', '.', '--emit', 'plan=out/plan.json', '--emit', 'ir=nowhere/ir.json'];
    const { code, stderr } = await run(args);
    expect(code).toBe(1);
    expect(stderr).toContain('error[cli/output-not-writable]: cannot write `nowhere/ir.json`');
    expect(listing()).toEqual(before);
  });

  it('on a full disk are written all or none', async () => {
    const before = listing();
    const { code, stderr } = await run(['compile', '.', '--emit', 'plan=out/plan.json', '--emit', 'ir=/dev/full']);
    expect(code).toBe(1);
    expect(stderr).toContain('error[cli/output-not-writable]: cannot write `/dev/full`: no space is left');
    expect(listing()).toEqual(before);
  });

  it('of a scenario with errors are not begun', async () => {
    write('scenario.yaml', `${leaf}nonsense: 1\n`);
    write('out/plan.json', 'old');
    const before = listing();
    expect((await run(['compile', '.', ...emit])).code).toBe(1);
    expect(readFileSync(join(folder, 'out/plan.json'), 'utf8')).toBe('old');
    expect(listing()).toEqual(before);
  });
});
