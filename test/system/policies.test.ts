/** Numbered corner cases of policies that need real processes: bubblewrap and python3, through the built command line. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLoader } from '../../src/adapters/loaders/loader.ts';
import { createSandboxPolicyClient } from '../../src/adapters/policies/sandbox-client.ts';
import { compile } from '../../src/compile.ts';
import { foldersOf, noChange, processesWith } from './policy-fixture.ts';

const cli = resolve('dist/cli.cjs');
const marker = `headgate-corner-${process.pid}-${Math.random().toString(36).slice(2)}`;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headgate-corner-'));
  write('server.yaml', server);
});
afterEach(() => {
  expect(processesWith(marker)).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
});

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

const server = `manifest_version: "0.4.0"
program:
  path: /bin/true
  network: { endpoints: [{ name: api, port: 8080 }] }
provides: { api: { kind: http, endpoint: api } }
exports: { api: provides.api }
`;

/** A policy in Python: `post` and `get` are bodies of handlers, indented by eight. */
function policy(name: string, post: string, more: { get?: string; start?: string; config?: string } = {}): void {
  const manifest = `manifest_version: "0.4.0"
program:
  path: ./${name}.py
  env: { MARK: ${marker}${more.config === undefined ? '' : `, VALUE: "\${config.${more.config}}"`} }
  network: { endpoints: [{ name: api, port: ${port} }] }
provides: { apply: { kind: http, profile: policy, endpoint: api } }
exports: { apply: provides.apply }
${more.config === undefined ? '' : `config_schema: { type: object, properties: { ${more.config}: { type: string } } }\n`}`;
  const script = `#!/usr/bin/env python3
import http.server, json, os, signal, sys, time
${more.start ?? ''}
class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args): pass
    def say(self, status, body, length=True):
        self.send_response(status)
        if length: self.send_header('content-length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        ${more.get ?? 'self.say(200, b"")'}
    def do_POST(self):
        self.rfile.read(int(self.headers['content-length']))
        ${post}
http.server.HTTPServer(('127.0.0.1', ${port}), Handler).serve_forever()
`;
  write(`${name}.yaml`, manifest);
  write(`${name}.py`, script);
  chmodSync(join(folder, `${name}.py`), 0o755);
}
const port = 38_140;

const agree = `self.say(200, b'${noChange}')`;
/** Inserts one interposer on edge 0. */
const insert = `self.say(200, json.dumps({'interpositions': [{'interposer': {'program': {'path': '/opt/relay', 'args': ['\${slots.up.url}'], 'network': {'endpoints': [{'name': 'down', 'port': 9001}]}}, 'slots': {'up': {'kind': 'http'}}, 'provides': {'down': {'kind': 'http', 'endpoint': 'down'}}}, 'attachments': [{'target': 0, 'interposer_slot': 'up', 'interposer_provide': 'down'}]}]}).encode())`;

function scenario(uses: Readonly<Record<string, string>>, more = ''): void {
  write(
    'scenario.yaml',
    `manifest_version: "0.4.0"
components: { server: ./server.yaml }
exports: { out: "#server.api" }
use: { ${Object.entries(uses)
      .map(([name, use]) => `${name}: ${use}`)
      .join(', ')} }
policies: [${Object.keys(uses)
      .map((name) => `"#${name}.apply"`)
      .join(', ')}]
${more}`,
  );
}

interface Done {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

interface Running {
  readonly child: ChildProcess;
  readonly done: Promise<Done>;
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const began = performance.now();
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += String(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const done = new Promise<Done>((settle, fail) => {
    child.on('error', fail);
    child.on('close', (code) => settle({ code, stdout, stderr, ms: performance.now() - began }));
  });
  return { child, done };
}

/** Runs to the end, and makes sure that nothing is left of it. */
async function headgate(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Done> {
  const { child, done } = start(args, env);
  const result = await done;
  expect(result.stderr).not.toMatch(/^\s+at /m);
  expect(processesWith(marker)).toEqual([]);
  expect(foldersOf(child.pid ?? 0)).toEqual([]);
  return result;
}

const until = async (met: () => boolean, ms = 10_000): Promise<void> => {
  const end = performance.now() + ms;
  while (!met()) {
    if (performance.now() > end) throw new Error('it did not come to that in time');
    await new Promise((wait) => setTimeout(wait, 20));
  }
};
const codes = (text: string): readonly string[] => [...text.matchAll(/^\w+\[([^\]]+)\]/gm)].map((m) => m[1] ?? '');
const plain = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe('19 a value of the root config', () => {
  const started = `open('p.started', 'w').close()`;
  const schema = 'config_schema: { type: object, properties: { k: { type: string } }, required: [k] }\n';
  const told = `self.say(200, json.dumps({'interpositions': [], 'findings': [{'severity': 'info', 'message': 'the value is ' + os.environ['VALUE']}]}).encode())`;

  it('19 that has no value stops the compile before anything is started', async () => {
    policy('p', told, { config: 'value', start: started });
    scenario({ p: '{ manifest: ./p.yaml, config: { value: "${config.k}" } }' }, schema);
    const { code, stdout, stderr } = await headgate(['compile', '--no-sandbox', '.']);
    expect([code, stdout, codes(stderr)]).toEqual([1, '', ['govern/missing-root-config']]);
    expect(plain(stderr)).toContain('`HEADGATE_CONFIG_K`');
    expect(readdirSync(folder).filter((name) => name.endsWith('.started'))).toEqual([]);
  });

  it.each(['HEADGATE_CONFIG_K', 'AMBER_CONFIG_K'])('19 is read from %s', async (name) => {
    policy('p', told, { config: 'value' });
    scenario({ p: '{ manifest: ./p.yaml, config: { value: "${config.k}" } }' }, schema);
    const { code, stderr } = await headgate(['compile', '.'], { [name]: 'secret word' });
    expect([code, codes(stderr)]).toEqual([0, ['govern/finding-info']]);
    expect(plain(stderr)).toContain('the value is secret word');
  });

  it('19 whose name alone is passed on is not needed', async () => {
    policy('p', told, { config: 'value' });
    scenario({ p: '{ manifest: ./p.yaml, config: { value: "$${config.k}" } }' }, schema);
    const { code, stderr } = await headgate(['compile', '.']);
    expect(code).toBe(0);
    expect(plain(stderr)).toContain('the value is ${config.k}');
  });
});

describe('34 an answer', () => {
  it('34 that is too large, that has a status, that is not text, that is not there', async () => {
    policy('declared', `self.say(200, b'x' * 1048577)`);
    policy(
      'streamed',
      `self.protocol_version = 'HTTP/1.1'; self.send_response(200); self.send_header('transfer-encoding', 'chunked'); self.end_headers(); [self.wfile.write(b'%x\\r\\n' % n + b'x' * n + b'\\r\\n') for n in [65536] * 16 + [1]]; self.wfile.write(b'0\\r\\n\\r\\n')`,
    );
    policy('status', `self.say(500, b'oops ' + b'y' * 200000)`);
    policy('binary', `self.say(200, b'{"a\\xff"}')`);
    policy('empty', `self.send_response(204); self.end_headers()`);
    const names = ['declared', 'streamed', 'status', 'binary', 'empty'];
    scenario(Object.fromEntries(names.map((name) => [name, `./${name}.yaml`])));
    const { code, stdout, stderr } = await headgate(['compile', '.']);
    expect([code, stdout]).toEqual([1, '']);
    expect(codes(stderr)).toEqual([
      'govern/policy-ask',
      'govern/policy-ask',
      'govern/policy-ask',
      'govern/policy-ask',
      'govern/answer-not-json',
    ]);
    const text = plain(stderr);
    expect(text).toContain('`#declared.apply` of scope `/` did not answer (size): the answer is too large: it says');
    expect(text).toContain('`#streamed.apply` of scope `/` did not answer (size): the answer is too large: it has');
    expect(text).toContain('(status): the answer has status HTTP 500');
    expect(text).toMatch(/its answer began: oops y{4000,4096}…/);
    expect(text).toContain('(encoding): the answer is not UTF-8');
    expect(text).toContain('the answer is empty');
  });
});

describe('49 one policy in two scopes', () => {
  it('49 runs twice, on one port', async () => {
    policy('p', insert);
    const scope = (child: string): string =>
      `manifest_version: "0.4.0"\ncomponents: { in: ${child} }\nexports: { api: "#in.api" }\nuse: { p: ./p.yaml }\npolicies: ["#p.apply"]\n`;
    write('left.yaml', scope('./server.yaml'));
    write('right.yaml', scope('./server.yaml'));
    write(
      'scenario.yaml',
      'manifest_version: "0.4.0"\ncomponents: { left: ./left.yaml, right: ./right.yaml }\nexports: { a: "#left.api", b: "#right.api" }\n',
    );
    const { code, stdout, stderr } = await headgate(['compile', '.', '--emit', 'ir=-']);
    expect([code, stderr]).toEqual([0, '']);
    const ir = JSON.parse(stdout) as { readonly components: readonly { readonly moniker: string }[] };
    const inserted = ir.components.map((c) => c.moniker).filter((moniker) => moniker.includes('__overlay'));
    expect(inserted).toEqual(['/left/__overlay_0_0', '/right/__overlay_1_0']);
  });
});

describe('50 a policy', () => {
  it.each([404, 405, 501])('50 that answers GET with %i is ready', async (status) => {
    policy('p', agree, { get: `self.say(${status}, b"")` });
    scenario({ p: './p.yaml' });
    expect(await headgate(['compile', '.'])).toMatchObject({ code: 0, stderr: '' });
  });

  it('50 that never listens is given up, with what it said', async () => {
    policy('p', agree, { start: `print('loading the model', file=sys.stderr, flush=True); time.sleep(600)` });
    scenario({ p: './p.yaml' });
    const { diagnostics } = await compile({
      input: pathToFileURL(join(folder, 'scenario.yaml')).href,
      baseDir: pathToFileURL(`${folder}/`).href,
      loader: createLoader(),
      policyClient: createSandboxPolicyClient({ sandbox: 'bubblewrap' }),
      limits: { startMs: 900 },
    });
    expect(diagnostics.map((d) => [d.code, d.help])).toEqual([
      ['govern/policy-start', expect.stringContaining('loading the model')],
    ]);
    expect(diagnostics[0]?.message).toContain(`nothing answered \`GET /\` on port ${port} within 0.9 s`);
  });

  it('50 that dies at once is noticed at once', async () => {
    policy('p', agree, { start: `sys.exit('no model here')` });
    scenario({ p: './p.yaml' });
    const { code, stderr, ms } = await headgate(['compile', '.']);
    expect([code, codes(stderr)]).toEqual([1, ['govern/policy-start']]);
    expect(plain(stderr)).toContain('it ended with status 1');
    expect(stderr).toContain('no model here');
    expect(ms).toBeLessThan(5_000);
  });
});

describe('51 one policy fails while another hangs', () => {
  it('51 both are told when the time is over, and nothing is left', async () => {
    policy('bad', `self.say(500, b'no')`);
    policy('hang', `time.sleep(600)`);
    scenario({ bad: './bad.yaml', hang: './hang.yaml' });
    const { code, stderr, ms } = await headgate(['compile', '.', '--policy-timeout', '1500ms']);
    expect([code, codes(stderr)]).toEqual([1, ['govern/policy-ask', 'govern/policy-ask']]);
    expect(plain(stderr)).toContain('`#bad.apply` of scope `/` did not answer (status)');
    expect(plain(stderr)).toContain('`#hang.apply` of scope `/` did not answer (deadline)');
    expect(ms).toBeLessThan(5_000);
  });
});

describe('52 a policy that resists its end', () => {
  const resist = `[signal.signal(s, signal.SIG_IGN) for s in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)]
if os.fork() == 0:
    os.setsid()
    time.sleep(600)`;
  it.each(['--timings', '--no-sandbox'])('52 is ended, and the compile is fine: %s', async (flag) => {
    policy('p', agree, { start: resist });
    scenario({ p: './p.yaml' });
    expect((await headgate(['compile', '.', flag])).code).toBe(0);
  });

  it('52 is ended, and the fault of its answer is what is told', async () => {
    policy('p', `self.say(200, b'[]')`, { start: resist });
    scenario({ p: './p.yaml' });
    const { code, stderr } = await headgate(['compile', '.']);
    expect([code, codes(stderr)]).toEqual([1, ['govern/answer-shape']]);
  });
});

describe('53 policies are started', () => {
  const started = `open('started', 'a').write('.')`;
  const count = (): number =>
    existsSync(join(folder, 'started')) ? readFileSync(join(folder, 'started'), 'utf8').length : 0;
  it('53 by compile and by check --apply-policies, never by check, nor for what they have written already', async () => {
    policy('p', insert, { start: started });
    scenario({ p: './p.yaml' });
    expect(await headgate(['check', '--no-sandbox', '.'])).toMatchObject({ code: 0 });
    expect(count()).toBe(0);
    expect(await headgate(['check', '--no-sandbox', '--apply-policies', '.'])).toMatchObject({ code: 0 });
    expect(count()).toBe(1);
    expect(await headgate(['compile', '--no-sandbox', '.', '--emit', 'ir=ir.json'])).toMatchObject({ code: 0 });
    expect(count()).toBe(2);
    expect(await headgate(['compile', '--no-sandbox', 'ir.json'])).toMatchObject({ code: 0 });
    expect(count()).toBe(2);
  });
});

describe('54 answers that arrive in any order', () => {
  it('54 give the same plan and the same scenario', async () => {
    for (const name of ['a', 'b', 'c'])
      policy(name, `time.sleep(float(os.environ['VALUE'])); ${insert}`, { config: 'wait' });
    const use = (name: string): string => `{ manifest: ./${name}.yaml, config: { wait: "\${config.${name}}" } }`;
    scenario(
      { a: use('a'), b: use('b'), c: use('c') },
      'config_schema: { type: object, properties: { a: { type: string }, b: { type: string }, c: { type: string } }, required: [a, b, c] }\n',
    );
    const outputs: string[] = [];
    for (const [a, b, c] of [
      ['0', '0.3', '0.6'],
      ['0.6', '0.3', '0'],
      ['0.3', '0.6', '0'],
    ] as const) {
      const env = { HEADGATE_CONFIG_A: a, HEADGATE_CONFIG_B: b, HEADGATE_CONFIG_C: c };
      const { code, stdout, stderr } = await headgate(
        ['compile', '.', '--emit', 'plan=-', '--emit', 'ir=ir.json'],
        env,
      );
      expect([code, stderr]).toEqual([0, '']);
      outputs.push(stdout + readFileSync(join(folder, 'ir.json'), 'utf8'));
    }
    expect(outputs[0]).toContain('/__overlay_2_0');
    expect(new Set(outputs).size).toBe(1);
  });
});

describe('55 an interrupt while a policy thinks', () => {
  it.each([
    ['SIGINT', 130, []],
    ['SIGTERM', 143, []],
    ['SIGINT', 130, ['--no-sandbox']],
  ] as const)('55 %s leaves nothing: exit %i %j', async (signal, exit, flags) => {
    policy('p', `open('/tmp/${marker}', 'w').close(); time.sleep(600)`);
    scenario({ p: './p.yaml' });
    const before = readdirSync(folder);
    const { child, done } = start(['compile', '.', '--emit', 'plan=plan.json', ...flags]);
    await until(() => processesWith(marker).length > 0);
    if (flags.length > 0) await until(() => existsSync(`/tmp/${marker}`));
    else await new Promise((wait) => setTimeout(wait, 700));
    expect(child.exitCode).toBeNull();
    const asked = performance.now();
    child.kill(signal);
    expect(await done).toMatchObject({ code: exit, stdout: '' });
    expect(performance.now() - asked).toBeLessThan(3_000);
    rmSync(`/tmp/${marker}`, { force: true });
    expect(processesWith(marker)).toEqual([]);
    expect(foldersOf(child.pid ?? 0)).toEqual([]);
    expect(readdirSync(folder)).toEqual(before);
  });
});
