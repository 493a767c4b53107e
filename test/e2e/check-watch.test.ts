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
  // An edit of two steps may be seen between them: then there is a round more.
  const rounds = (): readonly string[] => stderr.split(/watching \d+ files and folders; Ctrl-C ends\n/).slice(0, -1);
  return {
    folder,
    child,
    ended,
    out: () => stdout,
    rounds: () => rounds().length,
    /** Waits until it has said something since, of which the last is so. */
    says: async (since: number, isSo: (text: string) => boolean): Promise<void> => {
      const last = (): string | undefined => rounds().slice(since).at(-1);
      await until(() => isSo(last() ?? ''), `a round after ${since} that is so; the last is ${last()}`).catch(() => {});
      expect(last(), `after ${since} rounds`).toSatisfy((text) => isSo(String(text)));
    },
    write: (name: string, text: string) => writeFileSync(join(folder, name), text),
  };
}

describe('check --watch', () => {
  it('checks again after each way to save, to come and to go, and says what a check says', async () => {
    const { folder, rounds, says, write, child, ended } = watched(['.'], {
      'scenario.yaml': root,
      'parts/a.yaml': part,
    });
    const now = (): string => runCli(['check', '.'], { cwd: folder }).stderr;
    const named = (text: string): boolean => text === `\nchanged: parts/a.yaml\n${now()}`;
    await says(0, (text) => text === now());
    write('parts/a.yaml', broken);
    await says(1, named);
    let since = rounds();
    write('parts/.a.yaml.swp', part);
    renameSync(join(folder, 'parts/.a.yaml.swp'), join(folder, 'parts/a.yaml'));
    await says(since, named);
    since = rounds();
    renameSync(join(folder, 'parts'), join(folder, 'other'));
    await says(since, (text) => text.includes('not-loaded'));
    since = rounds();
    mkdirSync(join(folder, 'parts'));
    write('parts/a.yaml', broken);
    expect(now()).toContain('pat');
    await says(since, (text) => text.slice(text.indexOf('\n', 1) + 1) === now());
    child.kill('SIGINT');
    expect((await ended).status).toBe(130);
  });

  it('goes on where a folder turns into a file, and into links in a circle', async () => {
    const { folder, rounds, says, write, child, ended } = watched(['.'], {
      'scenario.yaml': root,
      'parts/a.yaml': part,
    });
    await says(0, (text) => text !== '');
    const now = (): string => runCli(['check', '.'], { cwd: folder }).stderr;
    const shown = (text: string): boolean => text.endsWith(now());
    let since = rounds();
    rmSync(join(folder, 'parts'), { recursive: true });
    write('parts', '');
    expect(now()).toContain('not-loaded');
    await says(since, shown);
    since = rounds();
    rmSync(join(folder, 'parts'));
    symlinkSync('parts', join(folder, 'parts'));
    expect(now()).toContain('circle');
    await says(since, shown);
    child.kill('SIGINT');
    expect((await ended).status).toBe(130);
  });

  it('looks at files that are not there yet, at sidecars, at links and at settings', async () => {
    const { folder, rounds, says, write, child, ended } = watched(['scenario.yaml'], {
      'scenario.yaml': 'manifest_version: "0.4.0"\nprogram:\n  path: /bin/true\n  args: [{ file: ./a.txt }]\n',
      'b.txt': 'b',
    });
    await says(0, (text) => text.includes('a.txt'));
    const steps: readonly (readonly [change: () => void, isSo: (text: string) => boolean])[] = [
      [() => write('a.txt', 'a'), (text) => text === '\nchanged: a.txt\n'],
      [
        () => {
          symlinkSync('b.txt', join(folder, 'link'));
          renameSync(join(folder, 'link'), join(folder, 'a.txt'));
        },
        (text) => text.startsWith('\nchanged: a.txt'),
      ],
      [() => write('b.txt', 'changed'), (text) => text.startsWith('\nchanged: ') && text.includes('b.txt')],
      [() => write('headgate.yaml', 'version: 1\nnonsense: 1\n'), (text) => text.includes('nonsense')],
      [() => rmSync(join(folder, 'headgate.yaml')), (text) => !text.includes('nonsense')],
    ];
    for (const [change, isSo] of steps) {
      const since = rounds();
      change();
      await says(since, isSo);
    }
    child.kill('SIGTERM');
    expect((await ended).status).toBe(143);
  });

  it('says nothing of what does not matter, and goes on where a file that was named is gone', async () => {
    const { folder, rounds, says, write, child, ended, out } = watched(
      ['.', '--format', 'json', '--config', 'c.json'],
      {
        'scenario.yaml': root,
        'parts/a.yaml': part,
        'c.json': '{}',
      },
    );
    await says(0, () => rounds() === 1);
    write('parts/notes.txt', 'x');
    rmSync(join(folder, 'c.json'));
    await says(1, (text) => text.includes('c.json'));
    let since = rounds();
    write('c.json', '{}');
    await says(since, (text) => text.startsWith('\nchanged: c.json'));
    since = rounds();
    write('parts/a.yaml', broken);
    const told = (): readonly number[] =>
      out()
        .split(/^(?=\{$)/m)
        .map((text) => JSON.parse(text).summary.errors);
    await says(since, () => told().at(-1) === 1);
    expect(out()).not.toContain('notes');
    child.kill('SIGINT');
    expect((await ended).status).toBe(130);
  });

  it.each([['--fix'], ['--apply-policies'], ['-'], ['--format', 'json=out.json']])('is refused with %s', (...args) => {
    const { status, stderr } = runCli(['check', '--watch', ...args], { cwd: temp.lay({}) });
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^error: .*--watch/)]);
  });
});
