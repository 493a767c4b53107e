/** `check --watch`: says again what is wrong after each edit, however an editor saves, and ends when it is interrupted. */
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { until } from '../support/check-server.ts';
import { runCli, startCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const started: { kill(signal: 'SIGKILL'): boolean }[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

const root = 'manifest_version: "0.4.0"\ncomponents:\n  a: ./parts/a.yaml\n';
const part = 'manifest_version: "0.4.0"\nprogram:\n  path: /bin/true\n';
const broken = part.replace('path', 'pat');

function watched(args: readonly string[], files: Readonly<Record<string, string>>) {
  const folder = temp.lay(files);
  const { child, ended } = startCli(['check', '--watch', ...args], { cwd: folder });
  started.push(child);
  let stderr = '';
  let stdout = '';
  child.stderr?.on('data', (text: string) => {
    stderr += text;
  });
  child.stdout?.on('data', (text: string) => {
    stdout += text;
  });
  const rounds = (): readonly string[] => stderr.split(/watching \d+ files and folders; Ctrl-C ends\n/).slice(0, -1);
  return {
    folder,
    child,
    ended,
    out: () => stdout,
    /** What it says in its n-th round, which is the last one so far. */
    round: async (count: number): Promise<string> => {
      await until(() => rounds().length >= count, `round ${count}`);
      expect(rounds()).toHaveLength(count);
      return rounds()[count - 1] as string;
    },
    write: (name: string, text: string) => writeFileSync(join(folder, name), text),
  };
}

describe('check --watch', () => {
  it('checks again after each way to save, to come and to go, and says what a check says', async () => {
    const { folder, round, write, child, ended } = watched(['.'], { 'scenario.yaml': root, 'parts/a.yaml': part });
    const now = (): string => runCli(['check', '.'], { cwd: folder }).stderr;
    expect(await round(1)).toBe(now());
    write('parts/a.yaml', broken);
    expect(await round(2)).toBe(`\nchanged: parts/a.yaml\n${now()}`);
    write('parts/.a.yaml.swp', part);
    renameSync(join(folder, 'parts/.a.yaml.swp'), join(folder, 'parts/a.yaml'));
    expect(await round(3)).toBe(`\nchanged: parts/a.yaml\n${now()}`);
    renameSync(join(folder, 'parts'), join(folder, 'other'));
    expect(await round(4)).toContain('not-loaded');
    mkdirSync(join(folder, 'parts'));
    write('parts/a.yaml', broken);
    await until(() => now().includes('pat'), 'the broken part');
    const last = await round(5);
    expect(last.slice(last.indexOf('\n', 1) + 1)).toBe(now());
    child.kill('SIGINT');
    expect((await ended).status).toBe(130);
  });

  it('looks at files that are not there yet, at sidecars, at links and at settings', async () => {
    const { folder, round, write, child, ended } = watched(['scenario.yaml'], {
      'scenario.yaml': 'manifest_version: "0.4.0"\nprogram:\n  path: /bin/true\n  args: [{ file: ./a.txt }]\n',
      'b.txt': 'b',
    });
    expect(await round(1)).toContain('a.txt');
    write('a.txt', 'a');
    expect(await round(2)).not.toContain('error');
    rmSync(join(folder, 'a.txt'));
    symlinkSync('b.txt', join(folder, 'a.txt'));
    await round(3);
    write('b.txt', 'changed');
    await round(4);
    write('headgate.yaml', 'version: 1\nnonsense: 1\n');
    expect(await round(5)).toContain('nonsense');
    rmSync(join(folder, 'headgate.yaml'));
    expect(await round(6)).not.toContain('nonsense');
    child.kill('SIGTERM');
    expect((await ended).status).toBe(143);
  });

  it('says nothing of what does not matter, and goes on where a file that was named is gone', async () => {
    const { folder, round, write, child, ended, out } = watched(['.', '--format', 'json', '--config', 'c.json'], {
      'scenario.yaml': root,
      'parts/a.yaml': part,
      'c.json': '{}',
    });
    await round(1);
    write('parts/notes.txt', 'x');
    rmSync(join(folder, 'c.json'));
    expect(await round(2)).toContain('c.json');
    write('c.json', '{}');
    await round(3);
    write('parts/a.yaml', broken);
    await round(4);
    const told = out()
      .split(/^(?=\{$)/m)
      .map((text) => JSON.parse(text).summary.errors);
    expect(told).toEqual([0, 1, 0, 1]);
    child.kill('SIGINT');
    expect((await ended).status).toBe(130);
  });

  it.each([['--fix'], ['--apply-policies'], ['-'], ['--format', 'json=out.json']])('is refused with %s', (...args) => {
    const { status, stderr } = runCli(['check', '--watch', ...args], { cwd: temp.lay({}) });
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^error: .*--watch/)]);
  });
});
