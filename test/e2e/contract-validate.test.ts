/** `headgate contract validate` as somebody uses it who does not know what is in the file. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { runCli } from '../support/cli.ts';
import { validContract, validRecord } from '../support/contracts.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const text = JSON.stringify(validContract(), null, 2);
const folder = temp.lay({
  'contract.json': text,
  'contract.yaml': stringify(validContract()),
  'record.json': JSON.stringify(validRecord()),
  'bad.json': text.replace('"retrying"', '"retryin"'),
});
const put = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return name;
};
/** What `make` puts there. */
const at = (name: string, make: (path: string) => unknown): string => {
  make(join(folder, name));
  return name;
};
const validate = (...args: readonly string[]): ReturnType<typeof runCli> =>
  runCli(['contract', 'validate', ...args], { cwd: folder });

describe('004-3: files that were named', () => {
  it('are valid, in JSON and YAML, each told once, and standard output stays empty', () => {
    const { status, stdout, stderr } = validate('contract.json', 'contract.yaml', 'record.json', 'contract.json');
    expect([status, stdout]).toEqual([0, '']);
    expect(stderr.trim().split('\n')).toEqual([
      'contract.json is a valid WorkspaceOperationContract',
      'contract.yaml is a valid WorkspaceOperationContract',
      'record.json is a valid OperationRecord',
    ]);
  });

  it('are told apart where one of them is wrong', () => {
    const { status, stderr } = validate('contract.json', 'bad.json');
    expect(status).toBe(1);
    expect(stderr).toContain('error[contract/invalid-value]: `operationTask.state`: unknown value `retryin`');
    expect(stderr).toContain('did you mean `retrying`?');
    expect(stderr).toContain('contract.json is a valid');
  });

  it('for programs, in the published form of diagnostics', () => {
    const { status, stdout, stderr } = validate('bad.json', 'missing.json', 'contract.json', '--format', 'json');
    expect([status, stderr]).toEqual([1, '']);
    const report = JSON.parse(stdout) as { readonly diagnostics: readonly Record<string, unknown>[] };
    const fits = new Ajv2020({ strict: false }).compile(
      JSON.parse(readFileSync('schemas/diagnostics.schema.json', 'utf8')) as object,
    );
    expect(fits(report), JSON.stringify(fits.errors)).toBe(true);
    expect(report.diagnostics.map(({ code, file }) => `${code} ${file}`).sort()).toEqual([
      'contract/invalid-value bad.json',
      'contract/not-loaded bad.json',
    ]);
    expect(JSON.parse(validate('contract.json', '--format', 'json').stdout)).toMatchObject({ diagnostics: [] });
  });

  it('used wrongly: exit 2', () => {
    expect(validate().status).toBe(2);
    expect(validate('').status).toBe(2);
    expect(validate('contract.json', '--format', 'xml').status).toBe(2);
    expect(runCli(['contract', 'valdiate', 'contract.json'], { cwd: folder }).status).toBe(2);
  });
});

describe('004-1: files that are meant to do harm', () => {
  it.each<[string, () => string, RegExp]>([
    ['a folder', () => at('sub.json', mkdirSync), /contract\/not-loaded.*folder/s],
    ['a link to itself', () => at('loop.json', (path) => symlinkSync('loop.json', path)), /contract\/not-loaded/],
    [
      'a pipe that nobody writes to',
      () => at('pipe.json', (path) => spawnSync('mkfifo', [path])),
      /contract\/not-loaded/,
    ],
    [
      'a file of a gigabyte',
      () => at(put('huge.json', '{'), (path) => truncateSync(path, 2 ** 30)),
      /contract\/not-loaded.*8388608 bytes/s,
    ],
    ['a NUL', () => put('nul.json', `${text}\0`), /parse\/binary-file|contract\/not-json/],
    ['UTF-16', () => put('utf16.json', Buffer.from(`\ufeff${text}`, 'utf16le')), /parse\/binary-file/],
    ['half of a character', () => put('utf8.json', Buffer.from([0x22, 0xc3, 0x22])), /parse\/invalid-utf8/],
    ['a million brackets', () => put('deep.json', '['.repeat(1_000_000)), /contract\/not-json.*deep/s],
    ['a million lists in YAML', () => put('deep.yaml', '- '.repeat(1_000_000)), /parse\//],
    [
      'aliases of aliases',
      () =>
        put(
          'laughs.yaml',
          `a0: &a0 [x, x]\n${Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`).join('\n')}\n`,
        ),
      /parse\//,
    ],
    ['nothing but a comment', () => put('empty.yaml', '# soon\n'), /contract\/not-loaded.*there\s+is\s+nothing/s],
    ['nothing', () => put('empty.json', ''), /contract\/not-loaded.*there\s+is\s+nothing/s],
  ])('%s is refused by name', (_, make, said) => {
    const { status, stderr, signal } = validate(make());
    expect(signal).toBeNull();
    expect(status, stderr.slice(0, 2000)).toBe(1);
    expect(stderr).toMatch(said);
    expect(stderr).not.toContain('bug in headgate');
  });

  it('a mark of the byte order is not part of the text', () => {
    expect(validate(put('bom.json', `\ufeff${text}`)).status).toBe(0);
    expect(validate(put('bom.yaml', `\ufeff${stringify(validContract())}`)).status).toBe(0);
  });

  it('what a terminal would obey is written out', () => {
    const { status, stderr } = validate(put('esc.json', text.replace('"retrying"', '"\\u001b[31mred\\u0007"')));
    expect(status).toBe(1);
    expect(stderr).not.toContain('\u001b');
    expect(stderr).not.toContain('\u0007');
  });
});
