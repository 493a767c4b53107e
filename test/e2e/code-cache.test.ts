/** The command line with V8's code from the build, without it, and with what has become of it: it does and says the same. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { filesBelow } from '../support/harness.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const project = temp.lay({
  'scenario.json5': '{ manifest_version: "0.4.0", program: { path: "/usr/bin/env", args: ["true"] }, slots: 1 }',
  // Says of each script whether V8 has taken the code that it was given; null where it was given none.
  'told.cjs': `const vm = require('node:vm');
const { basename } = require('node:path');
const told = {};
vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options);
    told[basename(options.filename)] = options.cachedData ? !this.cachedDataRejected : null;
  }
};
process.on('exit', () => require('node:fs').writeFileSync('told.json', JSON.stringify(told)));`,
  'broken.cjs': `require('node:url').pathToFileURL = () => { throw new Error('broken on purpose'); };`,
});

/** An installation of its own, to do something to. */
function installed(): string {
  const folder = temp.lay({});
  cpSync('package.json', join(folder, 'package.json'));
  for (const name of readdirSync('dist').filter((name) => /^(?:cli\.cjs|scripts|code-cache)$/.test(name)))
    cpSync(join('dist', name), join(folder, 'dist', name), { recursive: true });
  return folder;
}

const codeOf = (folder: string): string => {
  const [name = ''] = readdirSync(join(folder, 'dist/code-cache'));
  return join(folder, 'dist/code-cache', name);
};

interface Told {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly taken: Readonly<Record<string, boolean | null>>;
}

function check(folder: string, node: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Told {
  const args = [
    '-r',
    './told.cjs',
    ...node,
    join(folder, 'dist/cli.cjs'),
    'check',
    '--format',
    'json',
    'scenario.json5',
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: project,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  });
  const taken = JSON.parse(readFileSync(join(project, 'told.json'), 'utf8')) as Told['taken'];
  rmSync(join(project, 'told.json'));
  return { status, stdout, stderr, taken };
}

const { taken: _, ...usual } = check(installed());
const start = (taken: boolean | null) => ({ 'cli.cjs': taken, 'check.cjs': taken });

describe('the code that V8 made when headgate was built', () => {
  it('is there for every script, and taken', () => {
    const folder = installed();
    const names = (path: string): readonly string[] =>
      readdirSync(path)
        .map((name) => name.replace(/\.\w+$/, ''))
        .sort();
    expect(names(codeOf(folder))).toEqual(names(join(folder, 'dist/scripts')));
    const { taken, ...said } = check(folder);
    expect(taken).toMatchObject(start(true));
    expect(Object.values(taken)).not.toContain(false);
    expect(said).toEqual(usual);
    expect(usual.status).toBe(1);
    expect(JSON.parse(usual.stdout).diagnostics).toHaveLength(1);
  });

  it.each(['--stack-size=900', '--jitless', '--no-opt', '--max-old-space-size=200'])(
    'is refused by V8 under %s',
    (flag) => {
      const { taken, stderr, ...said } = check(installed(), [flag]);
      expect(taken).toMatchObject(start(false));
      // V8 itself says something of some flags.
      expect({ ...said, stderr: stderr.replace(/^Warning: disabling flag .*\n/m, '') }).toEqual(usual);
    },
  );

  it('is that of one V8, one build and one machine', () => {
    const { v8 } = process.versions;
    expect(codeOf('.')).toMatch(
      new RegExp(`/[0-9a-f]{32}-${v8.replaceAll('.', '\\.')}-${process.platform}-${process.arch}$`),
    );
    for (const change of [
      (name: string) => name.replace(v8, '12.4.254.21-node.33'),
      (name: string) => name.replace(/[0-9a-f]{32}/, '0'.repeat(32)),
      (name: string) => name.replace(process.arch, 'riscv64'),
    ]) {
      const folder = installed();
      renameSync(codeOf(folder), change(codeOf(folder)));
      expect(check(folder)).toEqual({ ...usual, taken: expect.objectContaining(start(null)) });
    }
  });

  it('may be turned off as that of node itself', () => {
    const { taken, ...said } = check(installed(), [], { NODE_DISABLE_COMPILE_CACHE: '1' });
    expect(taken).toMatchObject(start(null));
    expect(said).toEqual(usual);
  });

  it('is left alone when it is damaged', () => {
    const whole = readFileSync(join(codeOf('.'), 'check.bin'));
    const folder = installed();
    const file = join(codeOf(folder), 'check.bin');
    for (const part of [0, 0.01, 0.2, 0.49, 0.51, 0.8, 0.999]) {
      const bytes = Buffer.from(whole);
      const place = Math.floor(bytes.length * part);
      bytes.writeUInt8((bytes[place] as number) ^ 0x55, place);
      writeFileSync(file, bytes);
      expect(check(folder), `at ${part}`).toEqual({ ...usual, taken: expect.objectContaining({ 'check.cjs': null }) });
    }
    for (const length of [whole.length - 1, whole.length / 2, 4096, 1, 0]) {
      writeFileSync(file, whole);
      truncateSync(file, length);
      const { taken, ...said } = check(folder);
      expect(said, `of ${length} bytes`).toEqual(usual);
      expect(taken['check.cjs'], `of ${length} bytes`).not.toBe(true);
    }
  });

  it('is left alone when somebody else could have written it', () => {
    const folder = installed();
    const file = join(codeOf(folder), 'check.bin');
    chmodSync(file, 0o666);
    expect(check(folder)).toEqual({ ...usual, taken: expect.objectContaining({ 'cli.cjs': true, 'check.cjs': null }) });
    chmodSync(file, 0o644);
    expect(check(folder).taken).toMatchObject(start(true));
    if (process.getuid?.() !== 0) return;
    chownSync(file, 65_534, 65_534);
    expect(check(folder)).toEqual({ ...usual, taken: expect.objectContaining({ 'cli.cjs': true, 'check.cjs': null }) });
  });

  it('is never written by a command', () => {
    const folder = installed();
    rmSync(join(folder, 'dist/code-cache'), { recursive: true });
    const home = temp.lay({});
    mkdirSync(join(home, '.cache'));
    const before = filesBelow(folder);
    const { mtimeMs } = statSync(join(folder, 'dist'));
    const { taken, ...said } = check(folder, [], { HOME: home, XDG_CACHE_HOME: join(home, '.cache') });
    expect(said).toEqual(usual);
    expect(taken).toMatchObject(start(null));
    expect(filesBelow(folder)).toEqual(before);
    expect(statSync(join(folder, 'dist')).mtimeMs).toBe(mtimeMs);
    expect(filesBelow(home)).toEqual([]);
  });

  it('gives the same stack as the text', () => {
    const env = { HEADGATE_DEBUG: '1' };
    const folder = installed();
    const told = check(folder, ['-r', './broken.cjs'], env);
    expect(told.taken).toMatchObject(start(true));
    expect(told.status).toBe(70);
    const ours = [...told.stderr.matchAll(/ at (?:async )?(.+) \(headgate\/(scripts\/\S+):(\d+):(\d+)\)/g)];
    expect(ours.length).toBeGreaterThan(3);
    for (const [, name = '', file = '', line = '', column = ''] of ours) {
      const text = readFileSync(join('dist', file), 'latin1').split('\n')[Number(line) - 1] ?? '';
      // What is called stands there.
      expect(text.slice(Number(column) - 1), name).toMatch(/^(?:await )?[\w$.?]+\(/);
    }
    expect(ours.map(([, name]) => name)).toEqual(expect.arrayContaining(['single', 'findInputs', 'checkCommand']));
    expect(told.stderr).not.toContain(process.cwd());
    const plain = check(folder, ['-r', './broken.cjs'], { ...env, NODE_DISABLE_COMPILE_CACHE: '1' });
    expect(plain.stderr).toBe(told.stderr);
  });
});
