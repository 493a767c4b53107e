import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { JsonReport } from '../../src/diagnostics/render/json.ts';
import { cliPath, runCli, startCli } from '../support/cli.ts';
import { createTempFolder, smallScenario } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

/** One problem a name: long output without a long scenario. */
const manyProblems = (count: number): string =>
  `manifest_version: "0.4.0"\nexports:\n${Array.from({ length: count }, (_, i) => `  e${i}: "#gone${i}.api"\n`).join('')}`;

describe('help', () => {
  const configOf = (...command: readonly string[]): string | undefined => {
    const { stdout } = runCli([...command, '--help'], { cwd: temp.path });
    return /--config <FILE> ([^-]+)(?= -)/.exec(stdout)?.[1]?.replace(/\s+/g, ' ').trim();
  };

  it('says whose config --config is', () => {
    expect(configOf('run')).toBe('root config for programs and policies, for what the environment does not give');
    expect(configOf('compile')).toBe('root config for policies, for what the environment does not give');
    expect(configOf('resume')).toBe('root config for programs, for what the environment does not give');
  });
});

describe('streams', () => {
  it('come whole through a pipe that is read slowly', () => {
    const cwd = temp.lay({ 'scenario.yaml': manyProblems(2000) });
    const script = '"$0" "$1" check --format json | { sleep 0.5; cat; }';
    const { stdout } = spawnSync('bash', ['-c', script, process.execPath, cliPath], {
      cwd,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    expect((JSON.parse(stdout) as JsonReport).summary.errors).toBe(2000);
  });

  it('may be closed by the reader: no noise, and the same exit code', async () => {
    const cwd = temp.lay({ 'scenario.yaml': manyProblems(2000) });
    const child = spawn(process.execPath, [cliPath, 'check', '--format', 'json'], { cwd });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const status = await new Promise((done) => child.on('close', done));
    expect([status, stderr]).toEqual([1, '']);
  });

  it('have no colours in a pipe, none with NO_COLOR, and some with FORCE_COLOR', () => {
    const cwd = temp.lay({ 'scenario.yaml': manyProblems(1) });
    const coloured = (env: Record<string, string>): boolean =>
      runCli(['check'], { cwd, env }).stderr.includes('\u001b[');
    expect([coloured({}), coloured({ FORCE_COLOR: '1' }), coloured({ FORCE_COLOR: '1', NO_COLOR: '1' })]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('show at most 100 problems to people, and say how many there are', () => {
    const cwd = temp.lay({ 'scenario.yaml': manyProblems(130) });
    const { stderr } = runCli(['check'], { cwd });
    expect(stderr.match(/^error\[/gm)?.length).toBe(100);
    expect(stderr).toContain('... and 30 more, not shown');
    expect(stderr.trimEnd().split('\n').slice(-2)).toEqual(['error: 130 errors', 'checked 1 scenario']);
  });
});

describe('inputs', () => {
  it.each(['scenario.yaml', 'scenario.yml', 'scenario.json', 'root.yaml', 'root.json5'])(
    '%s is found in its folder',
    (name) => {
      const cwd = temp.lay({ [`deploy/${name}`]: '{"manifest_version": "0.4.0"}\n' });
      expect(runCli(['check', 'deploy'], { cwd })).toMatchObject({
        status: 0,
        stdout: '',
        stderr: 'checked 1 scenario\n',
      });
    },
  );

  it('scenario.yaml goes before root.yaml', () => {
    const cwd = temp.lay({ 'scenario.yaml': smallScenario, 'root.yaml': 'nonsense: true\n' });
    expect(runCli(['check'], { cwd }).status).toBe(0);
  });

  it('a name with spaces, signs and letters of all kinds is a name', () => {
    const name = 'a b#c?d%20é火.yaml';
    const cwd = temp.lay({ [`${name}`]: 'manifest_version: "0.4.0"\nnonsense: 1\n' });
    const { status, stdout } = runCli(['check', name, '--format', 'json'], { cwd });
    expect(status).toBe(1);
    expect((JSON.parse(stdout) as JsonReport).diagnostics[0]?.file).toBe(name);
  });

  it('a file above the current folder is named from it', () => {
    const cwd = temp.lay({ 'scenario.yaml': 'nonsense: 1\n' });
    mkdirSync(join(cwd, 'below'));
    const { stderr } = runCli(['check', '../scenario.yaml'], { cwd: join(cwd, 'below') });
    expect(stderr).toContain('--> ../scenario.yaml:1:1');
  });

  it('an http URL is fetched', async () => {
    const server = await listen((url) =>
      url === '/deploy/scenario.yaml' ? 'manifest_version: "0.4.0"\ncomponents: { a: ./gone.yaml }\n' : undefined,
    );
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/deploy/scenario.yaml`;
    const { ended } = startCli(['check', url, '--format', 'json'], { cwd: temp.lay({}) });
    const { stdout, status } = await ended;
    server.close();
    const report = JSON.parse(stdout) as JsonReport;
    expect(status).toBe(1);
    expect(report.diagnostics.map((d) => [d.code, d.file])).toEqual([['resolve/manifest-not-loaded', url]]);
  });
});

describe('a fault of headgate', () => {
  /** Breaks the JSON renderer from outside: the product has no switch for it. */
  const broken = [
    '--import',
    `data:text/javascript,${encodeURIComponent("JSON.stringify = () => { throw new TypeError('boom'); };")}`,
  ];

  it('is called a bug, with exit 70 and no stack', () => {
    const { status, stderr } = runCli(['check', '--format', 'json'], {
      cwd: temp.lay({ 'scenario.yaml': smallScenario }),
      node: broken,
    });
    expect(status).toBe(70);
    expect(stderr).toMatch(/^bug in headgate \d+\.\d+\.\d+: TypeError: boom\n/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('shows its stack with HEADGATE_DEBUG=1', () => {
    const cwd = temp.lay({ 'scenario.yaml': smallScenario });
    const { stderr } = runCli(['check', '--format', 'json'], { cwd, node: broken, env: { HEADGATE_DEBUG: '1' } });
    expect(stderr).toMatch(/^\s+at /m);
  });
});

describe('timings', () => {
  it('go to standard error', () => {
    const { stdout, stderr } = runCli(['check', '--timings', '--format', 'json'], {
      cwd: temp.lay({ 'scenario.yaml': smallScenario }),
    });
    expect(JSON.parse(stdout)).toMatchObject({ diagnostics: [] });
    expect(stderr).toMatch(/^timings of scenario\.yaml\n( {2}\w+ +\d+\.\d ms\n)+$/);
  });
});

function listen(answer: (url: string) => string | undefined): Promise<Server> {
  const server = createServer((request, response) => {
    const text = answer(request.url ?? '');
    response.writeHead(text === undefined ? 404 : 200).end(text ?? '');
  });
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)));
}

it('where nothing was run yet, the commands about runs say so', () => {
  const cwd = temp.lay({});
  const dir = join(cwd, 'state');
  expect(runCli(['ps', '--state-dir', 'state'], { cwd })).toMatchObject({
    status: 0,
    stdout: '',
    stderr: `there are no runs in ${dir}\n`,
  });
  for (const command of ['status', 'logs', 'stop', 'resume']) {
    const { status, stderr } = runCli([command, '--state-dir', 'state'], { cwd });
    expect([command, status]).toEqual([command, 2]);
    expect(stderr).toContain(`there are no runs in ${dir}; \`headgate run SCENARIO\` begins one`);
  }
});
