/** Formatting keeps what a text says: judged without the check that formatting does itself. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { formatText } from '../../src/authoring/format/index.ts';
import type { SourceText } from '../../src/base/text.ts';
import { createSink } from '../../src/diagnostics/sink.ts';
import { commentsOf } from '../../src/language/syntax/comments.ts';
import { loadSyntax, parseSyntax } from '../../src/language/syntax/parse.ts';
import { filesBelow } from '../support/harness.ts';
import { fencesOf } from '../support/pages.ts';
import { sampleOf, share } from '../support/sweep.ts';

beforeAll(async () => {
  await loadSyntax('yaml');
  await loadSyntax('json5');
});

/** Keys in their order, number texts and all; undefined for a text that cannot be read. */
function meaning(source: SourceText): string | undefined {
  const root = parseSyntax(source, createSink());
  const layout = (name: string): boolean => name === 'range' || name === 'keyRange';
  return root && JSON.stringify(root, (name, value: unknown) => (layout(name) ? undefined : value));
}

const words = (text: string): string => text.replace(/\s+/g, ' ');
const notes = (source: SourceText): readonly string[] => commentsOf(source).map(({ text }) => words(text));

/** Formats, and holds the result against the text; `refused` when it is left alone, `broken` when it is no text at all. */
async function keep(file: string, text: string): Promise<'kept' | 'refused' | 'broken'> {
  const result = await formatText({ file, text });
  const before = meaning({ file, text });
  if (!('text' in result)) {
    const codes = result.diagnostics.map(({ code }) => code);
    expect(codes, text).toHaveLength(1);
    expect(codes[0]?.startsWith('parse/'), text).toBe(before === undefined);
    return before === undefined ? 'broken' : 'refused';
  }
  const after = { file, text: result.text };
  expect(meaning(after), text).toBe(before);
  expect(notes(after), text).toEqual(notes({ file, text }));
  expect(await formatText(after), text).toEqual({ text: result.text });
  return 'kept';
}

describe('every text of this project', () => {
  const isText = (path: string): boolean =>
    /\.(ya?ml|json5?)$/.test(path) && !/(^|\/)(expected|actual|node_modules)\//.test(path);
  const files = ['golden', 'examples', 'templates'].flatMap((folder) =>
    filesBelow(folder)
      .filter(isText)
      .map((path) => `${folder}/${path}`),
  );
  const fences = filesBelow('docs')
    .filter((path) => path.endsWith('.md'))
    .flatMap((path) => fencesOf(readFileSync(`docs/${path}`, 'utf8')))
    .filter(({ language }) => ['yaml', 'json5', 'json'].includes(language));

  /** Made of what must be refused. */
  const badOnPurpose = /^golden\/cli\/fmt-left-alone\//;

  test('in a file is kept', async () => {
    const refused: string[] = [];
    let kept = 0;
    for (const path of sampleOf(files)) {
      const outcome = await keep(path, readFileSync(path, 'utf8').replace(/^\ufeff/, ''));
      if (outcome === 'refused' && !badOnPurpose.test(path)) refused.push(path);
      if (outcome === 'kept') kept++;
    }
    expect(refused).toEqual([]);
    expect(kept).toBeGreaterThan(share(300));
  });

  test('in the documentation is kept', async () => {
    const refused: string[] = [];
    for (const { language, text } of sampleOf(fences)) {
      if ((await keep(`a.${language}`, text)) === 'refused') refused.push(text);
    }
    expect(refused).toEqual([]);
    expect(fences.length).toBeGreaterThan(200);
  });
});

const word = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom('a b c '.repeat(20), 'x\n\ny\n', 'end ', 'a: b', '# no', '// no', "it's", 'true', '1.0', '0x1F'),
  fc.constantFrom('${config.x}', '- a', 'one\ntwo\n  three\n', 'a\tb', 'null', '~', '', '*x', '&x', '!x', 'é 日本 🙂'),
);
const value = fc.letrec((tie) => ({
  leaf: fc.oneof(
    word,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  ),
  node: fc.oneof(
    { depthSize: 'medium' },
    tie('leaf'),
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom('a', 'slots', 'name'), word), tie('node'), { maxKeys: 4 }),
  ),
})).node;

/** A comment or a blank line somewhere, with an indentation. */
interface Disturbance {
  readonly at: number;
  readonly kind: 'own' | 'behind' | 'inside' | 'blank';
  readonly by: number;
}
const disturbance: fc.Arbitrary<Disturbance> = fc.record({
  at: fc.nat(200),
  kind: fc.constantFrom('own' as const, 'behind' as const, 'inside' as const, 'blank' as const),
  by: fc.nat(6),
});

function disturb(text: string, disturbances: readonly Disturbance[], comment: (n: number) => string): string {
  const lines = text.split('\n');
  for (const [n, { at, kind, by }] of disturbances.entries()) {
    const i = at % lines.length;
    const line = lines[i] as string;
    if (kind === 'behind') lines[i] = `${line}${' '.repeat(by)} ${comment(n)}`;
    else if (kind === 'inside') lines[i] = `${line.slice(0, by)}${comment(n)}${line.slice(by)}`;
    else lines.splice(i, 0, kind === 'own' ? `${' '.repeat(by)}${comment(n)}` : '');
  }
  return lines.join('\n');
}

const yamlStyle = fc.record({
  indent: fc.constantFrom(2, 4),
  indentSeq: fc.boolean(),
  collectionStyle: fc.constantFrom('any' as const, 'block' as const, 'flow' as const),
  defaultStringType: fc.constantFrom(
    'PLAIN' as const,
    'QUOTE_DOUBLE' as const,
    'QUOTE_SINGLE' as const,
    'BLOCK_FOLDED' as const,
    'BLOCK_LITERAL' as const,
  ),
  lineWidth: fc.constantFrom(0, 20, 80),
});

/** Few may be refused, or formatting would be of no use. */
async function mostlyKept(texts: fc.Arbitrary<readonly [file: string, text: string]>): Promise<void> {
  const counts = { kept: 0, refused: 0, broken: 0 };
  const property = fc.asyncProperty(texts, async ([file, text]) => {
    counts[await keep(file, text)]++;
  });
  await fc.assert(property, { numRuns: share(600) });
  expect(counts.kept).toBeGreaterThan(share(300));
  expect(counts.refused).toBeLessThan(share(40));
}

describe('any text', () => {
  const plain = (json: unknown): unknown => JSON.parse(JSON.stringify(json));
  const lineEnd = fc.constantFrom('\n', '\r\n');

  test('in YAML is kept', () =>
    mostlyKept(
      fc.tuple(value, yamlStyle, fc.array(disturbance, { maxLength: 6 }), lineEnd).map(([json, style, some, end]) => {
        const text = stringify(plain(json), { version: '1.2', aliasDuplicateObjects: false, ...style });
        return ['a.yaml', disturb(text, some, (n) => `# note ${n}`).replaceAll('\n', end)];
      }),
    ));

  test('in JSON5 and JSON is kept', () =>
    mostlyKept(
      fc
        .tuple(
          value,
          fc.constantFrom(0, 2),
          fc.array(disturbance, { maxLength: 6 }),
          lineEnd,
          fc.constantFrom('a.json5', 'a.json'),
        )
        .map(([json, indent, some, end, file]) => {
          const text = JSON.stringify(plain(json), null, indent);
          const comment = (n: number): string => (n % 2 === 0 ? `/* note ${n} */` : `// note ${n}\n`);
          return [file, disturb(text, some, comment).replaceAll('\n', end)];
        }),
    ));
});
