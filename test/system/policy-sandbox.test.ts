import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ask, askOf, askOne, createFixture, foldersOf, limits, nodeServer, processesWith } from './policy-fixture.ts';

const fixture = createFixture();
const marker = `headgate-test-${process.pid}-${Math.random().toString(36).slice(2)}`;
const gone = async (text: string, ms = 0): Promise<readonly number[]> => {
  const end = Date.now() + ms;
  while (processesWith(text).length > 0 && Date.now() < end) await new Promise((done) => setTimeout(done, 20));
  return processesWith(text);
};

afterAll(() => fixture.remove());
afterEach(() => {
  expect(processesWith(marker)).toEqual([]);
  expect(foldersOf(process.pid)).toEqual([]);
});

/** Runs on each POST, and answers with what it returns. */
const probe = async (
  code: string,
  program: object = {},
  options: Parameters<typeof askOne>[1] = {},
): Promise<unknown> => {
  const script = nodeServer(
    `res.end(JSON.stringify(await (async () => { ${code} })().catch((e) => e.code ?? String(e))) ?? 'null')`,
  );
  const outcome = await askOne(fixture.process('/use_0_0', { script, ...program }), options);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
  return JSON.parse(outcome.text);
};

describe('inside the sandbox', () => {
  let server: Server;
  let port = 0;
  beforeAll(async () => {
    server = createServer((_req, res) => res.end('host'));
    await new Promise<void>((done) => server.listen(0, done));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.close();
  });

  it.each(['127.0.0.1', '::1', '10.0.2.2', '1.1.1.1'])('%s leads nowhere', async (host) => {
    const code = `return new Promise((d) => net.connect(${port}, '${host}').on('connect', () => d('CONNECTED')).on('error', (e) => d(e.code)).setTimeout(500, () => d('TIMEOUT')));`;
    expect(await probe(code)).toMatch(/^(ECONNREFUSED|ENETUNREACH|EADDRNOTAVAIL)$/);
  });

  it('there is nothing of the home folder, of the project, of other processes', async () => {
    const secret = mkdtempSync(join(homedir(), 'secret-'));
    writeFileSync(join(secret, 'file'), 'x');
    const code = `return [${JSON.stringify(join(secret, 'file'))}, ${JSON.stringify(process.cwd())}, '/root', '/home', '/work', '/var/log', '/etc/shadow', '/sys/kernel', '/proc/${process.pid}/cmdline']
      .map((path) => { try { return fs.statSync(path).isDirectory() ? fs.readdirSync(path) : path; } catch (e) { return e.code; } });`;
    const seen = await probe(code);
    rmSync(secret, { recursive: true });
    expect(seen).toEqual(Array.from({ length: 9 }, () => 'ENOENT'));
  });

  it('nothing of the system or of its own folder can be changed, and only temporary folders can be written', async () => {
    const code = `return [${JSON.stringify(fixture.folder)}, '/', '/usr', '/etc', '/dev', '/run/headgate/edges', '/tmp', process.env.HOME, '/dev/shm']
      .map((folder) => { try { fs.writeFileSync(folder + '/x', ''); return 'written'; } catch (e) { return e.code; } });`;
    expect(await probe(code)).toEqual([
      'EROFS',
      'EROFS',
      'EROFS',
      'EROFS',
      'EROFS',
      'ENOENT',
      'written',
      'written',
      'written',
    ]);
    expect(existsSync(join(fixture.folder, 'x'))).toBe(false);
  });

  it('there is no variable, descriptor, capability or working folder but those that were given', async () => {
    const code = `const own = fs.readdirSync('/proc/self/fd').map((fd) => { try { return fs.readlinkSync('/proc/self/fd/' + fd); } catch { return ''; } });
      return [Object.keys(process.env).sort(), /CapEff:\\s*(\\w+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1], process.cwd(), own.filter((l) => l.startsWith('/') && !l.startsWith('/dev/') && !l.startsWith('/proc/')),
        fs.readdirSync('/proc').filter((n) => /^\\d+$/.test(n)).length < 6, require('node:os').hostname()];`;
    expect(await probe(code, { env: { MINE: '1' } })).toEqual([
      ['GIT_ALLOW_PROTOCOL', 'HOME', 'MINE', 'PATH', 'TMPDIR'],
      '0000000000000000',
      fixture.folder,
      [],
      true,
      'headgate',
    ]);
  });

  it('temporary files have a limit', async () => {
    const code = `const chunk = Buffer.alloc(64 * 1024 * 1024); for (let i = 0; i < 5; i++) fs.writeFileSync('/tmp/' + i, chunk);`;
    expect(await probe(code)).toBe('ENOSPC');
  });

  it('config is mounted as a file that only this program can read', async () => {
    const mounts = [
      { kind: 'file', path: [{ lit: '/etc/policy/terms.json' }], source: { kind: 'config', path: [{ lit: 'terms' }] } },
      { kind: 'file', path: [{ lit: '/tmp/' }, { config: 'name' }], source: { kind: 'config', path: [] } },
    ];
    const policy = fixture.process(
      '/use_0_0',
      {
        script: nodeServer(
          `const p = '/etc/policy/terms.json'; res.end(fs.readFileSync(p, 'utf8') + (fs.statSync(p).mode & 0o777).toString(8) + fs.readFileSync('/tmp/all', 'utf8'))`,
        ),
        mounts,
      },
      { config: { terms: ['é', 2], name: 'all' } },
    );
    expect(await askOne(policy)).toMatchObject({ ok: true, text: '["é",2]400{"name":"all","terms":["é",2]}' });
  });

  it('config cannot be mounted into a read-only folder', async () => {
    const mounts = [{ kind: 'file', path: '/usr/share/new/file', source: { kind: 'config', path: '' } }];
    expect(await askOne(fixture.process('/use_0_0', { mounts }))).toMatchObject({
      ok: false,
      phase: 'start',
      message: expect.stringContaining('`/usr/share/new/file`'),
    });
  });
});

describe('programs of the sandbox', () => {
  const script =
    '#!/usr/bin/env python3\nimport http.server\nhttp.server.HTTPServer(("", 8120), http.server.BaseHTTPRequestHandler).serve_forever()\n';
  it.each(['./serve.py', './bin/linked'])('a script beside the manifest: %s', async (path) => {
    writeFileSync(join(fixture.folder, 'serve.py'), script);
    chmodSync(join(fixture.folder, 'serve.py'), 0o755);
    mkdirSync(join(fixture.folder, 'bin'), { recursive: true });
    rmSync(join(fixture.folder, 'bin/linked'), { force: true });
    symlinkSync('../serve.py', join(fixture.folder, 'bin/linked'));
    expect(await askOne(fixture.process('/use_0_0', { path, args: [] }))).toMatchObject({
      ok: false,
      phase: 'status',
      message: expect.stringContaining('501'),
    });
  });

  it('an interpreter outside of the system, reached through links, with what is installed around it', async () => {
    const away = mkdtempSync('/tmp/policy-away-');
    mkdirSync(join(away, 'real/bin'), { recursive: true });
    mkdirSync(join(away, 'real/lib/node_modules'), { recursive: true });
    mkdirSync(join(away, 'links'));
    writeFileSync(join(away, 'real/lib/word'), 'found');
    writeFileSync(
      join(away, 'real/bin/interp-1'),
      `#!/bin/sh\nread word < "$(dirname "$(readlink -f "$0")")/../lib/word"\nexport WORD=$word\nexec node "$@"\n`,
      { mode: 0o755 },
    );
    symlinkSync('../real/bin/interp-1', join(away, 'links/odd-interpreter'));
    const before = process.env['PATH'];
    process.env['PATH'] = `${before}:${join(away, 'links')}`;
    const outcome = await askOne(
      fixture.process('/use_0_0', {
        args: ['odd-interpreter', '-e', nodeServer('res.end(process.env.WORD + fs.existsSync(process.env.SIDE))')],
        env: { SIDE: join(away, 'side') },
      }),
    ).finally(() => {
      process.env['PATH'] = before;
      rmSync(away, { recursive: true });
    });
    expect(outcome).toMatchObject({ ok: true, text: 'foundfalse' });
  });

  it('an interpreter that is only a pyenv shim, in the version that pyenv would choose', async () => {
    const root = mkdtempSync('/tmp/policy-pyenv-');
    for (const version of ['1.0', '2.0']) {
      mkdirSync(join(root, 'versions', version, 'bin'), { recursive: true });
      const text = `#!/bin/sh\nexport WORD=${version}\nexec node "$@"\n`;
      writeFileSync(join(root, 'versions', version, 'bin/odd-python'), text, { mode: 0o755 });
    }
    mkdirSync(join(root, 'shims'));
    writeFileSync(join(root, 'shims/odd-python'), '#!/bin/sh\nexec pyenv exec odd-python "$@"\n', { mode: 0o755 });
    writeFileSync(join(root, 'version'), '1.0\n');
    const before = process.env['PATH'];
    process.env['PATH'] = `${join(root, 'shims')}:${before}`;
    const policy = fixture.process('/use_0_0', { args: ['odd-python', '-e', nodeServer('res.end(process.env.WORD)')] });
    const first = await askOne(policy);
    writeFileSync(join(fixture.folder, '.python-version'), '2.0\n');
    const local = await askOne(policy);
    process.env['PATH'] = before;
    rmSync(root, { recursive: true });
    expect([first, local]).toMatchObject([
      { ok: true, text: '1.0' },
      { ok: true, text: '2.0' },
    ]);
  });

  it('a manifest that lies in the home folder itself does not show the home folder', async () => {
    const url = `file://${homedir()}/policy.yaml`;
    const policy = fixture.process(
      '/use_0_0',
      { script: nodeServer('res.end(JSON.stringify([process.cwd(), fs.readdirSync(".")]))') },
      { url },
    );
    expect(await askOne(policy)).toMatchObject({ ok: true, text: JSON.stringify([homedir(), []]) });
  });
});

describe('what a policy leaves behind', () => {
  const daemon = `process.on('SIGTERM', () => {}); process.on('SIGHUP', () => {}); setInterval(() => {}, 1000); // ${marker}`;
  const forks = `const start = () => cp.spawn(process.execPath, ['-e', process.env.DAEMON, '${marker}'], { detached: true, stdio: 'inherit' }).unref(); start(); start();`;
  const server = `${nodeServer(`setTimeout(() => res.end(String(process.pid)), 200)`)} ${forks}`;

  it.each(['bubblewrap', 'none'] as const)('is ended, daemons too: %s', async (sandbox) => {
    const policy = fixture.process(
      '/use_0_0',
      { script: server, env: { DAEMON: daemon, PORT: '38120' } },
      { ports: [38_120] },
    );
    const asked = ask([policy], [askOf('/use_0_0', { to: { moniker: '/use_0_0', port: 38_120, protocol: 'http' } })], {
      sandbox,
    });
    await expect.poll(() => processesWith(marker).length, { timeout: 5_000 }).toBeGreaterThan(2);
    expect(await asked).toMatchObject([{ ok: true }]);
    expect(processesWith(marker)).toEqual([]);
  });

  it('is ended when it stops the first process of its sandbox', async () => {
    const stopping = nodeServer(`const pid = process.ppid; process.kill(pid, 'SIGSTOP'); /* ${marker} */`);
    // That process is out of its reach, and whoever does not answer is ended all the same.
    expect(
      await askOne(fixture.process('/use_0_0', { script: stopping }), { limits: { headersMs: 300 } }),
    ).toMatchObject({ ok: false, phase: 'headers' });
  });

  it.each(['bubblewrap', 'none'] as const)(
    'is ended at once by the signal, with the questions under way: %s',
    async (sandbox) => {
      const controller = new AbortController();
      const policy = fixture.process(
        '/use_0_0',
        { script: `/* ${marker} */ ${nodeServer('')}`, env: { PORT: '38120' } },
        { ports: [38_120] },
      );
      const asked = ask(
        [policy],
        [askOf('/use_0_0', { to: { moniker: '/use_0_0', port: 38_120, protocol: 'http' } })],
        { sandbox, signal: controller.signal },
      );
      await new Promise((done) => setTimeout(done, 500));
      const start = performance.now();
      controller.abort();
      expect(await asked).toMatchObject([{ ok: false, phase: 'cancelled', message: 'it was interrupted' }]);
      expect(performance.now() - start).toBeLessThan(500);
      expect(processesWith(marker)).toEqual([]);
    },
  );

  it('is nothing when the signal came before', async () => {
    expect(
      await askOne(fixture.process('/use_0_0', { script: daemon }), { signal: AbortSignal.abort() }),
    ).toMatchObject({ ok: false, phase: 'cancelled' });
  });
});

describe('without a sandbox', () => {
  const at = (moniker: string, port: number): Parameters<typeof ask>[1][number] =>
    askOf(moniker, { to: { moniker, port, protocol: 'http' } });

  it('two policies cannot have one port, and a third is not harmed', async () => {
    const [a, b] = ['/use_0_0', '/use_1_0'].map((m) =>
      fixture.process(m, { script: 'throw new Error("not to be started")' }, { ports: [38_120] }),
    );
    const c = fixture.process(
      '/use_2_0',
      { script: nodeServer(`res.end(process.env.UP)`), env: { PORT: '38121', UP: '${slots.up.url}' } },
      { ports: [38_121], slots: { up: [{ moniker: '/use_0_0', port: 38_120, protocol: 'tcp' }] } },
    );
    if (!a || !b) throw new Error('two processes');
    const [first, second, third] = await ask(
      [a, b, { ...c, slots: { up: [{ moniker: '/use_2_0', port: 38_121, protocol: 'tcp' }] } }],
      [at(a.moniker, 38_120), at(b.moniker, 38_120), at(c.moniker, 38_121)],
      { sandbox: 'none' },
    );
    expect(first).toMatchObject({
      ok: false,
      phase: 'start',
      message:
        'port 38120 is declared by `/use_0_0` and `/use_1_0`, and without a sandbox only one of them can have it',
    });
    expect(second).toMatchObject({ ok: false, phase: 'start', message: first && !first.ok ? first.message : '' });
    expect(third).toMatchObject({ ok: true, text: 'tcp://127.0.0.1:38121' });
  });

  it('somebody else at the port of a policy is not asked', async () => {
    const other = createServer((_req, res) => res.end('somebody else'));
    await new Promise<void>((done) => other.listen(38_120, '127.0.0.1', done));
    const policy = fixture.process('/use_0_0', { script: nodeServer(''), env: { PORT: '38120' } }, { ports: [38_120] });
    const outcome = await ask([policy], [at('/use_0_0', 38_120)], { sandbox: 'none' });
    other.close();
    expect(outcome).toMatchObject([
      { ok: false, phase: 'start', message: expect.stringContaining('port 38120 is in use') },
    ]);
  });
});

describe('a client that is killed', () => {
  let client: ChildProcess | undefined;
  afterAll(() => client?.kill('SIGKILL'));

  it.each(['bubblewrap', 'none'] as const)(
    'leaves no process, and its folder goes with the next run: %s',
    async (sandbox) => {
      const process_ = fixture.process(
        '/use_0_0',
        { script: `/* ${marker} */ ${nodeServer('')}`, env: { PORT: '38120' } },
        { ports: [38_120] },
      );
      const asked = [askOf('/use_0_0', { to: { moniker: '/use_0_0', port: 38_120, protocol: 'http' } })];
      const run = `import { createSandboxPolicyClient } from ${JSON.stringify(join(process.cwd(), 'src/adapters/policies/sandbox-client.ts'))};
      await createSandboxPolicyClient({ sandbox: '${sandbox}' }).ask(${JSON.stringify([process_])}, ${JSON.stringify(asked)}, ${JSON.stringify(limits)});`;
      const bundled = join(fixture.folder, 'client.mjs');
      await build({
        stdin: { contents: run, resolveDir: process.cwd(), loader: 'ts' },
        bundle: true,
        platform: 'node',
        format: 'esm',
        outfile: bundled,
        external: ['undici'],
        logLevel: 'error',
      });
      const undici = JSON.stringify(join(process.cwd(), 'node_modules/undici/index.js'));
      writeFileSync(bundled, readFileSync(bundled, 'utf8').replace(/import\(["']undici["']\)/, `import(${undici})`));
      client = spawn(process.execPath, [bundled], { stdio: 'inherit' });
      const pid = client.pid ?? 0;
      await expect.poll(() => processesWith(marker).length, { timeout: 5_000 }).toBeGreaterThan(0);
      await new Promise((done) => setTimeout(done, 400));
      expect(foldersOf(pid)).toHaveLength(1);
      const ended = new Promise((done) => client?.on('exit', done));
      client.kill('SIGKILL');
      await ended;
      expect(await gone(marker, 2_000)).toEqual([]);
      // Any client sweeps: another test file may have been faster.
      await askOne(fixture.process('/use_0_0', { args: ['true'] }));
      expect(foldersOf(pid)).toEqual([]);
    },
  );
});
