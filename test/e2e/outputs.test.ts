import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeOutputs } from '../../src/cli/output.ts';
import { cliPath, runCli } from '../support/cli.ts';
import { createTempFolder, smallScenario } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const scenario = (): string => temp.lay({ 'scenario.yaml': smallScenario });

describe('outputs of compile', () => {
  it('are the same on standard output and in a file', () => {
    const cwd = scenario();
    const file = runCli(['compile', '.', '--emit', 'plan=plan.json'], { cwd });
    const stdout = runCli(['compile', '.', '--emit', 'plan=-'], { cwd });
    expect([file.status, stdout.status, file.stdout]).toEqual([0, 0, '']);
    expect(readFileSync(join(cwd, 'plan.json'), 'utf8')).toBe(stdout.stdout);
    expect(readdirSync(cwd)).toEqual(['plan.json', 'scenario.yaml']);
  });

  it('leave an old file as it was when the scenario has an error', () => {
    const cwd = temp.lay({ 'scenario.yaml': `${smallScenario}slot: {}\n`, 'plan.json': 'old' });
    expect(runCli(['compile', '.', '--emit', 'plan=plan.json'], { cwd }).status).toBe(1);
    expect(readFileSync(join(cwd, 'plan.json'), 'utf8')).toBe('old');
  });

  it('keep mode and symbolic link of a file that is replaced', () => {
    const cwd = temp.lay({ 'scenario.yaml': smallScenario, 'real/plan.json': 'old' });
    chmodSync(join(cwd, 'real/plan.json'), 0o640);
    symlinkSync('real/plan.json', join(cwd, 'link.json'));
    expect(runCli(['compile', '.', '--emit', 'plan=link.json'], { cwd }).status).toBe(0);
    expect(readFileSync(join(cwd, 'real/plan.json'), 'utf8')).toContain('headgate.plan');
    expect(statSync(join(cwd, 'real/plan.json')).mode & 0o777).toBe(0o640);
    expect(readdirSync(join(cwd, 'real'))).toEqual(['plan.json']);
  });

  it('are refused where the system makes no folders', () => {
    const found = runCli(['compile', '.', '--emit', 'plan=/proc/headgate/deep/plan.json'], { cwd: scenario() });
    expect(found.status).toBe(1);
    expect(found.stderr).toContain('cli/output-not-writable');
  });

  it('of a run are refused there too', () => {
    const found = runCli(['run', '.', '--state-dir', '/proc/headgate/state'], { cwd: scenario() });
    expect([found.status, found.stderr]).toEqual([3, expect.stringContaining('blocked[state_unwritable]')]);
  });

  it('can be a device', () => {
    const cwd = scenario();
    expect(runCli(['compile', '.', '--emit', 'plan=/dev/null'], { cwd }).status).toBe(0);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('can be a pipe', () => {
    const cwd = scenario();
    const text = execFileSync(
      'bash',
      [
        '-c',
        'cat <(exec "$0" "$1" compile . --emit plan=/dev/stdout)',
        process.execPath,
        join(process.cwd(), 'dist/cli.cjs'),
      ],
      { cwd, encoding: 'utf8' },
    );
    expect(text).toContain('headgate.plan');
  });
});

describe('a stream that cannot be written', () => {
  const redirected = (args: string, cwd: string) => {
    const command = `exec "$0" "$1" ${args}`;
    const argv = ['-c', command, process.execPath, cliPath];
    const { status, signal, stdout, stderr } = spawnSync('bash', argv, { cwd, encoding: 'utf8', timeout: 120_000 });
    return { status, signal, stdout, stderr };
  };

  it('is told when it is standard output, with an exit code that says so', () => {
    const found = redirected('compile . --emit plan=- > /dev/full', scenario());
    expect(found).toMatchObject({ status: 1, signal: null });
    expect(found.stderr).toBe(
      'error: standard output cannot be written: no space is left on the device; what was printed is cut off\n',
    );
  });

  it('ends the run with an exit code when it is standard error', () => {
    const cwd = temp.lay({ 'scenario.yaml': 'manifest_version: "0.4.0"\nslots:\n  a: { kind: http }\n' });
    for (const redirect of ['2> /dev/full', '> /dev/full 2>&1'])
      expect(redirected(`check . ${redirect}`, cwd)).toMatchObject({ status: 1, signal: null });
    // A warning alone would be no failure; that nobody could read it is.
    const program = 'manifest_version: "0.4.0"\nprogram: { path: /bin/true }\n';
    const warned = temp.lay({ 'scenario.yaml': program });
    expect(redirected('check .', warned).status).toBe(0);
    expect(redirected('check . 2> /dev/full', warned)).toMatchObject({ status: 1, signal: null });
  });

  it('may be closed from the beginning', () => {
    const cwd = scenario();
    for (const redirect of ['>&-', '2>&-', '>&- 2>&-', '<&-', '<&- >&- 2>&-'])
      expect(redirected(`check . --format json ${redirect}`, cwd)).toMatchObject({ status: 0, signal: null });
  });
});

describe('writing outputs', () => {
  const file = (folder: string, name: string, text: string) => ({ path: join(folder, name), shown: name, text });

  it('takes everything back when one cannot be put in place', async () => {
    const folder = temp.lay({ 'a.json': 'old a' });
    // A folder with something in it cannot be replaced by a file: the last rename fails.
    mkdirSync(join(folder, 'c.json'));
    writeFileSync(join(folder, 'c.json', 'kept'), 'kept');
    const found = await writeOutputs(
      [file(folder, 'a.json', 'new a'), file(folder, 'b.json', 'new b'), file(folder, 'c.json', 'new c')],
      [],
    );
    expect(found.map((d) => [d.code, d.message])).toEqual([
      ['cli/output-not-writable', 'cannot write `c.json`: it is a folder; none of the outputs was written'],
    ]);
    expect(readFileSync(join(folder, 'a.json'), 'utf8')).toBe('old a');
    expect(existsSync(join(folder, 'b.json'))).toBe(false);
    expect(readdirSync(folder)).toEqual(['a.json', 'c.json']);
  });

  it('writes nothing when one cannot be staged', async () => {
    const folder = temp.lay({ 'a.json': 'old a', file: '' });
    const found = await writeOutputs([file(folder, 'a.json', 'new a'), file(folder, 'file/b.json', 'new b')], []);
    expect(found[0]?.message).toContain('cannot write `file/b.json`');
    expect(readFileSync(join(folder, 'a.json'), 'utf8')).toBe('old a');
    expect(readdirSync(folder)).toEqual(['a.json', 'file']);
  });
});
