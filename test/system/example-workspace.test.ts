/** examples/workspace: its README as it stands, with a repository that its script makes. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { cliPath } from '../support/cli.ts';
import { fencesOf } from '../support/pages.ts';
import { expectNoProcess } from '../support/run/leftovers.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
const folder = join(temp.path, 'example');
const home = join(temp.path, 'home');
const bin = join(temp.path, 'bin');

afterAll(async () => {
  await expectNoProcess(temp.path);
  temp.remove();
});

function sh(script: string): string {
  const env = { PATH: `${bin}:${process.env['PATH']}`, HOME: home, XDG_STATE_HOME: join(home, 'state'), NO_COLOR: '1' };
  const { status, stdout } = spawnSync('bash', ['-euo', 'pipefail', '-c', `exec 2>&1\n${script}`], {
    cwd: folder,
    env,
    encoding: 'utf8',
    timeout: 300_000,
  });
  expect(status, stdout).toBe(0);
  return stdout;
}

const inTree = (name: string): string => readFileSync(join(folder, 'tree', name), 'utf8');

it('does what its README says, a conflict and its end included', () => {
  for (const path of [home, bin]) mkdirSync(path, { recursive: true, mode: 0o700 });
  cpSync('examples/workspace', folder, { recursive: true });
  writeFileSync(join(bin, 'headgate'), `#!/bin/sh\nexec '${process.execPath}' '${cliPath}' "$@"\n`);
  chmodSync(join(bin, 'headgate'), 0o755);
  const fences = fencesOf(readFileSync(resolve('examples/workspace/README.md'), 'utf8')).filter(
    ({ language }) => language === 'sh',
  );
  const [begin, look, accept, edit, conflict, settle, reject] = fences.map(({ text }) => text) as readonly string[];
  expect(fences).toHaveLength(7);

  sh(begin ?? '');
  const untouched = statSync(join(folder, 'tree/own.log'));
  const looked = sh(look ?? '');
  expect(looked).toMatch(/^site:\/edit +\/edit +there +succeeded +3 +1 +0 /m);
  expect(looked).toContain('Line 3');
  // Nothing but the branch has moved: git sees no difference to what was committed.
  expect(looked).not.toMatch(/^[ MADR?]{2} (?:notes|summary|draft|check)/m);
  expect(inTree('notes.txt')).toBe('line 1\nline 2\nline 3, by /edit\n');
  expect(statSync(join(folder, 'tree/check.sh')).mode & 0o100).toBe(0o100);
  expect(existsSync(join(folder, 'tree/draft.txt'))).toBe(false);
  expect(existsSync(join(folder, 'tree/report.txt'))).toBe(false);
  const kept = statSync(join(folder, 'tree/own.log'));
  expect([kept.ino, kept.mtimeMs, kept.mode]).toEqual([untouched.ino, untouched.mtimeMs, untouched.mode]);

  const accepted = sh(accept ?? '');
  expect(accepted).toContain('3 lines; newest commit: Line 3');
  expect(accepted).toMatch(/^VERIFIED/m);

  expect(sh(edit ?? '')).toMatch(/^BLOCKED/m);
  expect(inTree('notes.txt')).toBe('line 1\nline 2\nline 3, by /edit\na line of mine\n');

  const told = sh(conflict ?? '');
  expect(told).toContain('headgate workspace resolve');
  expect(told).toMatch(/^-a line of mine\n\+line 4, by \/edit$/m);
  expect(told).toMatch(/conflict/);

  expect(sh(settle ?? '')).toMatch(/^site:\/edit succeeded$[\s\S]*waits for an answer/m);
  expect(inTree('notes.txt')).toBe('line 1\nline 2\nline 3, by /edit\na line of mine\nline 4, by /edit\n');

  const report = inTree('report.txt');
  expect(sh(reject ?? '')).toMatch(/ BLOCKED$/m);
  expect(inTree('report.txt')).toBe(report);
});
