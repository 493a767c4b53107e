/** The single executable, built as docs/executable.md says: what it can do it does as the installed command line, and the rest it refuses. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRuntime } from '../support/check-server.ts';
import { runCli } from '../support/cli.ts';
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

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}, file = executable) {
  const { status, signal, stdout, stderr } = spawnSync(file, args, {
    cwd: project,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  });
  return { status, signal, stdout, stderr };
}

describe('the single executable', () => {
  it.each([
    [['check']],
    [['check', '.', '--format', 'json']],
    [['check', 'broken.yaml', '--format', 'github', '--format', 'text']],
    [['check', 'none.yaml']],
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

  it.each([[['run', 'scenario.yaml']], [['check', '--apply-policies']], [['check', '--format', 'sarif']], [['init']]])(
    'refuses %j, and says what to do',
    (args) => {
      expect(run(args)).toMatchObject({
        status: 2,
        stdout: '',
        stderr: expect.stringContaining('npm install headgate'),
      });
    },
  );

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
