import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goldenCases, goldenFolder, settle } from '../support/golden.ts';
import { filesBelow } from '../support/harness.ts';

/** `case.json` of a case of the command line. */
interface CommandCase {
  readonly description?: string;
  readonly args: readonly string[];
  /** 0 unless told. */
  readonly exit?: number;
  readonly env?: Readonly<Record<string, string>>;
}

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const cli = resolve('dist/cli.cjs');
let root = '';
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'headgate-golden-')));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function runCase(
  name: string,
  command: CommandCase,
): { readonly exit: number | null; readonly artifacts: Map<string, string> } {
  const from = join(goldenFolder, name);
  const folder = join(root, name.replaceAll('/', '__'));
  cpSync(from, folder, { recursive: true });
  for (const own of ['expected', 'actual', 'case.json']) rmSync(join(folder, own), { recursive: true, force: true });
  const before = new Set(filesBelow(folder));
  const env = { PATH: process.env['PATH'] ?? '', HOME: root, ...command.env };
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...command.args], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  const normal = (text: string): string => text.replaceAll(folder, '<cwd>').replaceAll(version, '<version>');
  const artifacts = new Map<string, string>();
  if (stdout !== '') artifacts.set('stdout.txt', normal(stdout));
  if (stderr !== '') artifacts.set('stderr.txt', normal(stderr));
  for (const path of filesBelow(folder)) {
    if (!before.has(path)) artifacts.set(`files/${path}`, normal(readFileSync(join(folder, path), 'utf8')));
  }
  return { exit: status, artifacts };
}

const commandCases = goldenCases((suite) => suite === 'cli');

describe.skipIf(commandCases.length === 0)('golden command line', () => {
  it.each(commandCases)('%s', (name) => {
    const path = join(goldenFolder, name, 'case.json');
    expect(existsSync(path), `${path} names the arguments`).toBe(true);
    const command = JSON.parse(readFileSync(path, 'utf8')) as CommandCase;
    const { exit, artifacts } = runCase(name, command);
    expect(exit, `exit code\n${artifacts.get('stderr.txt') ?? ''}`).toBe(command.exit ?? 0);
    expect(settle(name, artifacts)).toBeUndefined();
  });
});
