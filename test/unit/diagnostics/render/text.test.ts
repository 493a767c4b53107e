import { describe, expect, it } from 'vitest';
import type { Sources } from '../../../../src/base/text.ts';
import type { Diagnostic } from '../../../../src/diagnostics/diagnostic.ts';
import { renderText } from '../../../../src/diagnostics/render/text.ts';

const sourcesOf = (files: Readonly<Record<string, string>>): Sources =>
  new Map(Object.entries(files).map(([file, text]) => [file, { file, text }]));

/** A diagnostic whose range is the first place of `part` in the text. */
function about(text: string, part: string, more: Partial<Diagnostic> = {}): Diagnostic {
  const start = text.indexOf(part);
  if (start < 0) throw new Error(`no ${part}`);
  const range = { start, end: start + part.length };
  return {
    code: 'x/y',
    aliases: [],
    severity: 'error',
    message: 'wrong',
    related: [],
    at: { file: 'f', range },
    ...more,
  };
}

/** The lines of the block, without heading, place and summary. */
function frameOf(text: string, part: string, more: Partial<Diagnostic> = {}, width?: number): readonly string[] {
  const out = renderText([about(text, part, more)], sourcesOf({ f: text }), width === undefined ? {} : { width });
  return out.split('\n').slice(2, -3);
}

describe('text', () => {
  it('is empty without diagnostics', () => {
    expect(renderText([], new Map())).toBe('');
  });

  it('shows message, place, excerpt, related places and help', () => {
    const a = 'one\ntwo: three\n';
    const b = 'four\n';
    const diagnostic = about(a, 'three', {
      label: 'here',
      help: 'write four',
      related: [{ message: 'declared here', at: { file: 'b.yaml', range: { start: 0, end: 4 } } }],
      aliases: ['old::code'],
    });
    expect(renderText([diagnostic], sourcesOf({ f: a, 'b.yaml': b }))).toBe(
      [
        'error[x/y]: wrong',
        ' --> f:2:6',
        '  |',
        '2 | two: three',
        '  |      ^^^^^ here',
        'note: declared here',
        ' --> b.yaml:1:1',
        '  |',
        '1 | four',
        '  | ----',
        '  = help: write four',
        '',
        'error: 1 error',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['no diagnostic place', { at: undefined }, ['error[x/y]: wrong', '', 'error: 1 error', '']],
    [
      'no text of the file',
      { at: { file: 'gone', range: { start: 0, end: 0 } } },
      ['error[x/y]: wrong', ' --> gone', '', 'error: 1 error', ''],
    ],
  ])('does with %s', (_, more, lines) => {
    const { at, ...rest } = about('text', 'text');
    const diagnostic = { ...rest, ...(more.at ? { at: more.at } : {}) };
    expect(at).toBeDefined();
    expect(renderText([diagnostic], new Map()).split('\n')).toEqual(lines);
  });

  it('counts by severity, and names the worst', () => {
    const of = (severity: Diagnostic['severity']): Diagnostic => about('t', 't', { severity });
    const last = (list: readonly Diagnostic[]): string | undefined =>
      renderText(list, sourcesOf({ f: 't' }))
        .trimEnd()
        .split('\n')
        .at(-1);
    expect(last([of('warning'), of('error'), of('error')])).toBe('error: 2 errors, 1 warning');
    expect(last([of('warning'), of('hint')])).toBe('warning: 1 warning, 1 hint');
    expect(last([of('info')])).toBe('info: 1 info');
  });

  it('aligns the gutter over all places of one diagnostic', () => {
    const text = `${'x\n'.repeat(99)}end\n`;
    const diagnostic = about(text, 'end', {
      related: [{ message: 'm', at: { file: 'f', range: { start: 0, end: 1 } } }],
    });
    const lines = renderText([diagnostic], sourcesOf({ f: text })).split('\n');
    expect(lines).toContain('100 | end');
    expect(lines).toContain('  1 | x');
  });

  it('paints through the palette', () => {
    const mark = (name: string) => (text: string) => `<${name}>${text}</>`;
    const same = mark('s');
    const palette = {
      severity: { error: mark('e'), warning: same, info: same, hint: same },
      strong: mark('b'),
      frame: mark('f'),
      related: same,
    };
    const out = renderText([about('t', 't')], sourcesOf({ f: 't' }), { palette });
    expect(out.split('\n').slice(0, 5)).toEqual([
      '<e>error[x/y]</>: <b>wrong</>',
      ' <f>--></> f:1:1',
      '<f>  |</>',
      '<f>1 |</> t',
      '<f>  |</> <e>^</>',
    ]);
  });
});

describe('excerpt', () => {
  it.each([
    ['tabs', '\tkey:\tvalue', 'value', ['  |', '1 |     key:    value', '  |             ^^^^^']],
    ['wide characters', '名前: 値 x', 'x', ['  |', '1 | 名前: 値 x', '  |          ^']],
    ['marks under wide characters', 'a: 名前', '名前', ['  |', '1 | a: 名前', '  |    ^^^^']],
    ['combining characters', 'e\u0301e\u0301 x', 'x', ['  |', '1 | e\u0301e\u0301 x', '  |    ^']],
    ['emoji', '🚀 x', 'x', ['  |', '1 | 🚀 x', '  |    ^']],
    ['control characters', 'a\u001b[31mb', 'b', ['  |', '1 | a␛[31mb', '  |       ^']],
    ['direction overrides', 'a\u202eb', 'b', ['  |', '1 | a<U+202E>b', '  |          ^']],
    ['lone surrogates', 'a\ud800b', 'b', ['  |', '1 | a<U+D800>b', '  |          ^']],
    ['CRLF', 'one\r\ntwo\r\n', 'two', ['  |', '2 | two', '  | ^^^']],
    ['a carriage return inside', 'o\rne', 'ne', ['  |', '1 | o␍ne', '  |   ^^']],
    ['an empty range', 'one', '', ['  |', '1 | one', '  | ^']],
  ])('copes with %s', (_, text, part, lines) => {
    expect(frameOf(text, part)).toEqual(lines);
  });

  it('points at the end of the text', () => {
    const at = { file: 'f', range: { start: 4, end: 4 } };
    const out = renderText([about('one\n', 'one', { at })], sourcesOf({ f: 'one\n' }));
    expect(out.split('\n').slice(1, 5)).toEqual([' --> f:2:1', '  |', '2 |', '  | ^']);
  });

  it('abbreviates a range over many lines', () => {
    const text = 'a:\n  b: 1\n  c: 2\n  d: 3\n  e: 4\nz: 0\n';
    expect(frameOf(text, text.slice(3, text.indexOf('\nz')), { label: 'all of this' })).toEqual([
      '  |',
      '2 |   b: 1',
      '  |   ^^^^',
      '...',
      '5 |   e: 4',
      '  |   ^^^^ all of this',
    ]);
  });

  it('does not count a last line of which nothing is meant', () => {
    expect(frameOf('a: 1\nb: 2\n', 'a: 1\n')).toEqual(['  |', '1 | a: 1', '  | ^^^^']);
  });

  it('cuts a long line so that the marks are seen', () => {
    const text = `${'left '.repeat(40)}HERE${' right'.repeat(40)}`;
    expect(frameOf(text, 'HERE', { label: 'this' })).toEqual([
      '  |',
      '1 | …left left left left HERE right right right right right right right right r…',
      '  |                      ^^^^ this',
    ]);
  });

  it('cuts a long mark', () => {
    const text = `key: ${'v'.repeat(300)}`;
    const lines = frameOf(text, 'v'.repeat(300));
    expect(lines).toHaveLength(3);
    expect(lines.every((line) => line.length <= 80)).toBe(true);
    expect(lines[1]).toMatch(/^1 \| .*v…$/);
    expect(lines[2]).toMatch(/^ {2}\| .*\^$/);
  });

  it('shows what is at the end of a very long line', () => {
    const text = `{${'"k":1,'.repeat(1_000_000)}HERE}`;
    const lines = frameOf(text, 'HERE');
    expect(lines[1]).toMatch(/^1 \| ….*HERE\}$/);
    expect(lines.every((line) => line.length <= 80)).toBe(true);
  });

  it('puts a label that does not fit below the marks', () => {
    const text = `${' '.repeat(60)}x`;
    expect(frameOf(text, 'x', { label: 'a label of many words that has to go below' })).toEqual([
      '  |',
      `1 | ${' '.repeat(60)}x`,
      `  | ${' '.repeat(60)}^`,
      `  | ${' '.repeat(36)}a label of many words that has to go`,
      `  | ${' '.repeat(36)}below`,
    ]);
  });
});

describe('wrapping', () => {
  const lines = (message: string, help: string): readonly string[] =>
    renderText([about('t', 't', { message, help })], sourcesOf({ f: 't' })).split('\n');

  it('keeps message and help within the columns, and quotes whole', () => {
    const out = lines(`${'word '.repeat(30)}end`, `${'word '.repeat(13)}write \`kind: storage\` there`);
    expect(out.every((line) => line.length <= 80)).toBe(true);
    expect(out.some((line) => line.includes('`kind: storage`'))).toBe(true);
    expect(out[1]).toMatch(/^ {2}word/);
  });

  it('keeps line breaks and indentation of the text, and lets nothing move the cursor', () => {
    const out = lines('two\u001b[2J', 'first\n  second');
    expect(out[0]).toBe('error[x/y]: two␛[2J');
    expect(out.slice(5, 7)).toEqual(['  = help: first', '            second']);
  });
});
