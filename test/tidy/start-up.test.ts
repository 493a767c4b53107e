/**
 * What a command loads when it starts: every file costs half a millisecond and every 30 kB one more, so `check` loads what a check needs.
 * Each part is known by a text that stands in its code and nowhere else.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const parts: Readonly<Record<string, string>> = {
  undici: 'UND_ERR_HEADERS_TIMEOUT',
  prettier: 'trailingComma',
  '@opentelemetry': 'scheduledDelayMillis',
  '@dagrejs/graphlib': 'Cannot set parent in a non-compound graph',
  yaml: 'tag:yaml.org,2002:',
  'the metaschema': 'https://json-schema.org/draft/2020-12/meta/validation',
  'what reads settings': 'how components run, by moniker',
  'phase 5': 'a finding must say something',
  'the scenario IR': 'a program has exactly one of `path`, `image` and `vm`',
  'what runs a plan': 'begin a new run with `headgate run`',
  'what makes sandboxes': '--die-with-parent',
};

const root = mkdtempSync(join(tmpdir(), 'headgate-start-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

writeFileSync(
  join(root, 'scenario.json5'),
  '{ manifest_version: "0.4.0", program: { path: "/usr/bin/env", args: ["true"] } }',
);

interface Loaded {
  /** Of dist/, in no order. */
  readonly files: readonly string[];
  /** Of node, besides what it loads for itself. */
  readonly builtins: readonly string[];
}

const told = `const before = new Set(process.moduleLoadList);
process.on('exit', () => process.stdout.write(process.moduleLoadList.filter((name) => !before.has(name)).join('\\n')));`;

function loadedBy(...args: readonly string[]): Loaded {
  const folder = join(root, `coverage-${args[0]}`);
  mkdirSync(folder);
  const hook = join(root, 'told.mjs');
  writeFileSync(hook, told);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', hook, resolve('dist/cli.js'), ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NODE_V8_COVERAGE: folder },
  });
  expect(status, stderr).toBe(0);
  const [report] = readdirSync(folder);
  const { result } = JSON.parse(readFileSync(join(folder, report as string), 'utf8')) as {
    readonly result: readonly { readonly url: string }[];
  };
  const urls = result.map(({ url }) => url).filter((url) => url.startsWith('file:') && url.includes('/dist/'));
  const builtins = stdout.split('\n').flatMap((line) => /^NativeModule (.*)$/.exec(line)?.[1] ?? []);
  return { files: urls.map((url) => fileURLToPath(url)), builtins };
}

const textOf = (file: string): string => readFileSync(file, 'utf8');
const partsIn = (files: readonly string[]): readonly string[] => {
  const texts = files.map(textOf);
  return Object.keys(parts).filter((part) => texts.some((text) => text.includes(parts[part] as string)));
};
const bytesOf = (files: readonly string[]): number => files.reduce((sum, file) => sum + textOf(file).length, 0);

describe('at its start', () => {
  it('each part is somewhere, so that it can be missed', () => {
    expect(partsIn(readdirSync('dist/chunks').map((name) => join('dist/chunks', name)))).toEqual(Object.keys(parts));
  });

  it('what schemas are made with is nowhere', () => {
    const chunks = readdirSync('dist/chunks').map((name) => textOf(join('dist/chunks', name)));
    expect(chunks.filter((text) => text.includes('TypeBox.Kind'))).toEqual([]);
  });

  it('`check` loads what a check of one scenario without policies needs', () => {
    const { files, builtins } = loadedBy('check', 'scenario.json5');
    expect(partsIn(files)).toEqual([]);
    expect(builtins).toContain('crypto');
    expect(builtins.filter((name) => /^(?:https?|http2|child_process|worker_threads|dns|dgram)$/.test(name))).toEqual(
      [],
    );
    expect(files.length).toBeGreaterThan(5);
    expect(files.length, 'see scripts/chunks.mjs').toBeLessThanOrEqual(16);
    expect(bytesOf(files)).toBeLessThanOrEqual(540_000);
  });

  it('`--version` loads the command line and nothing else', () => {
    const { files, builtins } = loadedBy('--version');
    expect(partsIn(files)).toEqual([]);
    expect(builtins).not.toContain('crypto');
    expect(files.length).toBeLessThanOrEqual(4);
    expect(bytesOf(files)).toBeLessThanOrEqual(90_000);
  });
});
