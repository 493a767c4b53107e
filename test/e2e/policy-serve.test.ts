/** `policy serve`, with real processes, and what `servePolicy` does on signals. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { DeploymentPlan } from '../../src/ir/plan-schema.ts';
import { type CliRun, runCli, startCli } from '../support/cli.ts';
import { policyManifest, recorderModule, scenarioFiles } from '../support/policy-project.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Served {
  readonly url: string;
  readonly said: () => string;
  /** Until standard error has this. */
  readonly until: (pattern: RegExp) => Promise<void>;
  readonly stop: (signal?: NodeJS.Signals) => Promise<CliRun>;
}

async function serve(cwd: string, ...args: readonly string[]): Promise<Served> {
  const { child, ended } = startCli(['policy', 'serve', ...args, '--port', '0'], { cwd });
  children.push(child);
  let err = '';
  let out = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    err += String(chunk);
  });
  child.stdout?.on('data', (chunk: Buffer) => {
    out += String(chunk);
  });
  const wait = async (done: () => boolean): Promise<void> => {
    // As long as a test may take: what never comes is told with what was said instead.
    for (let i = 0; i < 4800 && !done(); i++) await pause(25);
    if (!done()) throw new Error(`waited in vain:\n${out}${err}`);
  };
  await wait(() => out.includes('\n') || child.exitCode !== null);
  return {
    url: out.trim(),
    said: () => err,
    until: (pattern) => wait(() => pattern.test(err)),
    stop: (signal = 'SIGINT') => {
      child.kill(signal);
      return ended;
    },
  };
}

function reasons(folder: string, url: string): readonly unknown[] {
  const { status, stdout, stderr } = runCli(['compile', 'scenario.yaml', '--policy', `audit=${url}`], { cwd: folder });
  if (status !== 0) return [stderr];
  const { components } = JSON.parse(stdout) as DeploymentPlan;
  return components.flatMap(({ origin }) => (origin.kind === 'policy' ? [origin.reason] : []));
}

/** Command lines of the processes that mention a text, or run in a folder of that name. */
const processesWith = (part: string): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8');
        return line.includes(part) || readlinkSync(`/proc/${name}/cwd`).startsWith(part) ? [line] : [];
      } catch {
        return [];
      }
    });

const project = (more: Readonly<Record<string, string>>): string =>
  temp.lay({ ...scenarioFiles, 'policy/manifest.yaml': policyManifest(['node', 'policy.mjs']), ...more });

describe('policy serve MODULE', () => {
  it('serves it, starts it anew when it changes, and tells what it does', async () => {
    const folder = project({ 'policy/policy.mjs': recorderModule('first') });
    const { url, until, said, stop } = await serve(folder, 'policy/policy.mjs');
    expect(reasons(folder, url)).toEqual(['first']);
    await until(/recorder: answered #audit\.record of \/: interpositions 1, findings 0 \(/);

    writeFileSync(join(folder, 'policy/policy.mjs'), recorderModule('second'));
    await until(/policy\.mjs changed, starting anew/);
    // A question waits for the new one.
    expect(reasons(folder, url)).toEqual(['second']);

    writeFileSync(join(folder, 'policy/policy.mjs'), recorderModule('third').replace('return', 'retrun'));
    await until(/waiting for a change/);
    expect(reasons(folder, url).join()).toContain('retrun');
    expect(said()).toMatch(/policy\.mjs:\d+[\s\S]*SyntaxError/);

    writeFileSync(join(folder, 'policy/helper.mjs'), '');
    writeFileSync(join(folder, 'policy/policy.mjs'), recorderModule('fourth'));
    await until(/(serving[\s\S]*){3}/);
    expect(reasons(folder, url)).toEqual(['fourth']);
    expect((await fetch(url)).status).toBe(200);

    const { status, stdout } = await stop();
    expect([status, stdout]).toEqual([0, `${url}\n`]);
    expect(processesWith(folder)).toEqual([]);
  });

  it('hands over its config, and ends on SIGTERM', async () => {
    const folder = project({
      'policy/policy.mjs': recorderModule('x').replace("reason: 'x'", 'reason: terms.join()'),
      'config.json': '{"terms": ["a", "b"]}',
    });
    const { url, stop } = await serve(folder, 'policy/policy.mjs', '--config', 'config.json');
    expect(reasons(folder, url)).toEqual(['a,b']);
    expect((await stop('SIGTERM')).status).toBe(0);
  });

  it('says that a module exports no policy, and goes on when it does', async () => {
    const folder = project({ 'policy/policy.mjs': 'export const x = 1;\n' });
    const { url, until, stop } = await serve(folder, 'policy/policy.mjs');
    await until(/the module exports no policy: neither as default nor as `policy`/);
    const refused = await fetch(url, { method: 'POST', body: '{}' });
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([500, 'policy']);
    writeFileSync(join(folder, 'policy/policy.mjs'), recorderModule('mended'));
    await until(/serving/);
    expect(reasons(folder, url)).toEqual(['mended']);
    expect((await stop()).status).toBe(0);
  });
});

describe('policy serve MANIFEST', () => {
  const script = `import json, os
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        message = os.environ["POLICY_CONFIG"] + " one"
        body = json.dumps({"interpositions": [], "findings": [{"severity": "info", "message": message}]}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)
HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
`;
  const python = (port: string): Readonly<Record<string, string>> => ({
    'policy/manifest.yaml': policyManifest(['python3', '-u', 'policy.py']).replaceAll('18190', port),
    'policy/policy.py': script,
  });
  const ask = async (url: string): Promise<unknown> => {
    const answer = (await (await fetch(url, { method: 'POST', body: '{}' })).json()) as {
      findings: [{ message: string }];
    };
    return answer.findings[0].message;
  };

  it('starts its program, in whatever language, and anew when a file changes', async () => {
    const folder = project({ ...python('18191'), 'config.yaml': 'terms: [a]\n' });
    const { url, until, stop } = await serve(folder, 'policy', '--config', 'config.yaml');
    expect(await ask(url)).toBe('{"terms":["a"]} one');
    expect(processesWith(folder)).not.toEqual([]);
    writeFileSync(join(folder, 'policy/policy.py'), script.replace(' one', ' two'));
    await until(/changed, starting anew/);
    expect(await ask(url)).toBe('{"terms":["a"]} two');
    const { status } = await stop();
    expect([status, processesWith(folder)]).toEqual([0, []]);
  });

  it('starts a program beside its folder where a tree around both is named, and else not', async () => {
    const folder = temp.lay({
      'policy/manifest.yaml': policyManifest(['../tool/serve.py']).replaceAll('18190', '18193'),
      'tool/serve.py': `#!/usr/bin/env python3\n${script}`,
    });
    chmodSync(join(folder, 'tool/serve.py'), 0o755);
    const refused = await serve(folder, 'policy');
    await refused.until(/outside of the scenario's tree/);
    expect((await fetch(refused.url, { method: 'POST', body: '{}' })).status).toBe(500);
    expect(processesWith(folder).filter((line) => line.includes('serve.py'))).toEqual([]);
    expect((await refused.stop()).status).toBe(0);
    const { url, stop } = await serve(folder, 'policy', '--root', '.');
    expect(await ask(url)).toBe('{"terms":[]} one');
    expect((await stop()).status).toBe(0);
  });

  it('tells what is wrong with it, and with its config', async () => {
    const folder = project({ ...python('18192'), 'config.yaml': 'terms: 1\n' });
    const wrongConfig = await serve(folder, 'policy/manifest.yaml', '--config', 'config.yaml');
    await wrongConfig.until(/cannot be served: config `terms`/);
    expect((await wrongConfig.stop()).status).toBe(0);
    const path = join(folder, 'policy/manifest.yaml');
    writeFileSync(path, readFileSync(path, 'utf8').replace('manifest_version', 'manifest_versio'));
    const broken = await serve(folder, 'policy/manifest.yaml');
    await broken.until(/parse\/unknown-field/);
    expect((await fetch(broken.url, { method: 'POST' })).status).toBe(500);
    expect((await broken.stop()).status).toBe(0);
  });

  it.each<[string, string, string]>([
    ['a program without a policy', 'profile: policy', 'it exports no provide of kind `http` and profile `policy`'],
    ['no program', 'program:', 'it has no program'],
  ])('refuses %s', async (_name, part, message) => {
    const manifest =
      part === 'program:'
        ? 'manifest_version: "0.4.0"\n'
        : policyManifest(['python3']).replace('profile: policy', 'profile: other');
    const folder = temp.lay({ 'manifest.yaml': manifest });
    const { until, stop } = await serve(folder, '.');
    await until(new RegExp(message.replaceAll('`', '\\`')));
    expect((await stop()).status).toBe(0);
  });
});

describe('policy serve', () => {
  it.each([
    [['missing.mjs'], '`missing.mjs` does not exist'],
    [['x.py'], 'is served by the manifest that starts it'],
    [['x.txt'], 'is neither a module (.js, .mjs, .cjs, .ts, .mts) nor a manifest (.yaml, .yml, .json5, .json)'],
    [['.'], 'holds none of manifest.yaml, manifest.yml, manifest.json5, manifest.json'],
    [['x.mjs', '--port', '70000'], '--port takes a number from 0 to 65535'],
    [['x.mjs', '--config', 'none.json'], 'none.json'],
  ])('refuses %j', (args, message) => {
    const cwd = temp.lay({ 'x.py': '', 'x.txt': '', 'x.mjs': '' });
    const { status, stderr, stdout } = runCli(['policy', 'serve', ...args], { cwd });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr.replace(/\n\s*/g, ' ')).toContain(message);
    if (args[1] === '--port') expect(stderr).toContain('See `headgate policy serve --help`.');
  });
});

describe('servePolicy', () => {
  it('finishes what is in flight on SIGTERM, and lets the process end', async () => {
    const folder = temp.lay({
      'run.mjs': `import { definePolicy, servePolicy } from ${JSON.stringify(pathToFileURL(resolve('dist/policy.js')).href)};
await servePolicy(definePolicy({ name: 'p', decide: () => {} }), { port: Number(process.env.PORT) });
`,
    });
    const child = spawn(process.execPath, ['run.mjs'], { cwd: folder, env: { ...process.env, PORT: '0' } });
    children.push(child);
    const ended = new Promise((done) => child.on('exit', (code, signal) => done([code, signal])));
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => {
      err += String(chunk);
    });
    while (!err.includes('listening on')) await pause(20);
    const port = Number(/:(\d+)\//.exec(err)?.[1]);
    const body = '{"scope":{"components":[],"bindings":[],"imports":[],"exports":[]}}';
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 9)}`);
    await pause(100);
    child.kill('SIGTERM');
    while (!err.includes('finishing')) await pause(20);
    socket.write(body.slice(9));
    expect(await text(socket)).toContain('{"interpositions":[]}');
    expect(await ended).toEqual([0, null]);
    expect(err.trimEnd().split('\n').at(-1)).toBe('p: closed');
    rmSync(folder, { recursive: true });
  });
});

describe('--root', () => {
  const files = {
    'shared/policy.mjs': recorderModule('from beside'),
    'app/policy/manifest.yaml': policyManifest(['node', '../../shared/policy.mjs']),
  };

  it('cannot be a file, a home or what is the kernel’s', () => {
    const cwd = temp.lay(files);
    for (const [root, says] of [
      ['app/policy/manifest.yaml', '--root takes a folder'],
      ['none', '--root takes a folder'],
      ['/', 'it holds a home'],
      ['/proc', 'it belongs to the kernel'],
    ] as const) {
      const { status, stderr } = runCli(['policy', 'serve', 'app/policy', '--root', root], { cwd });
      expect([status, stderr]).toEqual([2, expect.stringContaining(says)]);
    }
  });
});
