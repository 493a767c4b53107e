/** Whatever the library does wrong is seen, and said where it is. */
import { describe, expect, test } from 'vitest';
import { refused } from './harness.ts';

describe('what the library gets wrong is left alone', () => {
  test('an indented text whose first line is indented', async () => {
    const text = 'a:\n    b: |2-\n         two\n    c: 1\n';
    expect(await refused('a.yaml', text)).toEqual([
      'cli/format-unsafe formatting would change what this says @ |2-\n         two\n',
    ]);
  });

  test('an empty list that is far to the right', async () => {
    const [found] = await refused('a.yaml', `a: ${'['.repeat(60)}${']'.repeat(60)}\n`);
    expect(found).toBe('cli/format-unsafe formatting would change what this says @ []');
  });

  test('a number whose type would change', async () => {
    expect(await refused('a.json5', '{ a: 1, b: 1. }')).toEqual([
      'cli/format-unsafe formatting would change what this says @ 1.',
    ]);
  });

  test('comments on both sides of a colon', async () => {
    expect(await refused('a.json5', '{ a /* one */: // two\n 1 }')).toEqual([
      'cli/format-unsafe formatting would lose this comment, or move it to something else @ /* one */',
    ]);
  });

  test('a comment in the value of a key with a question mark', async () => {
    expect(await refused('a.yaml', '? key\n- # why\n')).toEqual([
      'cli/format-unsafe formatting would lose this comment, or move it to something else @ # why',
    ]);
  });

  const long = Array.from({ length: 5 }, (_, i) => `slot_${i}: { kind: http }`).join(', ');
  test('a suppression of a line that would become several', async () => {
    const text = `# headgate-ignore lint/unused-slot: later\nslots: { ${long} }\n`;
    expect(await refused('a.yaml', text)).toEqual([
      'cli/format-unsafe formatting would change what this comment suppresses @ lint/unused-slot',
    ]);
    expect(await refused('a.json5', `// ${text.slice(2).replace('slots', '{ slots')}}`)).toHaveLength(1);
  });

  test('a key that the library does not take twice', async () => {
    expect(await refused('a.json5', '{ "__proto__": 1,\n "__proto__": 2 }')).toEqual([
      expect.stringMatching(/^cli\/format-failed the formatter gives up here @ /),
    ]);
  });
});

describe('texts that cannot be read are left alone, and said why', () => {
  test.each([
    ['a.yaml', 'a: [1', 'parse/yaml-syntax'],
    ['a.yaml', 'a: 1\n---\nb: 2\n', 'parse/multiple-documents'],
    ['a.yaml', 'a: !x 1', 'parse/yaml-tag'],
    ['a.yaml', '# nothing\n', 'parse/yaml-syntax'],
    ['a.json5', '{ a: 1', 'parse/json5-syntax'],
    ['a.json', '', 'parse/json5-syntax'],
    ['a.json5', '['.repeat(100_000), 'parse/too-deep'],
    ['a.yaml', `a: ${'['.repeat(100_000)}`, 'parse/too-deep'],
  ])('%s %.20j', async (file, text, code) => {
    const [found, second] = await refused(file, text);
    expect(found?.split(' ')[0]).toBe(code);
    expect(second).toBeUndefined();
  });
});

/** A printer that makes this one change. */
const printer = (change: (text: string, round: number) => string) => {
  let round = 0;
  return async () => async (text: string) => change(text, round++);
};
const text = 'a: 1 # one\nb:\n  # two\n  - x\n  - "1.0"\n';

describe('every change of meaning is seen', () => {
  test.each([
    ['a value', (t: string) => t.replace('- x', '- y'), 'change what this says @ x'],
    ['the type of a value', (t: string) => t.replace('"1.0"', '1.0'), 'change what this says @ "1.0"'],
    ['a number', (t: string) => t.replace('1 #', '1.0 #'), 'change what this says @ 1'],
    ['a key', (t: string) => t.replace('a:', 'c:'), 'change what this says @ a'],
    ['a value that is missing', (t: string) => t.replace('  - x\n', ''), 'change what this says'],
    ['a value more', (t: string) => `${t}c: 1\n`, 'change what this says'],
    ['a text that cannot be read', (t: string) => t.replace('x', '{'), 'change what this says @ x'],
    ['no text', () => '', 'change what this says'],
    [
      'a comment that is lost',
      (t: string) => t.replace(' # one', ''),
      'lose this comment, or move it to something else @ # one',
    ],
    [
      'a comment that is another',
      (t: string) => t.replace('two', '2'),
      'lose this comment, or move it to something else @ # two',
    ],
    ['a comment more', (t: string) => `${t}# three\n`, 'lose this comment, or move it to something else @ # two'],
    [
      'comments in another order',
      (t: string) => t.replace('one', '_').replace('two', 'one').replace('_', 'two'),
      'lose this comment, or move it to something else @ # one',
    ],
    [
      'a comment elsewhere',
      (t: string) => t.replace('  # two\n  - x\n', '  - x\n  # two\n'),
      'lose this comment, or move it to something else @ # two',
    ],
  ])('%s', async (_, change, said) => {
    const [found] = await refused(
      'a.yaml',
      text,
      printer((t, round) => (round === 0 ? change(t) : t)),
    );
    expect(found).toContain(said);
  });

  test('also in a later round', async () => {
    const change = (t: string, round: number): string => (round === 0 ? `${t}\n` : t.replace('x', 'y'));
    expect((await refused('a.yaml', text, printer(change)))[0]).toContain('change what this says @ x');
  });

  test('two keys in another order', async () => {
    const [found] = await refused(
      'a.yaml',
      'a: 1\nb: 1\n',
      printer(() => 'b: 1\na: 1\n'),
    );
    expect(found).toContain('change what this says @ a');
  });

  test('a layout that never comes to rest', async () => {
    const wobble = (t: string, round: number): string => t.replace(/- +x/, round % 2 === 0 ? '-  x' : '- x');
    expect(await refused('a.yaml', text, printer(wobble))).toEqual([
      'cli/format-unsafe formatting would lay this out anew each time @ x',
    ]);
  });

  test('a printer that throws on what it printed', async () => {
    const change = (t: string, round: number): string => {
      if (round === 0) return t.replace('- x', '-   x');
      throw new Error('no');
    };
    expect((await refused('a.yaml', text, printer(change)))[0]).toContain('lay this out anew each time');
  });
});
