import { describe, expect, test } from 'vitest';
import { createSink } from '../../../../src/diagnostics/sink.ts';
import { createParser, prepareParser } from '../../../../src/phases/1-parse/index.ts';

async function codes(file: string, content: string | Uint8Array): Promise<readonly string[]> {
  await prepareParser(file);
  const sink = createSink();
  const parser = createParser();
  const source = parser.text(file, typeof content === 'string' ? new TextEncoder().encode(content) : content, sink);
  const root = source && parser.syntax(source, sink);
  if (source && root) parser.decode(source, root, new Map(), sink);
  return sink.diagnostics.map((d) => d.code);
}

const manifest = 'manifest_version: "0.4.0"\n';

describe('bytes', () => {
  test('wrong UTF-8', async () =>
    expect(await codes('a.yaml', Uint8Array.of(0x61, 0xff, 0xfe))).toEqual(['parse/invalid-utf8']));
  test('binary', async () =>
    expect(await codes('a.yaml', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 0))).toEqual(['parse/binary-file']));
  test.each([
    ['with a mark', [0xff, 0xfe, 0x61, 0, 0x3a, 0]],
    ['with a mark, the other way round', [0xfe, 0xff, 0, 0x61, 0, 0x3a]],
    ['without a mark', [...'manifest'].flatMap((c) => [c.charCodeAt(0), 0])],
    ['without a mark, the other way round', [...'manifest'].flatMap((c) => [0, c.charCodeAt(0)])],
  ])('UTF-16 %s is told by its name', (_how, bytes) => {
    const sink = createSink();
    createParser().text('a.yaml', Uint8Array.from(bytes), sink);
    expect(sink.diagnostics.map(({ code, help }) => [code, help])).toEqual([
      ['parse/binary-file', 'its encoding is UTF-16: save the file as UTF-8'],
    ]);
  });
  test.each([[[0x7f, 0x45, 0x4c, 0x46, 0, 0]], [[0, 0, 0, 0, 0, 0, 0, 0]], [[0]]])('%s is not UTF-16', (bytes) => {
    const sink = createSink();
    createParser().text('a.yaml', Uint8Array.from(bytes), sink);
    expect(sink.diagnostics.map(({ help }) => help)).toEqual([undefined]);
  });
  test('a byte order mark is not text', async () =>
    expect(await codes('a.json5', '\ufeff{ manifest_version: "0.4.0" }')).toEqual([]));
  test('a file without ending is sniffed', async () => {
    expect(await codes('a', manifest)).toEqual([]);
    expect(await codes('a', '// json5\n{ manifest_version: "0.4.0" }')).toEqual([]);
  });
});

describe('nesting', () => {
  test.each(['a.json5', 'a.json', 'a.yaml'])('10,000 brackets in %s', async (file) => {
    expect(await codes(file, `{"metadata": ${'['.repeat(10_000)}${']'.repeat(10_000)}}`)).toEqual(['parse/too-deep']);
    expect(await codes(file, `{"metadata": ${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`)).toEqual([
      'parse/too-deep',
    ]);
  });
  test('10,000 levels of YAML blocks', async () => {
    expect(await codes('a.yaml', `${manifest}metadata:\n  ${'- '.repeat(10_000)}x\n`)).toEqual(['parse/too-deep']);
    const lines = Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i + 1)}a:`);
    expect(await codes('a.yaml', `${manifest}metadata:\n${lines.join('\n')} 1\n`)).toEqual(['parse/too-deep']);
  });
  test('brackets that are never closed end in one error', async () => {
    expect(await codes('a.json5', '['.repeat(100_000))).toEqual(['parse/too-deep']);
  });
});

describe('YAML', () => {
  test('an alias bomb is bounded', async () => {
    const levels = Array.from(
      { length: 9 },
      (_, i) => `  a${i + 1}: &a${i + 1} [${Array.from({ length: 9 }, () => `*a${i}`).join(', ')}]`,
    );
    expect(await codes('a.yaml', `${manifest}metadata:\n  a0: &a0 [x]\n${levels.join('\n')}\n`)).toEqual([
      'parse/yaml-alias-limit',
    ]);
  });
  test('an alias to itself is no alias', async () =>
    expect(await codes('a.yaml', `${manifest}metadata: &a [*a]\n`)).toEqual(['parse/yaml-syntax']));
  test('modest aliases work', async () =>
    expect(await codes('a.yaml', `${manifest}metadata: { a: &x [1], b: *x }\n`)).toEqual([]));
  test('yes and no are text', async () =>
    expect(await codes('a.yaml', `${manifest}bindings: [{ to: "#a.b", from: "#c.d", weak: yes }]\n`)).toEqual([
      'parse/wrong-type',
    ]));
  test('a merge key is an ordinary key', async () =>
    expect(await codes('a.yaml', `${manifest}metadata: { <<: 1 }\n`)).toEqual([]));
});

test('a manifest of 10,000 components parses without trouble', async () => {
  const names = Array.from({ length: 10_000 }, (_, i) => `"c${i}": "./leaf.json5"`);
  expect(await codes('a.json5', `{ manifest_version: "0.4.0", components: { ${names.join(', ')} } }`)).toEqual([]);
});
