/**
 * What a command loads when it starts: `check` what a check needs, and `--version` the command line. A script that has been compiled costs
 * less than half of one that has not, and modules of node cost a millisecond or more. Each part is known by a text that stands in its code and nowhere else.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const parts: Readonly<Record<string, string>> = {
  undici: 'UND_ERR_HEADERS_TIMEOUT',
  prettier: 'trailingComma',
  '@opentelemetry': 'scheduledDelayMillis',
  '@smithy/signature-v4': 'AWS4-HMAC-SHA256',
  '@dagrejs/graphlib': 'Cannot set parent in a non-compound graph',
  yaml: 'tag:yaml.org,2002:',
  '@humanwhocodes/momoa': 'Unexpected end of input found.',
  'the metaschema': 'https://json-schema.org/draft/2020-12/meta/validation',
  'what reads settings': 'how components run, by moniker',
  'phase 5': 'a finding must say something',
  'the scenario IR': 'a program has exactly one of `path`, `image` and `vm`',
  'what runs a plan': 'begin a new run with `headgate run`',
  'what makes sandboxes': '--die-with-parent',
  'what judges contracts': 'what operations leave, and by which command',
};

const root = mkdtempSync(join(tmpdir(), 'headgate-start-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

writeFileSync(
  join(root, 'scenario.json5'),
  '{ manifest_version: "0.4.0", program: { path: "/usr/bin/env", args: ["true"] } }',
);

interface Loaded {
  /** Scripts of dist/, in no order. */
  readonly files: readonly string[];
  /** Of those, the ones that V8 had to compile. */
  readonly compiled: readonly string[];
  /** Flags of V8, in the order in which they were set. */
  readonly flags: readonly string[];
  /** Of node, besides what it loads for itself. */
  readonly builtins: readonly string[];
}

const told = `const vm = require('node:vm');
const v8 = require('node:v8');
const before = new Set(process.moduleLoadList);
const scripts = [];
const flags = [];
const { setFlagsFromString } = v8;
v8.setFlagsFromString = (text) => {
  flags.push(text);
  setFlagsFromString(text);
};
vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options);
    scripts.push([options.filename, this.cachedDataRejected !== false]);
  }
};
process.on('exit', () => {
  const builtins = process.moduleLoadList.flatMap((name) => (before.has(name) ? [] : (/^NativeModule (.*)$/.exec(name)?.[1] ?? [])));
  require('node:fs').writeFileSync('told.json', JSON.stringify({
    files: scripts.map(([file]) => file),
    compiled: scripts.flatMap(([file, isCompiled]) => (isCompiled ? [file] : [])),
    flags,
    builtins,
  }));
});`;

function loadedBy(...args: readonly string[]): Loaded {
  const hook = join(root, 'told.cjs');
  writeFileSync(hook, told);
  const { status, stderr } = spawnSync(process.execPath, ['-r', hook, resolve('dist/cli.cjs'), ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
  expect(status, stderr).toBe(0);
  const loaded = JSON.parse(readFileSync(join(root, 'told.json'), 'utf8')) as Loaded;
  return { ...loaded, files: loaded.files.map((name) => name.replace(/^headgate\//, 'dist/')) };
}

const textOf = (file: string): string => readFileSync(file, 'utf8');
const partsIn = (files: readonly string[]): readonly string[] => {
  const texts = files.map(textOf);
  return Object.keys(parts).filter((part) => texts.some((text) => text.includes(parts[part] as string)));
};
const bytesOf = (files: readonly string[]): number => files.reduce((sum, file) => sum + textOf(file).length, 0);

describe('at its start', () => {
  it('each part is somewhere, so that it can be missed', () => {
    expect(partsIn(readdirSync('dist/scripts').map((name) => join('dist/scripts', name)))).toEqual(Object.keys(parts));
  });

  it('what schemas are made with is nowhere', () => {
    const chunks = readdirSync('dist/scripts').map((name) => textOf(join('dist/scripts', name)));
    expect(chunks.filter((text) => text.includes('TypeBox.Kind'))).toEqual([]);
  });

  it('`check` loads what a check of one scenario without policies needs, and V8 compiles none of it', () => {
    const { files, compiled, builtins } = loadedBy('check', 'scenario.json5');
    expect(partsIn(files)).toEqual([]);
    expect(files.map((file) => basename(file)).sort()).toEqual(['check.cjs', 'cli.cjs']);
    expect(compiled).toEqual([]);
    expect(builtins).toContain('crypto');
    expect(builtins.filter((name) => /^(?:https?|http2|child_process|worker_threads|dns|dgram)$/.test(name))).toEqual(
      [],
    );
    expect(bytesOf(files)).toBeLessThanOrEqual(570_000);
  });

  it('nor does a check of one in YAML load a library for it, unless something in it is out of the ordinary', () => {
    writeFileSync(
      join(root, 'plain.yaml'),
      'manifest_version: "0.4.0"\nprogram:\n  path: /bin/true\n  args: [-x] # ok\n',
    );
    expect(partsIn(loadedBy('check', 'plain.yaml').files)).toEqual([]);
    writeFileSync(join(root, 'anchor.yaml'), 'manifest_version: &v "0.4.0"\nmetadata: *v\n');
    expect(partsIn(loadedBy('check', 'anchor.yaml').files)).toContain('yaml');
  });

  it('`--version` loads the command line and nothing else', () => {
    const { files, compiled, builtins } = loadedBy('--version');
    expect(partsIn(files)).toEqual([]);
    expect(files.map((file) => basename(file))).toEqual(['cli.cjs']);
    expect(compiled).toEqual([]);
    expect(builtins).not.toContain('crypto');
    expect(bytesOf(files)).toBeLessThanOrEqual(90_000);
  });

  it('a command about a vault in a file loads nothing of the vaults that are elsewhere', () => {
    writeFileSync(
      join(root, 'vaults.yaml'),
      [
        'version: 1',
        'vaults:',
        '  local: { provider: local_encrypted, file: ./x.vault, key: { file: ./x.key } }',
        '  cloud: { provider: aws_secrets_manager, region: eu-west-1 }',
      ].join('\n'),
    );
    const where = ['--settings', 'vaults.yaml', '--state-dir', 'state', '--trust-settings'];
    const { files } = loadedBy('secrets', 'list', 'local', ...where);
    const found = partsIn(files);
    expect(found).toContain('what reads settings');
    expect(found.filter((part) => part === 'undici' || part === '@smithy/signature-v4')).toEqual([]);
  });

  it.each(['compile', 'explain', 'fmt'])('`%s` takes what V8 compiled at the build', (command) => {
    const more = { compile: ['--emit', 'plan=-'], explain: ['/'] }[command] ?? [];
    const { files, compiled } = loadedBy(command, 'scenario.json5', ...more);
    expect(files.length).toBeGreaterThan(2);
    expect(compiled).toEqual([]);
  });

  it('V8 is told to optimise later where there is much to read, and takes what it compiled at the build all the same', () => {
    const components = Array.from(
      { length: 1_000 },
      (_, at) => `component${at}: { manifest: "./scenario.json5" }`,
    ).join(',\n');
    writeFileSync(join(root, 'large.json5'), `{ manifest_version: "0.4.0", components: { ${components} } }`);
    const { files, compiled, flags } = loadedBy('check', 'large.json5');
    // What renders findings is loaded when they are there, after all has been read.
    expect(files.length).toBeGreaterThan(2);
    expect(compiled).toEqual([]);
    const [later, usual] = ['--interrupt-budget=400000', '--interrupt-budget=67584'];
    expect(flags.slice(0, 3)).toEqual([later, usual, later]);
    mkdirSync(join(root, 'folder'));
    for (const [from, to] of [
      ['large', 'scenario'],
      ['scenario', 'leaf'],
    ])
      writeFileSync(
        join(root, `folder/${to}.json5`),
        textOf(join(root, `${from}.json5`)).replaceAll('./scenario', './leaf'),
      );
    expect(loadedBy('check', 'folder').flags).toContain(later);
    expect(loadedBy('compile', 'large.json5', '--emit', 'ir=-').flags).toContain(later);
    expect(loadedBy('check', 'scenario.json5').flags).toEqual([]);
  });
});
