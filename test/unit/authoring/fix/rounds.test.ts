import { describe, expect, test } from 'vitest';
import { applyFixes } from '../../../../src/authoring/fix/apply.ts';
import { type Checked, fixInRounds } from '../../../../src/authoring/fix/rounds.ts';
import type { Diagnostic } from '../../../../src/diagnostics/diagnostic.ts';
import type { Fix } from '../../../../src/diagnostics/fix.ts';
import { loadSyntax } from '../../../../src/language/syntax/parse.ts';
import { editOf, fixOf, type PathEdit, parse, pathOf } from './harness.ts';
import { check, codes, fixAll } from './scenario.ts';

await loadSyntax('yaml');

const file = 'a.yaml';
const sourcesOf = (text: string): Checked['sources'] => new Map([[file, { file, text }]]);
const fixes = (text: string, ...edits: readonly PathEdit[]): readonly Fix[] => {
  const root = parse(file, text);
  return edits.map((edit) => fixOf([editOf(file, root, edit)]));
};

describe('fixes together', () => {
  const text = 'm:\n  a: { x: 1 }\n  b: two\n';
  const apply = (...edits: readonly PathEdit[]): ReturnType<typeof applyFixes> =>
    applyFixes(fixes(text, ...edits), sourcesOf(text));

  test('all that get on', () => {
    const done = apply({ remove: pathOf('m.a') }, { set: pathOf('m.b'), to: 'three' });
    expect(done.texts.get(file)).toBe('m:\n  b: three\n');
    expect(done.skipped).toBe(0);
  });

  test('the same one counts once', () => {
    const done = apply({ remove: pathOf('m.a') }, { remove: pathOf('m.a') });
    expect(done.applied.length).toBe(1);
    expect(done.texts.get(file)).toBe('m:\n  b: two\n');
  });

  test('of two at one place the first wins, and the rest goes on', () => {
    const done = apply(
      { set: pathOf('m.b'), to: 'three' },
      { set: pathOf('m.b'), to: 'four' },
      { remove: pathOf('m.a') },
    );
    expect(done.texts.get(file)).toBe('m:\n  b: three\n');
    expect(done.skipped).toBe(1);
  });

  test('inside of what goes', () => {
    const done = apply({ remove: pathOf('m.a') }, { object: pathOf('m.a'), key: 'y', value: true });
    expect(done.texts.get(file)).toBe('m:\n  b: two\n');
    expect(done.skipped).toBe(1);
  });

  test('in several files: together or not at all', () => {
    const root = parse(file, text);
    const broken: Fix = fixOf([
      editOf(file, root, { remove: pathOf('m.a') }),
      { kind: 'remove', at: { file: 'gone.yaml', range: { start: 0, end: 1 } } },
    ]);
    expect(applyFixes([broken], sourcesOf(text))).toEqual({ texts: new Map(), applied: [], skipped: 1 });
  });
});

describe('rounds', () => {
  const diagnostic = (code: string, severity: Diagnostic['severity'], fix?: Fix): Diagnostic => ({
    code,
    aliases: [],
    severity,
    message: code,
    related: [],
    ...(fix ? { fixes: [fix] } : {}),
  });
  const checked = (text: string, list: readonly Diagnostic[]): Checked => ({
    diagnostics: list,
    sources: sourcesOf(text),
  });
  const removalsOf = (text: string): readonly Diagnostic[] =>
    ['a', 'b', 'c'].flatMap((name) => {
      if (!text.includes(`${name}:`)) return [];
      const [fix] = fixes(text, { remove: pathOf(`m.${name}`) });
      return [diagnostic('lint/unused', 'warning', { ...(fix as Fix), kind: 'remove', title: `remove ${name}` })];
    });
  const text = 'm:\n  a: 1\n  b: 2\n  c: 3\n  d: 4\n';

  test('a removal that breaks something stays, the others go', async () => {
    const seen = (now: string): Checked =>
      checked(now, [...removalsOf(now), ...(now.includes('b:') ? [] : [diagnostic('link/broken', 'error')])]);
    const done = await fixInRounds(seen(text), {
      kinds: ['safe', 'remove'],
      mayChange: () => true,
      recheck: async (texts) => seen(texts.get(file) as string),
    });
    expect(done.texts.get(file)).toBe('m:\n  b: 2\n  d: 4\n');
    expect(done.diagnostics.map(({ code }) => code)).toEqual(['lint/unused']);
  });

  test('ends when a fix does not help', async () => {
    let rechecks = 0;
    const seen = (now: string): Checked => {
      const [fix] = fixes(now, { set: pathOf('m.a'), to: now.includes('one') ? 'two' : 'one' });
      return checked(now, [diagnostic('lint/x', 'warning', fix as Fix)]);
    };
    const done = await fixInRounds(seen('m:\n  a: two\n'), {
      kinds: ['safe'],
      mayChange: () => true,
      recheck: async (texts) => {
        rechecks++;
        return seen(texts.get(file) as string);
      },
    });
    expect(rechecks).toBe(10);
    expect(done.texts.size, 'back where it began').toBe(0);
  });

  test('what nobody asked for stays, and guesses always do', async () => {
    const guess = diagnostic('check/x', 'error', {
      ...(fixes(text, { remove: pathOf('m.a') })[0] as Fix),
      kind: 'suggest',
    });
    const never = async (): Promise<Checked> => {
      throw new Error('nothing to check again');
    };
    for (const kinds of [['safe'], ['safe', 'remove']] as const) {
      const done = await fixInRounds(checked(text, [guess]), { kinds, mayChange: () => true, recheck: never });
      expect(done.count).toBe(0);
    }
    const done = await fixInRounds(checked(text, removalsOf(text)), {
      kinds: ['safe'],
      mayChange: () => true,
      recheck: never,
    });
    expect(done.texts.size).toBe(0);
  });
});

describe('weak bindings', () => {
  const v = 'manifest_version: "0.4.0"\n';
  const leaf = `${v}slots: { up: { kind: http } }
program: { path: ./job, args: ["\${slots.up.url}"], network: { endpoints: [{ name: http, port: 80 }] } }
provides: { api: { kind: http, endpoint: http } }
exports: { api: provides.api }
`;
  const files = {
    'scenario.yaml': `${v}slots: { out: { kind: http } }
components: { mid: ./mid.yaml }
bindings:
  - to: "#mid.in"
    from: self.out # from outside
exports: { api: "#mid.api" }
`,
    'mid.yaml': `${v}slots: { in: { kind: http } }
components: { leaf: ./leaf.yaml }
bindings: [{ to: "#leaf.up", from: slots.in }]
exports: { api: "#leaf.api" }
`,
    'leaf.yaml': leaf,
  };

  test('one at the root mends the chain', async () => {
    const before = await check(files);
    expect(codes(before).filter((code) => code === 'link/external-slot-requires-weak')).toHaveLength(2);
    const after = await fixAll(files, ['safe']);
    expect(codes(after)).toEqual([]);
    expect([...after.texts]).toEqual([
      [
        'scenario.yaml',
        files['scenario.yaml'].replace(
          'from: self.out # from outside\n',
          'from: slots.out # from outside\n    weak: true\n',
        ),
      ],
    ]);
    expect(after.rechecks).toBe(1);
  });
});
