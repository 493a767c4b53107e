import { describe, expect, test } from 'vitest';
import type { JudgeOptions } from '../../../../src/authoring/levels/index.ts';
import { error, hint, judged, provide, slot, told } from './harness.ts';

const yaml = (...lines: readonly string[]) => ({ file: 'a.yaml', text: lines.join('\n') });
type Source = ReturnType<typeof yaml>;

/** What is left of an unused slot `aaa`. */
const rest = (source: Source, options: Partial<JudgeOptions> = {}): readonly string[] =>
  told(source, judged(source, [slot(source, 'aaa')], options));
const whole = 'warning lint/unused-slot aaa';

describe('a suppression', () => {
  test.each([
    ['above the line', yaml('# headgate-ignore lint/unused-slot: later', 'aaa: 1')],
    [
      'with blank lines and comments between',
      yaml('# headgate-ignore lint/unused-slot: later', '', '  # more', 'aaa: 1'),
    ],
    ['behind the text', yaml('bbb: 0', 'aaa: 1 # headgate-ignore lint/unused-slot: later')],
    ['of several codes', yaml('# headgate-ignore lint/unused-slot,manifest::unused_slot : later', 'aaa: 1')],
    ['by the alias', yaml('# headgate-ignore manifest::unused_slot: later: on', 'aaa: 1')],
    ['for the file', yaml('# About this.', '', '# headgate-ignore-file lint/unused-slot: later', 'b: 0', 'aaa: 1')],
    ['before the start of the document', yaml('# headgate-ignore-file lint/unused-slot: later', '---', 'aaa: 1')],
    ['for the line behind the start of the document', yaml('# headgate-ignore lint/unused-slot: x', '---', 'aaa: 1')],
    ['above the first line of several', yaml('# headgate-ignore lint/unused-slot: later', 'x: { aaa: [', ' 1] }')],
    ['in lines of Windows', yaml('# headgate-ignore lint/unused-slot: later\r', '\r', 'aaa: 1\r')],
  ])('%s', (_, source) => {
    expect(rest(source)).toEqual([]);
  });

  test.each([
    ['line comment', '{\n  // headgate-ignore lint/unused-slot: later\n  aaa: 1 }'],
    ['behind', '{\n  aaa: 1, // headgate-ignore lint/unused-slot: later\n }'],
    ['block', '{\n  /* headgate-ignore lint/unused-slot: later */\n  aaa: 1 }'],
    ['block before', '{\n  /* headgate-ignore lint/unused-slot: later */ aaa: 1 }'],
    ['block of several lines', '{\n  /**\n   * headgate-ignore lint/unused-slot: later,\n   * much\n   */\n  aaa: 1 }'],
    ['block that ends before the text', '{\n  /* headgate-ignore lint/unused-slot: later\n  */ aaa: 1 }'],
    ['file', '/* headgate-ignore-file lint/unused-slot: later */ {\n\n aaa: 1 }'],
  ])('of JSON5: %s', (_, text) => {
    expect(rest({ file: 'a.json5', text })).toEqual([]);
  });

  test('hits what begins in its line, and nothing else', () => {
    const source = yaml('# headgate-ignore lint/unused-slot: later', 'x:', '  aaa: 1');
    const left = judged(source, [slot(source, 'aaa')]);
    expect(told(source, left)).toEqual(['warning lint/unused-suppression lint/unused-slot', whole]);
    expect(left[0]?.message).toContain('in line 2');
    expect(left[0]?.help).toContain('line 3');
  });

  test('leaves other codes alone', () => {
    const source = yaml('aaa: 1 # headgate-ignore lint/unused-slot: later');
    const left = judged(source, [
      slot(source, 'aaa'),
      provide(source, 'aaa'),
      hint(source, 'aaa'),
      error(source, 'aaa'),
    ]);
    expect(left.map((d) => d.code)).toEqual(
      ['lint/duplicate-policy-ref', 'lint/unused-provide', 'link/unbound-slot'].sort(),
    );
  });

  test('in a text is none', () => {
    const source = yaml(
      'x: "# headgate-ignore lint/unused-slot: later"',
      'y: |',
      '  # headgate-ignore lint/unused-slot: later',
      'aaa: 1',
    );
    expect(rest(source)).toEqual([whole]);
  });
});

describe('a suppression is reported', () => {
  test('when it gives no reason, and does nothing then', () => {
    for (const end of ['', ':', ': ', ' because', ' lint/unused-provide: later']) {
      const source = yaml(`# headgate-ignore lint/unused-slot${end}`, 'aaa: 1');
      expect(rest(source), end).toEqual(['warning lint/suppression-without-reason headgate-ignore', whole]);
    }
  });

  test('when its code is unknown; the others count', () => {
    const source = yaml('# headgate-ignore lint/unused-slt, lint/unused-slot, gone: later', 'aaa: 1');
    const left = judged(source, [slot(source, 'aaa')]);
    expect(told(source, left)).toEqual([
      'warning lint/suppression-unknown-code lint/unused-slt',
      'warning lint/suppression-unknown-code gone',
    ]);
    expect(left.map((d) => d.help)[0]).toContain('did you mean `lint/unused-slot`?');
  });

  test('when it is about an error, which stays', () => {
    const source = yaml('# headgate-ignore link/unbound-slot: later', 'aaa: 1');
    expect(told(source, judged(source, [error(source, 'aaa')]))).toEqual([
      'warning lint/suppression-of-error link/unbound-slot',
      'error link/unbound-slot aaa',
    ]);
  });

  test('when it suppresses nothing, each code for itself', () => {
    const source = yaml(
      '# headgate-ignore lint/unused-slot, lint/unused-provide: later',
      'aaa: 1',
      '# headgate-ignore lint/unused-use: x',
    );
    expect(rest(source)).toEqual([
      'warning lint/unused-suppression lint/unused-provide',
      'warning lint/unused-suppression lint/unused-use',
    ]);
  });

  test('as unused only when every lint has seen the file, and it is one of ours', () => {
    const source = yaml('# headgate-ignore lint/unused-provide: later', 'aaa: 1');
    expect(rest(source, { complete: () => false })).toEqual([whole]);
    const remote = { ...source, file: 'https://example.com/a.yaml' };
    expect(rest(remote)).toEqual([whole]);
  });

  test('as unused for what policies say only after they were asked', () => {
    const source = yaml('# headgate-ignore govern/finding-warning: later', 'x: 1');
    expect(judged(source, [])).toEqual([]);
    expect(told(source, judged(source, [], { asked: true }))).toEqual([
      'warning lint/unused-suppression govern/finding-warning',
    ]);
  });

  test.each([
    ['headgate-ignore', 'names no code'],
    ['headgate-ignore: later', 'names no code'],
    ['headgate-ignore-file', 'names no code'],
    ['headgate-disable lint/unused-slot: later', '`headgate-ignore` is'],
    ['headgate-disable-next-line lint/unused-slot', '`headgate-ignore` is'],
    ['headgate-ingore lint/unused-slot: later', '`headgate-ignore` is'],
    ['headgate-ignore-next-line lint/unused-slot: later', '`headgate-ignore` is'],
    ['headgate-ignore-fil lint/unused-slot: later', '`headgate-ignore-file` is'],
    ['headgate-ignore lint/unused-suppression: later', 'is about suppressions'],
  ])('when it is malformed: %s', (comment, message) => {
    const source = yaml(`# ${comment}`, 'aaa: 1');
    const [first, ...others] = judged(source, [slot(source, 'aaa')]);
    expect(first?.code).toBe('lint/malformed-suppression');
    expect(first?.message).toContain(message);
    expect(told(source, others)).toEqual([whole]);
  });

  test('when it is for the file and too late', () => {
    const source = yaml('b: 1', '# headgate-ignore-file lint/unused-slot: later', 'aaa: 1');
    expect(rest(source)).toEqual(['warning lint/malformed-suppression headgate-ignore-file', whole]);
  });

  test('not for other words', () => {
    const source = yaml('# headgate-compose runs this', '# see headgate-ignore', '# headgates', 'aaa: 1');
    expect(rest(source)).toEqual([whole]);
  });

  test('and cannot be suppressed', () => {
    const source = yaml(
      '# headgate-ignore-file lint/unused-suppression: no',
      '# headgate-ignore lint/unused-slot: later',
      'x: 1',
    );
    expect(judged(source, []).map((d) => d.code)).toEqual(['lint/malformed-suppression', 'lint/unused-suppression']);
  });
});

test('texts that are no manifests are left alone', () => {
  const sidecar = { file: 'notes.yaml', text: '# headgate-ignore\n' };
  expect(judged(sidecar, [], { complete: () => false })).toEqual([]);
});

test('what depends on a lock is not missed where there is none', () => {
  const source = yaml('# headgate-ignore lint/policy-reads-unpinned: reviewed by hand', 'x: 1');
  expect(judged(source, [])).toEqual([]);
});
