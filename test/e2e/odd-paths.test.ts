/** Paths that the system itself refuses to look at: told as what they are, by whatever command. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { keptId, keptRun } from '../support/run/kept-run.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const stateDir = join(temp.path, 'state');
const cwd = join(temp.path, 'here');
mkdirSync(cwd);
symlinkSync('circle', join(cwd, 'circle'));
writeFileSync(join(cwd, 'file'), '');
keptRun('v1', stateDir, undefined, cwd);
const long = 'n'.repeat(300);

const said = (...args: readonly string[]) => {
  const { status, stdout, stderr } = runCli([...args], { cwd });
  return [status, stdout, stderr.replaceAll(/\s+/g, ' ')];
};

describe('a path that the system does not follow', () => {
  it.each([
    [`./${long}`, `\`./${long}\` is not a folder`],
    ['circle/x', '`circle/x` is not a folder'],
    ['file/x', '`file/x` is not a folder'],
    [long, `there is no run \`${long}\``],
  ])('is no run for verify-run: %s', (path, why) => {
    expect(said('verify-run', path, '--state-dir', stateDir)).toEqual([2, '', expect.stringContaining(why)]);
  });

  it.each([
    [long, 'the name is too long'],
    ['circle', 'its symbolic links go round in a circle'],
    ['circle/x', '`circle`: its symbolic links go round in a circle'],
  ])('takes no support bundle: %s', (path, why) => {
    expect(said('support-bundle', keptId, '--output', path, '--state-dir', stateDir)).toEqual([
      1,
      '',
      expect.stringContaining(why),
    ]);
  });

  it.each([
    [`${long}.js`, 'the name is too long'],
    ['circle', 'its symbolic links go round in a circle'],
    ['nothing', 'there is no such file or folder'],
  ])('holds no code: %s', (path, why) => {
    const expected = expect.stringContaining(`\`${path}\` cannot be read: ${why}`);
    expect(said('lint', 'git-remote', path)).toEqual([2, '', expected]);
  });

  it.each([
    ['circle', '`circle` cannot be looked at: its symbolic links go round in a circle'],
    [long, 'cannot be looked at: the name is too long'],
    ['nothing', '`nothing` does not exist'],
  ])('asks for no trust: %s', (path, why) => {
    expect(said('trust', path)).toEqual([2, '', expect.stringContaining(why)]);
  });
});
