/** What is emitted for Compose is taken by both forms of it: every golden project, and the shop. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { quotedInEnv } from '../../src/plan/wiring/env-file.ts';
import { cliPath } from '../support/cli.ts';
import { type Composer, composers } from './composes.ts';
import { command } from './images.ts';

const root = mkdtempSync(join(tmpdir(), 'headgate-compose-config-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const golden = readdirSync('golden', { recursive: true, encoding: 'utf8' })
  .filter(
    (path) =>
      path.endsWith('/compose.yaml') &&
      path.includes('/expected/') &&
      existsSync(join('golden', dirname(path), '.env.example')),
  )
  .map((path) => join('golden', dirname(path)));

/** A copy in which every value is given that the example asks for. */
function filledIn(folder: string, name: string): string {
  const to = join(root, name);
  cpSync(folder, to, { recursive: true });
  const example = readFileSync(join(to, '.env.example'), 'utf8');
  writeFileSync(join(to, '.env'), example.replace(/^#(?=HEADGATE_)/gm, '').replace(/^(HEADGATE_\w+)=$/gm, '$1=/x'));
  for (const [, path = ''] of example.matchAll(/^# {3}(secrets\/.*)$/gm)) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    writeFileSync(join(to, path), 'value');
  }
  return to;
}

const asked = (cwd: string, { command: [file = '', ...before], env }: Composer, ...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(file, [...before, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: 300_000,
  });
  return { status, stdout, stderr };
};

it('there are golden projects', () => expect(golden.length).toBeGreaterThan(8));

describe.each(composers)('$name', (composer) => {
  it.each(golden)('takes %s without a word', (folder) => {
    const { status, stdout, stderr } = asked(
      filledIn(folder, `${composer.joint}${golden.indexOf(folder)}`),
      composer,
      'config',
      '-q',
    );
    // A version is only said where there are no services, which the first form would take for something else.
    const words = stderr
      .split('\n')
      .filter((line) => !folder.includes('compose-empty') || !line.includes('`version` is obsolete'));
    expect({ status, stdout, words: words.filter(Boolean) }).toEqual({ status: 0, stdout: '', words: [] });
  });

  it('takes the shop without a word', () => {
    const shop = join(root, `shop${composer.joint}`);
    command(process.execPath, cliPath, 'compile', 'examples/shop/scenario.yaml', '--emit', `compose=${shop}`);
    expect(asked(filledIn(shop, `${composer.joint}shop`), composer, 'config', '-q')).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
  });

  it('reads values of .env as they were', () => {
    const texts = [
      "o'brien",
      '5$ a $x',
      "o'b $x",
      'a\\b',
      'a\\\\b',
      "a\\'b",
      'a "q" b',
      'two\nlines',
      'a\\nb',
      'a # b',
      ' a ',
    ];
    const folder = join(root, `values${composer.joint}`);
    mkdirSync(folder);
    const variables = texts.map((_, index) => `      V${index}: "\${V${index}}"\n`).join('');
    writeFileSync(join(folder, 'compose.yaml'), `services:\n  a:\n    image: x\n    environment:\n${variables}`);
    writeFileSync(join(folder, '.env'), texts.map((text, index) => `V${index}=${quotedInEnv(text)}\n`).join(''));
    const { stdout, stderr } = asked(folder, composer, 'config');
    expect(stderr).toBe('');
    const { environment } = (parse(stdout) as { services: { a: { environment: Record<string, string> } } }).services.a;
    expect(texts.map((_, index) => environment[`V${index}`]?.replaceAll('$$', '$'))).toEqual(texts);
  });
});
