/** `headgate lint git-remote`, as people and CI call it. */
import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const pushing = "import { execSync } from 'node:child_process';\nexecSync('git push origin main');\n";

describe('lint git-remote', () => {
  it('tells place and help, and exits with 1', () => {
    const cwd = temp.lay({ 'src/a.ts': pushing, 'src/b.sh': 'git fetch\n' });
    expect(runCli(['lint', 'git-remote'], { cwd })).toMatchObject({
      status: 1,
      stdout: 'src/a.ts:2:10: `git push` writes to a remote repository [git-remote]\n',
      stderr: expect.stringMatching(
        /^help: git-remote: work on local refs only; .*`headgate:allow-git-remote: REASON`[^\n]*\n2 files, 1 finding\n$/,
      ),
    });
  });

  it('tells the same to programs', () => {
    const cwd = temp.lay({ 'a.ts': pushing });
    const { status, stdout, stderr } = runCli(['lint', 'git-remote', '--format', 'json', 'a.ts'], { cwd });
    expect([status, stderr]).toEqual([1, '']);
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      findings: [
        {
          path: 'a.ts',
          rule: 'git-remote',
          line: 2,
          column: 10,
          message: '`git push` writes to a remote repository',
          help: expect.stringContaining('headgate:allow-git-remote: REASON'),
        },
      ],
      summary: { files: 1, findings: 1 },
    });
  });

  it('looks at scripts without an ending, and not at what others wrote', () => {
    const cwd = temp.lay({
      run: '#!/bin/sh\ngit push\n',
      'node_modules/x/a.js': pushing,
      'dist/a.js': pushing,
      'a.d.ts': pushing,
      'README.md': 'git push\n',
    });
    symlinkSync('run', join(cwd, 'linked'));
    const { status, stdout } = runCli(['lint', 'git-remote'], { cwd });
    expect([status, stdout]).toEqual([1, 'run:2:1: `git push` writes to a remote repository [git-remote]\n']);
  });

  it.each([
    ['a root that is missing', 'missing', 'there is no such file or folder'],
    ['a file that is no code', 'a.md', 'neither JavaScript, TypeScript, Python nor a script of the shell'],
  ])('refuses %s', (_, path, words) => {
    const cwd = temp.lay({ 'a.md': 'text\n' });
    const { status, stdout, stderr } = runCli(['lint', 'git-remote', path], { cwd });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });

  it.skipIf(process.getuid?.() === 0)('refuses a folder that it may not read', () => {
    const cwd = temp.lay({ 'x/a.ts': pushing });
    chmodSync(join(cwd, 'x'), 0);
    const { status, stderr } = runCli(['lint', 'git-remote'], { cwd });
    chmodSync(join(cwd, 'x'), 0o700);
    expect([status, stderr.includes('permission denied')]).toEqual([2, true]);
  });

  it('does not write names to a terminal as they are', () => {
    const cwd = temp.lay({ 'a\u001b[2Jb.ts': pushing });
    expect(runCli(['lint', 'git-remote'], { cwd }).stdout).not.toContain('\u001b');
  });

  it('says of nothing wrong that nothing is wrong', () => {
    const cwd = temp.lay({ 'a.ts': 'export const list = [].push(1);\n' });
    expect(runCli(['lint', 'git-remote'], { cwd })).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '1 file, 0 findings\n',
    });
  });
});
