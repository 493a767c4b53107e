/** `check` through a check server: the bytes and the exit code are those of a process of its own, whatever becomes of the server. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRuntime, isAlive, type Runtime, until } from '../support/check-server.ts';
import { cliPath, startCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const manifest = 'manifest_version: "0.4.0"\nprogram:\n  path: /bin/true\n';
const project = temp.lay({
  'scenario.yaml': 'manifest_version: "0.4.0"\ncomponents:\n  a: ./a.yaml\n',
  'a.yaml': manifest,
  'broken.json5': '{ manifest_version: "0.4.0", slots: 1, programme: {} }',
  'elsewhere/scenario.yaml': 'manifest_version: "0.4.0"\ncomponents:\n  a: http://127.0.0.1:9/a.yaml\n',
  'variables/scenario.yaml': 'manifest_version: "0.4.0"\nprogram:\n  path: only-in-path\n',
  'variables/bin/only-in-path': '#!/bin/sh\n',
  'linked/scenario.yaml': 'manifest_version: "0.4.0"\nprogram:\n  path: /bin/true\n  args: [{ file: ../a.yaml }]\n',
});
chmodSync(join(project, 'variables/bin/only-in-path'), 0o755);

let runtime: Runtime;
let count = 0;
beforeEach(() => {
  runtime = createRuntime(join(temp.path, `run${count++}`));
});
afterEach(() => runtime.end());

const checks = (): number => runtime.servers().reduce((sum, one) => sum + one.checks, 0);
const left = (): number => runtime.servers().reduce((sum, one) => sum + one.left, 0);

describe('a check server', () => {
  it.each([
    [['check']],
    [['check', 'scenario.yaml', '--format', 'json']],
    [['check', 'broken.json5']],
    [['check', 'broken.json5', '--format', 'sarif', '--format', 'github', '-D', 'warnings']],
    [['check', 'none.yaml']],
    [['check', '.', 'elsewhere/../broken.json5', '--format', 'json']],
    [['check', '--help']],
    [['check', '--formt', 'json']],
    [['check', '--stdin-file', 'x']],
    [['check', '']],
    [['check', '-', '--stdin-file', 'a.yaml', '--format', 'json'], manifest.replace('path', 'pat')],
    [['check', '-'], ''],
  ] as const)('says the same of %j', async (args, input = '') => {
    const options = { cwd: project, input };
    const cold = runtime.cold(args, options);
    const { child } = await runtime.serve();
    for (let round = 0; round < 2; round++) expect(runtime.warm(args, options)).toEqual(cold);
    expect(checks() + left()).toBe(2);
    // Something that lies elsewhere is below that folder.
    if (!args.some((arg: string) => arg === '.') && args.length > 1) expect(checks()).toBe(2);
    expect(isAlive(child.pid as number)).toBe(true);
  });

  it.each([
    ['colours', { FORCE_COLOR: '1' }],
    ['a job of GitHub', { GITHUB_ACTIONS: 'true' }],
    ['another home', { HOME: project }],
    ['the path of programs', { PATH: `${join(project, 'variables/bin')}:${process.env['PATH'] ?? ''}` }],
  ])('has the variables of whoever asks: %s', async (_, env) => {
    const args = ['check', 'variables', 'broken.json5', '--format', 'github', '--format', 'text'];
    const plain = runtime.cold(args, { cwd: project });
    const cold = runtime.cold(args, { cwd: project, env });
    await runtime.serve();
    expect(runtime.warm(args, { cwd: project })).toEqual(plain);
    expect(runtime.warm(args, { cwd: project, env })).toEqual(cold);
    expect(runtime.warm(args, { cwd: project })).toEqual(plain);
    expect(checks()).toBe(3);
    if ('FORCE_COLOR' in env || 'PATH' in env) expect(cold).not.toEqual(plain);
  });

  it('leaves what is more than reading to whoever asks', async () => {
    await runtime.serve();
    for (const args of [
      ['check', 'elsewhere'],
      ['check', 'a.yaml', '--timings'],
      ['check', 'a.yaml', '--apply-policies'],
      ['check', 'a.yaml', '--format', 'json=out.json'],
      ['check', 'a.yaml', '--fix'],
    ]) {
      const before = left();
      const { status, stderr } = runtime.warm(args, { cwd: project });
      expect([args, status, stderr]).toEqual([args, args.includes('elsewhere') ? 1 : 0, expect.any(String)]);
      expect(left()).toBe(before + 1);
    }
    expect(existsSync(join(project, 'out.json'))).toBe(true);
    expect(checks()).toBe(0);
  });

  it('is begun by the first who finds none, has nothing of it, and ends when it is told to', async () => {
    const folder = temp.lay({ 'a.yaml': manifest });
    const cold = runtime.cold(['check', 'a.yaml'], { cwd: folder });
    expect(runtime.sockets()).toEqual([]);
    const env = { SECRET_OF_A_CHECK: 'x' };
    expect(runtime.warm(['check', 'a.yaml'], { cwd: folder, env })).toEqual(cold);
    await runtime.begun();
    expect(runtime.warm(['check', 'a.yaml'], { cwd: folder, env })).toEqual(cold);
    const [server] = runtime.servers();
    expect(server).toMatchObject({ checks: 1, left: 0 });
    const { pid } = server as { readonly pid: number };
    const of = (name: string): string => `/proc/${pid}/${name}`;
    expect(readFileSync(of('environ'), 'utf8')).toBe(`XDG_RUNTIME_DIR=${runtime.folder}\0`);
    expect(readlinkSync(of('cwd'))).toBe('/');
    expect([0, 1, 2].map((fd) => readlinkSync(of(`fd/${fd}`)))).toEqual(Array(3).fill('/dev/null'));
    const inside = join(runtime.folder, 'headgate');
    expect(statSync(inside).mode & 0o777).toBe(0o700);
    expect(lstatSync(join(inside, runtime.sockets()[0] as string)).mode & 0o777).toBe(0o600);
    await runtime.end();
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(inside) ? readdirSync(inside) : []).toEqual([]);
  });

  it('is asked by nobody who has not said so', async () => {
    await runtime.serve();
    for (const env of [{ HEADGATE_SERVER: '0' }, { HEADGATE_SERVER: '' }, { NODE_OPTIONS: '--no-warnings' }])
      expect(runtime.warm(['check', 'a.yaml'], { cwd: project, env }).status).toBe(0);
    expect(runtime.servers()).toMatchObject([{ checks: 0, left: 0 }]);
  });

  it('ends when nobody asks for some time, and when its socket is taken away', async () => {
    const idle = await runtime.serve('1s');
    expect((await idle.ended).status).toBe(0);
    expect(runtime.sockets()).toEqual([]);
    const robbed = await runtime.serve();
    rmSync(join(runtime.folder, 'headgate', runtime.sockets()[0] as string));
    expect((await robbed.ended).status).toBe(0);
    const gone = await runtime.serve();
    rmSync(join(runtime.folder, 'headgate'), { recursive: true });
    expect((await gone.ended).status).toBe(0);
  });

  it('is one, where several begin at the same time', async () => {
    const cold = runtime.cold(['check', 'broken.json5'], { cwd: project });
    const started = Array.from({ length: 4 }, () =>
      startCli(['server', 'run'], { cwd: runtime.folder, env: runtime.env }),
    );
    await until(() => started.filter(({ child }) => child.exitCode === 0).length === 3, 'the end of all but one');
    expect(runtime.sockets()).toHaveLength(1);
    expect(runtime.warm(['check', 'broken.json5'], { cwd: project })).toEqual(cold);
    expect(checks()).toBe(1);
  });

  it('takes the place of one that was killed', async () => {
    const { child, ended } = await runtime.serve();
    child.kill('SIGKILL');
    await ended;
    expect(runtime.sockets()).toHaveLength(1);
    const cold = runtime.cold(['check', 'broken.json5'], { cwd: project });
    expect(runtime.warm(['check', 'broken.json5'], { cwd: project })).toEqual(cold);
    await until(() => runtime.servers().length === 1, 'the next server');
    expect(runtime.warm(['check', 'broken.json5'], { cwd: project })).toEqual(cold);
    expect(checks()).toBe(1);
  });

  it('checks for nobody who is not what it was begun for, though the name of the socket is the same', async () => {
    await runtime.serve();
    const [name = ''] = runtime.sockets();
    const question = { kind: 'check', identity: 'of another', argv: ['check', '.'], cwd: project, env: {}, stdin: 0 };
    const said = await new Promise<string>((done) => {
      let text = '';
      const socket = connect(join(runtime.folder, 'headgate', name));
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('close', () => done(text));
      socket.write(`${JSON.stringify(question)}\n`);
    });
    expect(said).toBe('accepted\n{"cold":"the server is for another process"}\n');
  });

  it('answers many who ask at the same time, and is not harmed by those who go away', async () => {
    await runtime.serve();
    const cold = runtime.cold(['check', 'broken.json5', '--format', 'json'], { cwd: project });
    const options = { cwd: project, env: runtime.env };
    const asked = Array.from({ length: 6 }, () => startCli(['check', 'broken.json5', '--format', 'json'], options));
    for (const { ended } of asked) expect(await ended).toEqual(cold);
    const [name = ''] = runtime.sockets();
    const path = join(runtime.folder, 'headgate', name);
    for (const text of ['', '{', 'nonsense\n', '{"kind":"check"}\n', `${'x'.repeat(9 << 20)}`]) {
      await new Promise<void>((done) => {
        const socket = connect(path);
        socket.on('error', () => done());
        socket.on('close', () => done());
        socket.write(text, () => setTimeout(() => socket.destroy(), 50));
      });
    }
    expect(runtime.warm(['check', 'broken.json5', '--format', 'json'], { cwd: project })).toEqual(cold);
  });
});

describe('without a folder that is surely the own one', () => {
  it.each<[string, (folder: string) => void]>([
    ['others may enter it', (folder) => chmodSync(folder, 0o755)],
    [
      'it is a link',
      (folder) => {
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(`${folder}.real`, { mode: 0o700 });
        symlinkSync(`${folder}.real`, folder);
      },
    ],
    ['it is not there', (folder) => rmSync(folder, { recursive: true })],
    ['the folder in it is open to others', (folder) => mkdirSync(join(folder, 'headgate'), { mode: 0o777 })],
  ])('there is no server: %s', async (_, change) => {
    change(runtime.folder);
    if (existsSync(join(runtime.folder, 'headgate'))) chmodSync(join(runtime.folder, 'headgate'), 0o777);
    const cold = runtime.cold(['check', 'broken.json5'], { cwd: project });
    expect(runtime.warm(['check', 'broken.json5'], { cwd: project })).toEqual(cold);
    const { status, stderr } = await startCli(['server', 'run'], { cwd: project, env: runtime.env }).ended;
    expect([status, stderr]).toEqual([1, expect.stringContaining('only you can enter')]);
    expect(runtime.sockets()).toEqual([]);
  });
});

describe('a server that is not what it should be', () => {
  let fake: Server | undefined;
  afterEach(() => new Promise((done) => (fake ? fake.close(done) : done(undefined))));

  /** Listens where the server of this installation would. */
  async function pretend(act: (write: (text: string) => void, end: () => void) => void): Promise<void> {
    const { child, ended } = await runtime.serve();
    const path = join(runtime.folder, 'headgate', runtime.sockets()[0] as string);
    child.kill('SIGKILL');
    await ended;
    rmSync(path);
    fake = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () =>
        act(
          (text) => void socket.write(text),
          () => void socket.destroy(),
        ),
      );
    });
    await new Promise<void>((done) => fake?.listen(path, done));
  }

  const whole = `accepted\n${JSON.stringify({ code: 0, parts: [{ to: 1, bytes: 10 }] })}\n`;
  it.each<[string, (write: (text: string) => void, end: () => void) => void]>([
    ['closes at once', (_, end) => end()],
    ['says nothing', () => {}],
    [
      'is killed before its answer',
      (write, end) => {
        write('accepted\n');
        setTimeout(end, 20);
      },
    ],
    [
      'is killed in the middle of it',
      (write, end) => {
        write(`${whole}12345`);
        setTimeout(end, 20);
      },
    ],
    [
      'is killed in the middle of a line',
      (write, end) => {
        write(whole.slice(0, 20));
        setTimeout(end, 20);
      },
    ],
    ['says something else', (write) => write('accepted\nwhat?\n')],
    ['leaves it', (write) => write(`accepted\n${JSON.stringify({ cold: 'no' })}\n`)],
  ])('is passed by, and nothing of it is seen: it %s', async (_, act) => {
    const cold = runtime.cold(['check', '-'], { cwd: project, input: manifest.replace('path', 'pat') });
    await pretend(act);
    const child: ChildProcess = spawn(process.execPath, [cliPath, 'check', '-'], {
      cwd: project,
      env: { PATH: process.env['PATH'], ...runtime.env },
    });
    const said = { stdout: '', stderr: '' };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said.stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said.stderr += text;
    });
    child.stdin?.end(manifest.replace('path', 'pat'));
    const status = await new Promise((done) => child.on('close', done));
    expect({ ...said, status, signal: null }).toEqual(cold);
    await new Promise<void>((done) => fake?.close(() => done()));
    fake = undefined;
  });
});

describe('what was installed', () => {
  it('is another one when it has been built anew: the server of the old one ends', async () => {
    const folder = temp.lay({});
    for (const name of ['cli.cjs', 'scripts'])
      cpSync(join('dist', name), join(folder, 'dist', name), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"name":"headgate","version":"0.1.0"}');
    const own = join(folder, 'dist/cli.cjs');
    const options = { cwd: project, env: { PATH: process.env['PATH'] ?? '', ...runtime.env } };
    const server = spawn(process.execPath, [own, 'server', 'run'], options);
    const over = new Promise((done) => server.on('close', done));
    await runtime.begun();
    const [before] = runtime.sockets();
    const text = readFileSync(own);
    rmSync(own);
    writeFileSync(own, text);
    expect(spawnSync(process.execPath, [own, 'check', 'a.yaml'], options).status).toBe(0);
    expect(await over).toBe(0);
    await runtime.begun();
    expect(runtime.sockets()).not.toContain(before);
  });
});
