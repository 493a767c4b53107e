import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { createSink } from '../../src/diagnostics/sink.ts';
import type { SyntaxNode } from '../../src/ir/syntax.ts';
import { parseInterpolation } from '../../src/language/interpolation.ts';
import { splitShellWords } from '../../src/language/shell-words.ts';
import { loadSyntax, parseSyntax } from '../../src/language/syntax/parse.ts';
import { toJson } from '../../src/language/syntax/to-json.ts';

const value = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
  ),
  node: fc.oneof(
    { depthSize: 'small' },
    tie('leaf'),
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('node'), { maxKeys: 4 }),
  ),
})).node;

function parse(file: string, text: string): SyntaxNode {
  const sink = createSink();
  const node = parseSyntax({ file, text }, sink);
  if (!node) throw new Error(`${sink.diagnostics[0]?.message}\n${text}`);
  return node;
}

function every(node: SyntaxNode, visit: (node: SyntaxNode) => void): void {
  visit(node);
  if (node.kind === 'array') for (const item of node.items) every(item, visit);
  if (node.kind === 'object') for (const entry of node.entries) every(entry.value, visit);
}

describe('syntax', () => {
  beforeAll(async () => {
    await loadSyntax('yaml');
    await loadSyntax('json5');
  });

  test('JSON reads back, and every range holds the text of its value', () => {
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 2), (json, indent) => {
        const text = JSON.stringify(json, null, indent);
        const node = parse('a.json5', text);
        expect(toJson(node)).toEqual(JSON.parse(text));
        every(node, (inner) =>
          expect(JSON.parse(text.slice(inner.range.start, inner.range.end))).toEqual(toJson(inner)),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('YAML says the same as JSON5', () => {
    fc.assert(
      fc.property(value, (json) => {
        const plain = JSON.parse(JSON.stringify(json)) as unknown;
        const text = stringify(plain, { version: '1.2', aliasDuplicateObjects: false });
        const node = parse('a.yaml', text);
        expect(toJson(node)).toEqual(plain);
        every(node, (inner) => {
          expect(inner.range.start).toBeLessThanOrEqual(inner.range.end);
          expect(inner.range.end).toBeLessThanOrEqual(text.length);
        });
      }),
      { numRuns: 300 },
    );
  });

  test('whatever the bytes are, a parser answers or reports', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'{}[]:,"\'\\/*-#&!|>%@`? \n\tab01.') }),
        fc.constantFrom('a.json5', 'a.yaml'),
        (text, file) => {
          const sink = createSink();
          const node = parseSyntax({ file, text }, sink);
          expect(node === undefined).toBe(sink.hasErrors);
          for (const { at } of sink.diagnostics) {
            expect(at?.range.start).toBeLessThanOrEqual(text.length);
            expect(at?.range.end).toBeLessThanOrEqual(text.length);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});

test('the pieces of an interpolated text put together are the text', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('${config.a}', '${slots.s.url}', '${item}', '$', '${', '}', '${nope}'),
  );
  fc.assert(
    fc.property(
      fc.array(piece).map((parts) => parts.join('')),
      (text) => {
        const parsed = parseInterpolation(text);
        if (!parsed.ok) return;
        const shown = parsed.pieces
          .map((p) => (p.kind === 'literal' ? p.text : p.path === '' ? `\${${p.kind}}` : `\${${p.kind}.${p.path}}`))
          .join('');
        expect(shown.replaceAll('.}', '}')).toBe(text.replaceAll('.}', '}'));
      },
    ),
  );
});

test('quoted words come back', () => {
  const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
  fc.assert(
    fc.property(fc.array(fc.string()), (words) => {
      expect(splitShellWords(words.map(quote).join(' \t\n'))).toEqual({ ok: true, words });
    }),
  );
});
