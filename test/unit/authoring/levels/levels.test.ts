import { describe, expect, test } from 'vitest';
import { judge } from '../../../../src/authoring/levels/index.ts';
import { error, hint, judged, provide, quiet, settingsFrom, slot, told } from './harness.ts';

const source = { file: 'vendor/a.yaml', text: 'aaa: 1\nbbb: 2\n' };
const found = [slot(source, 'aaa'), provide(source, 'bbb'), hint(source, 'bbb'), error(source, 'bbb')];
const withSettings = (text: string, folder = '', deny: readonly string[] = []): readonly string[] => {
  const settings = settingsFrom(text);
  return told(source, judged(source, found, { settingsOf: () => ({ settings, folder }), deny }));
};
const untouched = [
  'warning lint/unused-slot aaa',
  'error link/unbound-slot bbb',
  'hint lint/duplicate-policy-ref bbb',
  'warning lint/unused-provide bbb',
];
/** The severities of slot, error, hint and provide; a stroke for what is gone. */
const levels = (lines: readonly string[]): string =>
  untouched
    .map((one) => lines.find((line) => line.endsWith(one.slice(one.indexOf(' '))))?.split(' ')[0] ?? '-')
    .join(' ');

describe('levels', () => {
  test('change nothing by themselves', () => {
    expect(withSettings('version: 1')).toEqual(untouched);
  });

  test.each([
    ['lint/unused-slot: off', '- error hint warning'],
    ['lint/unused-slot: error', 'error error hint warning'],
    ['manifest::unused_slot: info', 'info error hint warning'],
    ['manifest::unused_slot: info, lint/unused-slot: hint', 'hint error hint warning'],
    ['warnings: error', 'error error hint error'],
    ['warnings: off', '- error hint -'],
    ['warnings: error, lint/unused-provide: warning', 'error error hint warning'],
    ['lint/duplicate-policy-ref: error', 'warning error error warning'],
    ['link/unbound-slot: error', 'warning error hint warning'],
  ])('{%s}', (text, expected) => {
    expect(levels(withSettings(`lint: { levels: { ${text} } }`))).toBe(expected);
  });

  test('for a path come before the others, later ones first', () => {
    const text = `lint:
  levels: { lint/unused-slot: error }
  paths:
    - { files: [vendor/**], levels: { warnings: info } }
    - { files: ["**/a.yaml", "!vendor/**"], levels: { warnings: off } }
    - { files: [vendor/a.*], levels: { lint/unused-slot: hint } }`;
    expect(levels(withSettings(text))).toBe('hint error hint info');
    expect(levels(withSettings(text, 'vendor'))).toBe('- error hint -');
    expect(levels(withSettings(text, './elsewhere'))).toBe('error error hint warning');
  });

  test('see a file from the folder of the settings', () => {
    const seen = (file: string, folder: string, path?: string): boolean => {
      const settings = settingsFrom('lint: { paths: [{ files: [x/y.yaml], levels: { warnings: off } }] }');
      const here = { ...source, file };
      const settingsOf = () => ({ settings, folder, ...(path === undefined ? {} : { path }) });
      return judge([slot(here, 'aaa')], new Map([[file, here]]), { ...quiet, settingsOf }).length === 0;
    };
    expect(['', '.', './'].map((folder) => seen('x/y.yaml', folder))).toEqual([true, true, true]);
    expect(['b', 'b/', './b'].map((folder) => seen('b/x/y.yaml', folder))).toEqual([true, true, true]);
    expect([seen('../b/x/y.yaml', '../b'), seen('y.yaml', '..', 'x/y.yaml')]).toEqual([true, true]);
    expect([seen('y.yaml', '..'), seen('../x/y.yaml', ''), seen('https://x/y.yaml', '')]).toEqual([
      false,
      false,
      false,
    ]);
    expect(seen('bb/x/y.yaml', 'b')).toBe(false);
  });

  test('say why a warning is an error', () => {
    const settings = settingsFrom('{ lint: { levels: { warnings: "error" } } }', 'conf/headgate.json5');
    const [first] = judged(source, [slot(source, 'aaa')], { settingsOf: () => ({ settings, folder: '' }) });
    expect(first?.help).toMatch(
      /^this warning counts as an error because of `warnings: error` in conf\/headgate\.json5; /,
    );
  });
});

describe('-D', () => {
  test.each([
    ['lint/unused-slot', 'error error hint warning'],
    ['manifest::unused_provide', 'warning error hint error'],
    ['warnings', 'error error hint error'],
    ['lint/duplicate-policy-ref', 'warning error hint warning'],
  ])('%s', (name, expected) => {
    expect(levels(withSettings('{}', '', [name]))).toBe(expected);
  });

  test('comes after the settings', () => {
    const text =
      'lint: { levels: { lint/unused-slot: off, lint/unused-provide: info, lint/duplicate-policy-ref: warning } }';
    expect(levels(withSettings(text, '', ['warnings']))).toBe('- error error info');
  });

  test('says why', () => {
    const [first] = judged(source, [slot(source, 'aaa')], { deny: ['warnings'] });
    expect(first?.help).toMatch(/^this warning counts as an error because of `-D warnings`; /);
  });

  test('is for what was not suppressed, and for suppressions too', () => {
    const text = '# headgate-ignore lint/unused-slot: later\naaa: 1\n# headgate-ignore lint/unused-use: x\nbbb: 1';
    const here = { file: 'a.yaml', text };
    expect(told(here, judged(here, [slot(here, 'aaa')], { deny: ['warnings'] }))).toEqual([
      'error lint/unused-suppression lint/unused-use',
    ]);
  });
});

test('suppressions have levels', () => {
  const here = { file: 'a.yaml', text: '# headgate-ignore lint/unused-use: x\nbbb: 1' };
  const settings = settingsFrom('lint: { levels: { lint/unused-suppression: off } }');
  expect(judged(here, [], { settingsOf: () => ({ settings, folder: '' }) })).toEqual([]);
});

test('a problem outside of any file has the general level', () => {
  const { at, ...nowhere } = slot(source, 'aaa');
  const settings = settingsFrom('lint: { levels: { warnings: off } }');
  expect(at).toBeDefined();
  expect(judge([nowhere], new Map(), { ...quiet, settingsOf: () => ({ settings, folder: '' }) })).toEqual([]);
});
