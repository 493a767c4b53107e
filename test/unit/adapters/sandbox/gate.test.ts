/** The shell at the gate becomes the program with exactly its words and its environment, whatever these are. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, symlinkSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  execScript,
  forbiddenPlaces,
  lookAndTryScript,
  lookedIn,
  lookScript,
  saidAtGate,
} from '../../../../src/adapters/sandbox/gate.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const shells = ['/bin/sh', '/bin/bash', '/bin/dash'].filter((path) => existsSync(path));
const echo = [
  process.execPath,
  '-e',
  'process.stdout.write(JSON.stringify({ argv: process.argv.slice(1), env: process.env }))',
  '--',
];

function become(
  shell: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): { readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  const { stdout, stderr, status } = spawnSync(shell, [], {
    env: {},
    input: lookScript() + execScript([...echo, ...argv], env),
    stdio: ['pipe', 'pipe', 'pipe', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
  const found = JSON.parse(stdout);
  // bash tells each command its own path and how deep it is.
  delete found.env._;
  delete found.env.SHLVL;
  return found;
}

describe.each(shells)('%s', (shell) => {
  it('finds what it could write to, and does not take what is covered for that', () => {
    const folder = temp.lay({ file: '' });
    chmodSync(`${folder}/file`, 0o666);
    symlinkSync('/dev/null', `${folder}/covered`);
    const places = ['/dev/null', `${folder}/covered`, `${folder}/file`, '/nowhere', folder];
    const { output, stderr } = spawnSync(shell, [], {
      env: {},
      input: lookScript(places),
      stdio: ['pipe', 'pipe', 'pipe', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const looked = lookedIn((output[4] as string).trim());
    expect(looked?.writable).toEqual([`${folder}/file`, folder]);
    expect(looked?.processes).toBeGreaterThan(1);
    expect(forbiddenPlaces).toContain('/proc/sysrq-trigger');
  });

  it('hands over words and values that mean something to a shell', () => {
    const odd = [
      "'",
      '"',
      '$HOME',
      '`id`',
      '\\',
      '\n',
      'a b',
      '*',
      '',
      '~',
      '#x',
      '!',
      "'\\''",
      '-',
      'é🙂',
      '$(exit 3)',
    ];
    const env = { ODD: odd.join(''), PATH: '/nowhere', LD_LIBRARY_PATH: '', 'a.b': 'dots', UID: '7', IFS: ',' };
    expect(become(shell, odd, env)).toEqual({ argv: odd, env });
  });

  it('whatever they are', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((value) => !value.includes('\0'));
    const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,6}$/);
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), fc.dictionary(name, text, { maxKeys: 4 }), (argv, env) => {
        expect(become(shell, argv, env)).toEqual({ argv, env: { ...env } });
      }),
      { numRuns: 25 },
    );
  });
});

it('what it looked at is read, and nothing else', () => {
  expect(lookedIn('2')).toEqual({ processes: 2, writable: [] });
  expect(lookedIn('2 /etc /usr')).toEqual({ processes: 2, writable: ['/etc', '/usr'] });
  for (const wrong of ['', 'x', '-1', '2.5', '99999999', ' 2']) expect(lookedIn(wrong)).toBeUndefined();
});

describe.each(shells)('what is tried at the gate of %s', (shell) => {
  const sayFrom = (tries: string): { readonly line: string; readonly left: string } => {
    const input = `${lookAndTryScript(tries)}printf '%s' "\${tried-none} $#"\n`;
    const stdio = ['pipe', 'pipe', 'pipe', 'ignore', 'pipe'] as const;
    const { output, stderr } = spawnSync(shell, [], { env: {}, input, stdio: [...stdio], encoding: 'utf8' });
    expect(stderr).toBe('');
    return { line: output[4] ?? '', left: output[1] ?? '' };
  };

  it('stands behind what was seen, and leaves nothing in the shell', () => {
    const { line, left } = sayFrom("cat <<'END'\nit's \"said\" $HOME\nEND");
    const { looked, tried } = saidAtGate(line.trimEnd());
    expect(lookedIn(looked)?.processes).toBeGreaterThan(1);
    expect(tried).toBe(`it's "said" $HOME`);
    expect(left).toBe('none 0');
  });

  it('may say nothing', () => {
    const { looked, tried } = saidAtGate(sayFrom('false').line.trimEnd());
    expect([lookedIn(looked) !== undefined, tried]).toEqual([true, '']);
  });
});

it('a line without tries says none', () => {
  expect(saidAtGate('3 /etc /usr')).toEqual({ looked: '3 /etc /usr', tried: '' });
});
