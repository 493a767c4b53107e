import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { textFix } from '../../src/authoring/fix/text-fix.ts';
import type { Range } from '../../src/base/span.ts';
import type { SyntaxNode } from '../../src/ir/syntax.ts';
import { commentsOf } from '../../src/language/syntax/comments.ts';
import { loadSyntax } from '../../src/language/syntax/parse.ts';
import { toJson } from '../../src/language/syntax/to-json.ts';
import { choices, manifestValue, type Value, writeJson5, writeYaml } from '../support/random-text.ts';
import { editOf, fixOf, type Path, type PathEdit, parse, placeOf } from '../unit/authoring/fix/harness.ts';

beforeAll(async () => {
  await loadSyntax('yaml');
  await loadSyntax('json5');
});

function pathsOf(node: SyntaxNode, path: Path = []): readonly { readonly path: Path; readonly node: SyntaxNode }[] {
  const children: readonly (readonly [string | number, SyntaxNode])[] =
    node.kind === 'object'
      ? node.entries.map((entry) => [entry.key, entry.value] as const)
      : node.kind === 'array'
        ? node.items.map((item, i) => [i, item] as const)
        : [];
  return [{ path, node }, ...children.flatMap(([step, child]) => pathsOf(child, [...path, step]))];
}

/** What the edit means, worked out on plain values. */
function meaning(value: Value, edit: PathEdit): Value {
  const path = 'remove' in edit ? edit.remove : 'set' in edit ? edit.set : 'rename' in edit ? edit.rename : edit.object;
  const inside = (node: Value, depth: number): Value => {
    const step = path[depth];
    if (step === undefined)
      return 'object' in edit ? { ...(node as object), [edit.key]: edit.value } : (edit as { to: string }).to;
    if (Array.isArray(node)) {
      if ('remove' in edit && depth === path.length - 1) return node.filter((_, i) => i !== step);
      return node.map((item: Value, i) => (i === step ? inside(item, depth + 1) : item));
    }
    const entries = Object.entries(node as Readonly<Record<string, Value>>);
    if ('remove' in edit && depth === path.length - 1)
      return Object.fromEntries(entries.filter(([key]) => key !== step));
    return Object.fromEntries(entries.map(([key, item]) => [key, key === step ? inside(item, depth + 1) : item]));
  };
  return inside(value, 0);
}

/** Sections that are empty mean what sections that are left out mean. */
const withoutEmpty = (value: Value): unknown =>
  Object.fromEntries(
    Object.entries(value as object).filter(
      ([key, section]) =>
        key === 'metadata' || typeof section !== 'object' || section === null || Object.keys(section).length > 0,
    ),
  );

function choose(root: SyntaxNode, pick: number, kind: number): PathEdit | undefined {
  const all = pathsOf(root);
  const wanted = all.filter(({ path, node }) =>
    kind === 0 ? path.length > 0 : kind === 1 ? node.kind === 'string' : node.kind === 'object' && path.length > 0,
  );
  const found = wanted[pick % Math.max(1, wanted.length)];
  if (!found) return undefined;
  if (kind === 0) return { remove: found.path };
  return kind === 1 ? { set: found.path, to: 'slots.new' } : { object: found.path, key: 'weak', value: true };
}

const linesOf = (text: string, { start, end }: Range): readonly number[] => {
  const line = (offset: number): number => text.slice(0, offset).split('\n').length;
  return [line(start), line(start + text.slice(start, end).trimEnd().length)];
};

const formats = [
  { file: 'a.yaml', write: writeYaml },
  { file: 'a.json5', write: writeJson5 },
] as const;

describe.each(formats)('fixes of $file', ({ file, write }) => {
  test('change what they say, and nothing around', () => {
    let done = 0;
    let asked = 0;
    fc.assert(
      fc.property(manifestValue, choices, fc.nat(), fc.nat(2), (value, taken, pick, kind) => {
        const text = write(value, taken);
        const root = parse(file, text);
        const edit = choose(root, pick, kind);
        if (!edit) return;
        asked++;
        const fix = textFix(fixOf([editOf(file, root, edit)]), new Map([[file, { file, text }]]));
        if (!fix) return;
        done++;
        const after = fix.edits.reduceRight(
          (t, { at: { range }, text: w }) => t.slice(0, range.start) + w + t.slice(range.end),
          text,
        );
        const changed = toJson(parse(file, after)) as Value;
        expect(withoutEmpty(changed), after).toEqual(withoutEmpty(meaning(value, edit)));

        const path = 'remove' in edit ? edit.remove : 'set' in edit ? edit.set : 'object' in edit ? edit.object : [];
        // A section that is empty goes as a whole.
        const whole = Object.hasOwn(changed as object, path[0] ?? '') ? path : path.slice(0, 1);
        const touched = touchedLines(text, root, whole);
        const gone = 'remove' in edit ? touched : [0, -1];
        const why = `${text}\n----\n${after}`;
        for (const { range } of commentsOf({ file, text })) {
          const [line = 0] = linesOf(text, range);
          if (line < (gone[0] as number) || line > (gone[1] as number))
            expect(after, why).toContain(text.slice(range.start, range.end));
        }
        for (const line of otherLines(text, touched)) expect(plain(after), why).toContain(line);
      }),
      { numRuns: 500 },
    );
    expect(done / asked, 'most can be done').toBeGreaterThan(0.85);
  });
});

/** First and last line of what changes; comments with more indentation behind it are inside it. */
function touchedLines(text: string, root: SyntaxNode, path: Path): readonly number[] {
  const { key, node } = placeOf(root, path);
  const isBlockItem = typeof path.at(-1) === 'number' && /-\s*(?:#.*\s*)*$/.test(text.slice(0, key.start));
  const head = isBlockItem ? dashBefore(text, key.start) : key.start;
  const [first = 0, last = 0] = linesOf(text, { start: head, end: Math.max(node.range.end, key.end) });
  const lines = text.split('\n');
  const column = head - (text.lastIndexOf('\n', head - 1) + 1);
  let end = last;
  while (/^\s*#/.test(lines[end] ?? '') && (lines[end] as string).search(/#/) > column) end++;
  return [first, end];
}

const dashBefore = (text: string, offset: number): number => {
  let end = offset;
  for (;;) {
    const line = text.lastIndexOf('\n', end - 1) + 1;
    const dash = text.slice(line, end).replace(/#.*/, '').lastIndexOf('-');
    if (dash >= 0 || line === 0) return line + dash;
    end = line - 1;
  }
};

/** Without blanks, commas and brackets: commas come and go, and `{}` stands for what is empty. */
const plain = (text: string): string => text.replace(/[\s,{}[\]]/g, '');

function otherLines(text: string, [first = 0, last = 0]: readonly number[]): readonly string[] {
  return text.split('\n').flatMap((line, i) => {
    const near = i + 1 >= first - 1 && i + 1 <= last + 1;
    return near ? [] : [plain(line)];
  });
}
