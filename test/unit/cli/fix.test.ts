import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLoader } from '../../../src/adapters/loaders/loader.ts';
import { createOverlayLoader } from '../../../src/adapters/loaders/overlay-loader.ts';
import type { Checked } from '../../../src/authoring/fix/rounds.ts';
import { createToPath, type FixFlags, type FixReport, fixFiles, overlayOf } from '../../../src/cli/fix.ts';
import { compile } from '../../../src/compile.ts';

const old = `manifest_version: "0.4.0"
program: { path: ./serve, network: { endpoints: [{ name: http, port: 80 }] } }
provides: { api: { kind: http, endpoint: http }, b: { kind: http, endpoint: http } }
exports: { api: self.api }
`;
const today = old.replace('self.api', 'provides.api');

let cwd = '';
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'headgate-fix-')));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const put = (path: string, text: string): void => {
  mkdirSync(join(cwd, path, '..'), { recursive: true });
  writeFileSync(join(cwd, path), text);
};
const read = (path: string): string => readFileSync(join(cwd, path), 'utf8');

interface Options {
  readonly flags?: Partial<FixFlags>;
  readonly named?: readonly string[];
  /** Between check and write. */
  readonly meanwhile?: () => void;
}

async function fix(root: string, { flags, named = [], meanwhile }: Options = {}): Promise<FixReport> {
  const base = `${pathToFileURL(cwd).href}/`;
  const check = async (changed: ReadonlyMap<string, Uint8Array>): Promise<Checked> => {
    const loader = createOverlayLoader(createLoader(), changed);
    return compile({ input: new URL(root, base).href, baseDir: base, loader });
  };
  const toPath = createToPath(cwd, named);
  const first = await check(new Map());
  return fixFiles({ ...first, toPath, trees: [] }, { unused: false, dryRun: false, ...flags }, (texts) => {
    meanwhile?.();
    return check(overlayOf(texts, toPath));
  });
}

describe('fixed files', () => {
  test('are written, and nothing else is left behind', async () => {
    put('a.yaml', old);
    const { files, count, problems, diagnostics } = await fix('a.yaml');
    expect(read('a.yaml')).toBe(today);
    expect({ count, problems, files: files.map(({ file }) => file) }).toEqual({
      count: 1,
      problems: [],
      files: ['a.yaml'],
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(['lint/unused-provide']);
    expect(readdirSync(cwd)).toEqual(['a.yaml']);
  });

  test('lose what nobody uses when that is asked for', async () => {
    put('a.yaml', old);
    await fix('a.yaml', { flags: { unused: true } });
    expect(read('a.yaml')).toBe(today.replace(', b: { kind: http, endpoint: http }', ''));
  });

  test('are only told of in a dry run', async () => {
    put('a.yaml', old);
    const { files } = await fix('a.yaml', { flags: { dryRun: true } });
    expect(files.map(({ before, after }) => [before, after])).toEqual([[old, today]]);
    expect(read('a.yaml')).toBe(old);
  });

  test('keep the mark of the byte order, line ends and rights', async () => {
    put('a.yaml', `\ufeff${old.replaceAll('\n', '\r\n')}`);
    chmodSync(join(cwd, 'a.yaml'), 0o640);
    await fix('a.yaml');
    expect(read('a.yaml')).toBe(`\ufeff${today.replaceAll('\n', '\r\n')}`);
    expect(statSync(join(cwd, 'a.yaml')).mode & 0o777).toBe(0o640);
  });

  test('are not written when one of them was changed meanwhile', async () => {
    put('a.yaml', `${old.replace('exports:', 'components: { c: ./c.yaml }\nexports:')}`);
    put('c.yaml', old);
    const before = read('a.yaml');
    const { problems, files } = await fix('a.yaml', { meanwhile: () => put('c.yaml', `${old}# mine\n`) });
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      [
        'cli/fix-file-changed',
        '`c.yaml` has changed since it was checked, so the fixes do not apply; no file was written',
      ],
    ]);
    expect(files).toEqual([]);
    expect(read('a.yaml')).toBe(before);
    expect(read('c.yaml')).toBe(`${old}# mine\n`);
  });

  test('that may not be written stop all', async () => {
    put('a.yaml', old);
    const { problems } = await fix('a.yaml', { meanwhile: () => rmSync(join(cwd, 'a.yaml')) });
    expect(problems.map(({ code }) => code)).toEqual(['cli/fix-not-written']);
    expect(existsSync(join(cwd, 'a.yaml'))).toBe(false);
  });

  test('behind a link are written, and the link stays', async () => {
    put('real.yaml', old);
    symlinkSync('real.yaml', join(cwd, 'a.yaml'));
    await fix('a.yaml');
    expect(read('real.yaml')).toBe(today);
    expect(lstatSync(join(cwd, 'a.yaml')).isSymbolicLink()).toBe(true);
  });
});

describe('files of others', () => {
  const parent = (path: string): string =>
    `manifest_version: "0.4.0"\ncomponents: { c: ${path} }\nexports: { api: "#c.api" }\n`;

  test.each([
    ['node_modules', 'work/node_modules/c/c.yaml', './node_modules/c/c.yaml'],
    ['a folder beside', 'beside/c.yaml', '../beside/c.yaml'],
  ])('stay: %s', async (_, path, reference) => {
    const outer = cwd;
    put('work/a.yaml', parent(reference));
    put(path, old);
    cwd = join(outer, 'work');
    try {
      expect((await fix('a.yaml')).files).toEqual([]);
      expect(readFileSync(join(outer, path), 'utf8')).toBe(old);
      await fix('a.yaml', { named: [reference] });
      expect(readFileSync(join(outer, path), 'utf8'), 'named').toBe(today);
    } finally {
      cwd = outer;
    }
  });

  test('stay: what a link leads out to', async () => {
    const outer = cwd;
    put('beside/c.yaml', old);
    put('work/a.yaml', parent('./c.yaml'));
    symlinkSync('../beside/c.yaml', join(outer, 'work/c.yaml'));
    cwd = join(outer, 'work');
    try {
      expect((await fix('a.yaml')).files).toEqual([]);
    } finally {
      cwd = outer;
    }
  });

  test('are no paths', () => {
    const toPath = createToPath(cwd, ['https://example.com/x', 'gone']);
    put('a.yaml', old);
    expect(['', 'https://example.com/a.yaml', 'bundle://x/a.yaml', 'gone.yaml', '/etc/hosts'].map(toPath)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(toPath('a.yaml')).toBe(join(cwd, 'a.yaml'));
  });
});
