/** What a manifest, its settings and a plan name lies in the scenario's tree, links followed; the rest is neither read nor shown. */
import { mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CliRun, runCli, startCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const secret = 'hunter2-of-the-user';
const reads = (file: string): string =>
  `{ manifest_version: "0.4.0", program: { path: "/bin/sh", args: ["-c", "true"], env: { S: { file: ${JSON.stringify(file)} } } } }`;

/** `shop/` is the scenario's folder, `private/` is none of its business. */
function lay(files: Readonly<Record<string, string>>, checkout = false): string {
  const folder = temp.lay({
    ...files,
    'private/notes.txt': `${secret}\n`,
    'private/x.yaml': `manifest_version: "0.4.0"\n`,
  });
  if (checkout) mkdirSync(join(folder, '.git'));
  return folder;
}

const said = ({ stdout, stderr }: CliRun): string => `${stdout}\n${stderr}`;
const commands = [
  ['check', 'shop/scenario.json5'],
  ['compile', 'shop/scenario.json5'],
  ['compile', 'shop/scenario.json5', '--emit', 'bundle=out'],
  ['explain', 'shop/scenario.json5', '/'],
  ['run', 'shop/scenario.json5', '--state-dir', 'state'],
] as const;

describe('files that a manifest puts in', () => {
  const outside = [
    '../../../../../../../../../../proc/self/environ',
    '../private/notes.txt',
    './link/notes.txt',
    './notes-link',
  ] as const;
  test.each(outside.flatMap((file) => commands.map((command) => [file, command] as const)))(
    '%s is refused by %s',
    (file, command) => {
      const cwd = lay({ 'shop/scenario.json5': reads(file) });
      symlinkSync('../private', join(cwd, 'shop/link'));
      symlinkSync('../private/notes.txt', join(cwd, 'shop/notes-link'));
      const run = runCli(command, { cwd, env: { TOKEN: secret } });
      expect(run.status, said(run)).toBeGreaterThan(0);
      expect(said(run)).toContain('resolve/outside-tree');
      expect(said(run)).toContain('--root DIR');
      expect(said(run)).not.toContain(secret);
    },
  );

  test('a checkout is one tree, and so is what --root names', () => {
    const scenario = { 'shop/scenario.json5': reads('../private/notes.txt') };
    expect(runCli(['check', 'shop'], { cwd: lay(scenario, true) }).status).toBe(0);
    const cwd = lay(scenario);
    expect(runCli(['check', 'shop'], { cwd }).status).toBe(1);
    expect(runCli(['check', 'shop', '--root', '.'], { cwd }).status).toBe(0);
    expect(runCli(['compile', 'shop', '--root', 'shop'], { cwd }).status).toBe(1);
  });

  test('a link within the tree is followed', () => {
    const cwd = lay({ 'shop/scenario.json5': reads('./here/text'), 'shop/there/text': 'x' });
    symlinkSync('there', join(cwd, 'shop/here'));
    expect(said(runCli(['check', 'shop'], { cwd }))).not.toContain('error');
  });

  test('settings of the checkout do not name a root', () => {
    const cwd = lay({ 'shop/scenario.json5': reads('../private/notes.txt'), 'shop/headgate.yaml': 'root: ..\n' });
    const run = runCli(['check', 'shop'], { cwd });
    expect(run.status).toBe(1);
    expect(said(run)).toContain('resolve/outside-tree');
  });
});

describe('--root', () => {
  test.each(['/', '/proc', '/proc/self', '/dev', '/sys', homedir()])('cannot be %s', (root) => {
    const cwd = lay({ 'shop/scenario.json5': reads('./x') });
    const run = runCli(['check', 'shop', '--root', root], { cwd, env: { HOME: homedir() } });
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(/--root cannot be/);
  });

  test('does not open what belongs to the kernel', () => {
    const cwd = lay({ 'shop/scenario.json5': reads('./environ') });
    symlinkSync('/proc/self/environ', join(cwd, 'shop/environ'));
    const run = runCli(['check', 'shop', '--root', '.'], { cwd, env: { TOKEN: secret } });
    expect(run.status).toBe(1);
    expect(said(run)).toContain('resolve/outside-tree');
  });
});

describe('a home', () => {
  test('is not a tree: what is hidden in it, and its folders, are not the scenario that lies there', () => {
    const home = temp.lay({
      'scenario.json5': reads('./.netrc'),
      'deep.json5': reads('./letters/one.txt'),
      'beside.json5': reads('./beside.txt'),
      '.netrc': secret,
      'letters/one.txt': secret,
      'beside.txt': 'x',
    });
    mkdirSync(join(home, '.git'));
    const check = (file: string): number | null => runCli(['check', file], { cwd: home, env: { HOME: home } }).status;
    expect([check('scenario.json5'), check('deep.json5'), check('beside.json5')]).toEqual([1, 1, 0]);
  });
});

describe('manifests', () => {
  test('a child outside is refused, a program by a relative path too', () => {
    const cwd = lay({
      'shop/scenario.json5':
        '{ manifest_version: "0.4.0", components: { a: "../private/x.yaml", b: "./b.json5", c: "./c.json5" } }',
      'shop/b.json5': '{ manifest_version: "0.4.0", program: { path: "../private/tool" } }',
      'shop/c.json5': '{ manifest_version: "0.4.0", program: { path: "/bin/true" } }',
    });
    const first = runCli(['check', 'shop'], { cwd });
    expect(first.stderr).toContain('`../private/x.yaml`');
    const alone = lay({ 'shop/scenario.json5': '{ manifest_version: "0.4.0", program: { path: "../private/tool" } }' });
    const second = runCli(['compile', 'shop'], { cwd: alone });
    expect(second.status).toBe(1);
    expect(second.stderr).toContain('`../private/tool` for the program of a component');
  });

  test('a root, settings, a lock and what fmt formats are not read over a link that leads out', () => {
    const cwd = temp.lay({
      'private/notes.yaml': `password: ${secret}\n`,
      'shop/readme': '',
      'shop2/scenario.yaml': 'manifest_version: "0.4.0"\n',
    });
    for (const name of ['shop/scenario.yaml', 'shop2/headgate.yaml', 'shop2/headgate.lock'])
      symlinkSync('../private/notes.yaml', join(cwd, name));
    for (const command of [
      ['check', 'shop'],
      ['check', 'shop/scenario.yaml'],
      ['compile', 'shop'],
      ['fmt', '--check', 'shop/scenario.yaml'],
      ['check', 'shop2'],
      ['compile', 'shop2'],
    ]) {
      const run = runCli(command, { cwd });
      expect(run.status, said(run)).toBeGreaterThan(0);
      expect(said(run)).toMatch(/outside of the\s+scenario's tree/);
      expect(said(run)).not.toMatch(/hunter2|password/);
    }
  });

  test('no line and no word is shown of a file that is not a manifest', () => {
    const cwd = temp.lay({
      'scenario.json5':
        '{ manifest_version: "0.4.0", components: { a: "./.env", b: "./keys.yaml", c: "./keys.json5", d: "./keys.txt" } }',
      '.env': `TOKEN=${secret}\n`,
      'keys.yaml': `token: ${secret}\n${secret}: { x: 1 }\n`,
      'keys.json5': `{ token: '${secret}', ${secret.replaceAll('-', '_')}: 1, ]`,
      'keys.txt': `token: ${secret}\n  ${secret}: [\n`,
    });
    for (const format of ['text', 'json', 'sarif', 'github']) {
      const run = runCli(['check', '--format', format], { cwd });
      expect(run.status).toBe(1);
      expect(said(run)).toContain('keys.yaml');
      expect(said(run)).not.toMatch(/hunter2|TOKEN/);
    }
  });

  test('each scenario of one check has a tree of its own', () => {
    const cwd = temp.lay({
      'a/scenario.json5': '{ manifest_version: "0.4.0", components: { x: "../b/part.json5" } }',
      'b/scenario.json5': '{ manifest_version: "0.4.0", components: { x: "./part.json5" } }',
      'b/part.json5': '{ manifest_version: "0.4.0" }',
    });
    const run = runCli(['check', 'b', 'a', '.'], { cwd });
    expect(run.status).toBe(1);
    expect(run.stderr.match(/resolve\/outside-tree/g)).toHaveLength(1);
    expect(runCli(['check', 'b'], { cwd }).status).toBe(0);
  });
});

describe('outputs', () => {
  test('are for their owner alone', () => {
    const cwd = lay({ 'shop/scenario.json5': reads('./s.txt'), 'shop/s.txt': secret });
    const run = runCli(
      ['compile', 'shop', '--emit', 'plan=plan.json', '--emit', 'ir=ir.json', '--emit', 'bundle=b', '--emit', 'lock=l'],
      { cwd },
    );
    expect(run.status, run.stderr).toBe(0);
    for (const name of ['plan.json', 'ir.json', 'b/bundle.json', 'l'])
      expect(statSync(join(cwd, name)).mode & 0o777, name).toBe(0o600);
    expect(readFileSync(join(cwd, 'plan.json'), 'utf8')).toContain(secret);
  });
});

describe('the network', () => {
  let server: Server;
  let base = '';
  const asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (request.url === '/hop.yaml') response.writeHead(302, { location: '/child.yaml' }).end();
      else if (request.url === '/parent.yaml')
        response.end('manifest_version: "0.4.0"\ncomponents: { a: ./child.yaml }\n');
      else response.end(`manifest_version: "0.4.0"\n`);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    base = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  const check = async (...args: readonly string[]): Promise<CliRun> => {
    asked.length = 0;
    return startCli(['check', ...args], { cwd: temp.path }).ended;
  };
  const naming = (url: string): string =>
    join(
      temp.lay({ 'scenario.json5': `{ manifest_version: "0.4.0", components: { a: "${url}" } }` }),
      'scenario.json5',
    );

  test('a manifest does not lead to this machine, by address, by name, or over a redirect', async () => {
    const port = base.split(':')[1];
    const ways = [
      `http://${base}/child.yaml`,
      `http://localhost:${port}/child.yaml`,
      `http://2130706433:${port}/child.yaml`,
      `http://0x7f.1:${port}/child.yaml`,
      `http://[::ffff:127.0.0.1]:${port}/child.yaml`,
      `http://[::1]:${port}/child.yaml`,
      'http://169.254.169.254/latest/meta-data',
      'http://10.0.0.1/child.yaml',
    ];
    for (const url of ways) {
      const run = await check(naming(url));
      expect(run.status, url).toBe(1);
      expect(run.stderr.replace(/\s+/g, ' '), url).toContain('is this machine or a private network');
      expect(asked, url).toEqual([]);
    }
  });

  test('what the user asks for is read, and nothing else of it', async () => {
    expect((await check(`http://${base}/child.yaml`)).status).toBe(0);
    const parent = await check(`http://${base}/parent.yaml`);
    expect(parent.status).toBe(1);
    expect(asked).toEqual(['/parent.yaml']);
    const hop = await check(`http://${base}/hop.yaml`);
    expect(hop.status).toBe(1);
    expect(asked).toEqual(['/hop.yaml']);
    expect((await check(`http://${base}/parent.yaml`, '--allow-url', `http://${base}/child.yaml`)).status).toBe(0);
    expect((await check(`http://${base}/hop.yaml`, '--allow-url', `http://${base}/*`)).status).toBe(0);
    expect((await check(naming(`http://${base}/hop.yaml`), '--allow-url', `http://${base}/hop*`)).status).toBe(1);
  });
});
