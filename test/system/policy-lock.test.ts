/** Record with real policies; then again with nothing: no process, no socket, no network. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CliRun, cliPath, runCli, startCli } from '../support/cli.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headgate-lock-'));
  cpSync(resolve('examples/redaction'), folder, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a frozen compile gives the same bytes in an empty network, and starts and opens nothing', () => {
  const live = runCli(['compile', '.', '--emit', 'plan=live.json'], { cwd: folder });
  expect(live).toMatchObject({ status: 0, stderr: '' });
  const record = runCli(['policy', 'record', '.'], { cwd: folder });
  expect(record).toMatchObject({ status: 0, stdout: '', stderr: 'recorded headgate.lock\n' });
  expect(readdirSync(join(folder, 'headgate.lock.d'))).toHaveLength(2);

  const watched = 'trace=execve,execveat,socket,socketpair,connect,bind,fork,vfork,clone,clone3';
  const command = [process.execPath, cliPath, 'compile', '.', '--frozen', '--emit', 'plan=frozen.json'];
  const { status, stderr } = spawnSync(
    'strace',
    [
      '-f',
      '-qq',
      '-o',
      join(folder, 'calls'),
      '-e',
      watched,
      'unshare',
      '--user',
      '--map-root-user',
      '--net',
      ...command,
    ],
    { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'] } },
  );
  expect([status, stderr]).toEqual([0, '']);
  expect(readFileSync(join(folder, 'frozen.json'), 'utf8')).toBe(readFileSync(join(folder, 'live.json'), 'utf8'));

  const calls = readFileSync(join(folder, 'calls'), 'utf8').split('\n');
  const of = (name: RegExp): readonly string[] => calls.filter((line) => name.test(line) && !line.includes(' = -1 '));
  // One for `unshare`, which is node from then on.
  expect(of(/\bexecve(at)?\(/).map((line) => /"([^"]*)"/.exec(line)?.[1]?.replace(/.*\//, ''))).toEqual([
    'unshare',
    'node',
  ]);
  // The C library looks for a name service, to tell the home of who runs this, and finds none.
  const asksForNames = /socket\(AF_UNIX, SOCK_STREAM\|SOCK_CLOEXEC\|SOCK_NONBLOCK, 0\)/;
  expect(of(/\b(socket|socketpair|connect|bind|v?fork)\(/).filter((line) => !asksForNames.test(line))).toEqual([]);
  expect(of(/\bclone3?\(/).filter((line) => !line.includes('CLONE_THREAD'))).toEqual([]);
}, 120_000);

it('a policy that would answer otherwise is not asked: its file has changed, and that is said', () => {
  const policy = join(folder, 'policy-python/policy.py');
  writeFileSync(policy, `${readFileSync(policy, 'utf8')}\n# changed\n`);
  const { status, stderr, stdout } = runCli(['compile', '.', '--frozen'], { cwd: folder });
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain('error[lock/source-changed]: `policy-python/policy.py` has changed');
});

it('a policy is held to limits of its own', () => {
  writeFileSync(join(folder, 'slow.py'), 'import time\ntime.sleep(60)\n');
  writeFileSync(
    join(folder, 'slow.yaml'),
    `manifest_version: "0.4.0"
program:
  path: /usr/bin/env
  args: [python3, slow.py]
  network: { endpoints: [{ name: api, port: 18222 }] }
provides: { apply: { kind: http, profile: policy, endpoint: api } }
exports: { apply: provides.apply }
`,
  );
  writeFileSync(
    join(folder, 'slow-scenario.yaml'),
    'manifest_version: "0.4.0"\nuse: { slow: ./slow.yaml, other: ./slow.yaml }\npolicies: ["#slow.apply", "#other.apply"]\n',
  );
  const run = (limits: string): string => {
    writeFileSync(
      join(folder, 'headgate.yaml'),
      `policies: { slow: { limits: ${limits} }, other: { limits: { total: 1500ms } } }\n`,
    );
    const { status, stderr } = runCli(['compile', 'slow-scenario.yaml'], { cwd: folder });
    expect(status).toBe(1);
    return stderr.replace(/\s+/g, ' ');
  };
  expect(run('{ start: 500ms }')).toContain('nothing answered `GET /` on port 18222 within 0.5 s');
  expect(run('{ total: 700 }')).toContain('this policy has 0.7 s, and that time is over');
}, 60_000);

it('a policy from the network runs once somebody agreed to it, as long as it stays the same, and frozen without the network', async () => {
  const program = `from http.server import *
class H(BaseHTTPRequestHandler):
    def do_POST(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b'{"interpositions": []}')
HTTPServer(("127.0.0.1", 18223), H).serve_forever()
`;
  let manifest = `manifest_version: "0.4.0"
program:
  path: /usr/bin/env
  args: [python3, -c, ${JSON.stringify(program)}]
  network: { endpoints: [{ name: api, port: 18223 }] }
provides: { apply: { kind: http, profile: policy, endpoint: api } }
exports: { apply: provides.apply }
`;
  const server = createServer((_request, response) => response.end(manifest));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const far = mkdtempSync(join(folder, 'far-'));
  const { port } = server.address() as AddressInfo;
  const headgate = (...args: readonly string[]): Promise<CliRun> =>
    startCli([...args, '--allow-url', `http://127.0.0.1:${port}/*`], { cwd: far }).ended;
  try {
    const scenario = `manifest_version: "0.4.0"\nuse: { far: "http://127.0.0.1:${port}/policy.yaml" }\npolicies: ["#far.apply"]\n`;
    writeFileSync(join(far, 'scenario.yaml'), scenario);
    const refused = await headgate('compile', '.');
    expect([refused.status, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toContain('error[govern/remote-policy]');
    expect(await headgate('policy', 'record', '.', '--allow-remote-policies')).toMatchObject({ status: 0 });
    const live = await headgate('compile', '.');
    expect(live).toMatchObject({ status: 0, stderr: '' });
    manifest = manifest.replace('200', '201');
    expect((await headgate('compile', '.')).stderr).toContain('error[govern/remote-policy]');
    server.close();
    server.closeAllConnections();
    expect(await headgate('compile', '.', '--frozen')).toMatchObject({ status: 0, stderr: '', stdout: live.stdout });
  } finally {
    server.close();
  }
}, 60_000);
