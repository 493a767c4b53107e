/** The single executable, built as docs/executable.md says: what it can do it does as the installed command line, and the rest it refuses. */
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRuntime } from '../support/check-server.ts';
import { cliPath, runCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const executable = join(temp.path, 'bin', 'headgate');
const project = temp.lay({
  'scenario.yaml': 'manifest_version: "0.4.0"\ncomponents:\n  a: ./a.json5\n',
  'a.json5': '{ manifest_version: "0.4.0", program: { path: "/bin/true" } }',
  'broken.yaml': 'manifest_version: "0.4.0"\nprogramme: {}\nconfig_schema: { type: strin }\n',
  'long.yaml': 'manifest_version:    "0.4.0"\n',
});

beforeAll(() => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build-executable.mjs', executable], {
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
}, 600_000);

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}, file = executable, cwd = project) {
  const { status, signal, stdout, stderr } = spawnSync(file, args, {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
    maxBuffer: 1 << 28,
  });
  return { status, signal, stdout, stderr };
}

/** What a line of bash ends with and says, where `$headgate` is the executable and where it is the installed command line. */
const both = (line: string, cwd: string) =>
  [[executable], [process.execPath, cliPath]].map((headgate) => {
    const { status, stdout, stderr } = spawnSync('bash', ['-c', `headgate=("$@"); ${line}`, 'bash', ...headgate], {
      cwd,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  });

/** While a server of this process answers it. */
async function start(file: string, args: readonly string[]) {
  const child = spawn(file, args, { cwd: project, env: { PATH: process.env['PATH'] } });
  const texts = [child.stdout, child.stderr].map((stream) => stream.setEncoding('utf8').toArray());
  const status = await new Promise((done) => child.on('close', done));
  return [status, ...(await Promise.all(texts)).map((parts) => parts.join(''))];
}

describe('the single executable', () => {
  it.each([
    [['check']],
    [['check', '.', '--format', 'json']],
    [['check', 'broken.yaml', '--format', 'github', '--format', 'text']],
    [['check', 'none.yaml']],
    [['check', 'to-sarif.yaml']],
    [['check', 'file:///%zz']],
    [['check', 'file:///a%2Fb.yaml']],
    [['check', 'file://host/scenario.yaml']],
    [['check', 'scenario.yaml', '--fix-dry-run']],
    [['check', '--help']],
    [['fmt', '--check', 'long.yaml', 'a.json5']],
    [['--version']],
    [['--help']],
    [[]],
    [['server', 'status']],
  ])('says what the installed command line says of %j', (args) => {
    expect(run(args)).toEqual(runCli(args, { cwd: project }));
  });

  it.each(readdirSync('golden'))('says the same of all that is in golden/%s', (suite) => {
    const args = ['check', '--format', 'json', '--format', 'text=/dev/stderr'];
    const cwd = resolve('golden', suite);
    expect(run(args, {}, executable, cwd)).toEqual(runCli(args, { cwd }));
  });

  it('formats as the installed command line does', () => {
    const args = ['fmt', '--check', 'golden', 'examples'];
    expect(run(args, {}, executable, resolve('.'))).toEqual(runCli(args, { cwd: resolve('.') }));
  });

  it.each([
    '"${headgate[@]}" check broken.yaml 2>/dev/full',
    '"${headgate[@]}" check broken.yaml --format json >/dev/full',
    '"${headgate[@]}" check broken.yaml 2>&-',
    '"${headgate[@]}" check broken.yaml --format json >&-',
    '"${headgate[@]}" check "$OLDPWD/golden" --format json 2>/dev/null | head -c 1; echo "${PIPESTATUS[0]}"',
    '"${headgate[@]}" check "$OLDPWD/golden" --format json 2>/dev/null | (sleep 0.5; sha256sum); echo "${PIPESTATUS[0]}"',
    '"${headgate[@]}" check - <broken.yaml',
    '"${headgate[@]}" check - <&-',
    'timeout --preserve-status -s INT 1 "${headgate[@]}" check - < <(sleep 3); echo "$?"',
    'timeout --preserve-status -s TERM 1 "${headgate[@]}" check - < <(sleep 3); echo "$?"',
  ])('ends as the installed command line does: %s', (line) => {
    const [here, installed] = both(`cd '${project}'; ${line}`, resolve('.'));
    expect(here).toEqual(installed);
  });

  it('finds files whose names are no text', () => {
    const cwd = temp.lay({ 'names/plain.yaml': 'manifest_version: "0.4.0"\nprogramme: {}\n' });
    const bytes = Buffer.concat([Buffer.from(join(cwd, 'names/')), Buffer.from([0xff]), Buffer.from('.yaml')]);
    writeFileSync(bytes, 'manifest_version: "0.4.0"\nprogramme: {}\n');
    expect(run(['check', 'names'], {}, executable, cwd)).toEqual(runCli(['check', 'names'], { cwd }));
  });

  it('takes nothing from the folder that it is started in but manifests', () => {
    const folder = temp.lay({
      'ambient/broken.yaml': 'manifest_version: "0.4.0"\nprogramme: {}\n',
      'ambient/bunfig.toml': 'preload = ["./preload.ts"]\n',
      'ambient/preload.ts': 'require("node:fs").writeFileSync("loaded", "");\n',
      'ambient/.env': 'FORCE_COLOR=1\n',
      'ambient/tsconfig.json': '{ "compilerOptions": { "jsx": "none"',
      'ambient/package.json': '{ "type": ',
    });
    const cwd = join(folder, 'ambient');
    expect(run(['check', 'broken.yaml'], {}, executable, cwd)).toEqual(runCli(['check', 'broken.yaml'], { cwd }));
    expect(existsSync(join(cwd, 'loaded'))).toBe(false);
  });

  it('loads manifests from the network, and as much of them as the installed command line', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/moved.yaml') response.writeHead(302, { location: '/good.yaml' }).end();
      else if (request.url === '/good.yaml') response.end('manifest_version: "0.4.0"\nprogram: { path: /bin/true }\n');
      else if (request.url === '/cut.yaml')
        response.writeHead(200, { 'content-length': '100' }).write('a: 1', () => response.destroy());
      else if (request.url === '/endless.yaml') {
        const more = (): void => void response.write('#'.repeat(1 << 16), more);
        more();
      } else response.writeHead(404).end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    try {
      for (const name of ['good', 'moved', 'cut', 'endless', 'none']) {
        const args = ['check', `http://127.0.0.1:${port}/${name}.yaml`];
        const [here, installed] = await Promise.all([
          start(executable, args),
          start(process.execPath, [cliPath, ...args]),
        ]);
        expect(here, name).toEqual(installed);
      }
      writeFileSync(
        join(project, 'leads-home.yaml'),
        `manifest_version: "0.4.0"\ncomponents: { a: "http://127.0.0.1:${port}/good.yaml" }\n`,
      );
      expect(run(['check', 'leads-home.yaml'])).toEqual(runCli(['check', 'leads-home.yaml'], { cwd: project }));
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it.each([
    [['run', 'scenario.yaml']],
    [['check', '--apply-policies']],
    [['check', '--format', 'sarif']],
    [['check', '--format=sarif=/dev/null']],
    [['init']],
  ])('refuses %j, and says what to do', (args) => {
    expect(run(args)).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('npm install headgate'),
    });
  });

  it('reads nothing of a folder of manifests at the top of the machine', () => {
    const folder = temp.lay({
      'at-top/manifests/x.yaml': 'manifest_version: "0.4.0"\n',
      'at-top/project/scenario.yaml': 'manifest_version: "0.4.0"\ncomponents: { x: /manifests/x.yaml }\n',
    });
    const laid = ['manifests', 'project'].map((name) => [join(folder, 'at-top', name), `/${name}`]);
    const machine = ['/usr', '/lib', '/lib64'].filter((path) => existsSync(path)).map((path) => [path, path]);
    const mounts = [...machine, ...laid, [executable, '/headgate']].flatMap((mount) => ['--ro-bind', ...mount]);
    const args = [...mounts, '--proc', '/proc', '--chdir', '/project', '/headgate', 'check'];
    const { status, stderr } = spawnSync('bwrap', args, { encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, expect.stringContaining('outside of the scenario')]);
  });

  it('takes no folder around it for the package, and asks a check server of its own', async () => {
    const around = join(temp.path, 'around');
    mkdirSync(join(around, 'bin'), { recursive: true });
    mkdirSync(join(around, 'manifests'));
    writeFileSync(join(around, 'package.json'), '{"name":"headgate"}');
    writeFileSync(join(around, 'manifests/x.yaml'), 'manifest_version: "0.4.0"\n');
    const moved = join(around, 'bin/headgate');
    copyFileSync(executable, moved);
    expect(statSync(moved).mode & 0o111).not.toBe(0);
    writeFileSync(
      join(project, 'reaches.yaml'),
      `manifest_version: "0.4.0"\ncomponents:\n  x: ${join(around, 'manifests/x.yaml')}\n`,
    );
    const cold = run(['check', 'reaches.yaml'], {}, moved);
    expect([cold.status, cold.stderr]).toEqual([1, expect.stringContaining('outside of the scenario')]);
    const runtime = createRuntime(join(temp.path, 'run'));
    try {
      expect(run(['check', 'reaches.yaml'], runtime.env, moved)).toEqual(cold);
      await runtime.begun();
      expect(run(['check', 'reaches.yaml'], runtime.env, moved)).toEqual(cold);
      expect(runtime.servers()).toMatchObject([{ checks: 1 }]);
    } finally {
      await runtime.end();
    }
  });
});
