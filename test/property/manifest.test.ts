import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { createSink } from '../../src/diagnostics/sink.ts';
import type { Manifest } from '../../src/ir/manifest.ts';
import type { SyntaxNode } from '../../src/ir/syntax.ts';
import { canonicalManifest } from '../../src/language/digest.ts';
import { toJson } from '../../src/language/syntax/to-json.ts';
import { createParser, prepareParser } from '../../src/phases/1-parse/index.ts';

const parser = createParser();
beforeAll(() => prepareParser('without-ending'));

function syntaxOf(file: string, text: string): SyntaxNode {
  const sink = createSink();
  const root = parser.syntax({ file, text }, sink);
  if (!root) throw new Error(`${sink.diagnostics[0]?.message}\n${text}`);
  return root;
}

function decode(file: string, text: string): Manifest {
  const sink = createSink();
  const manifest = parser.decode({ file, text }, syntaxOf(file, text), new Map(), sink);
  if (!manifest) throw new Error(`${JSON.stringify(sink.diagnostics)}\n${text}`);
  return manifest;
}

const name = fc.oneof(
  fc.constantFrom('a', 'b', 'api', 'x y', '__proto__', 'null', '8080', 'é', '#'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }).filter((s) => !s.includes('.')),
);
const plain = fc.string({ unit: 'binary', maxLength: 12 }).filter((s) => !s.includes('${'));
const text = fc.oneof(
  plain,
  fc.constantFrom('${config.a}', '${slots.s.url}/x', 'yes', '0x1f', '~', '- a', 'a: b', '# no'),
);
const mapOf = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc.dictionary(name, value, { maxKeys: 3 });
const optional = { requiredKeys: [] };

const free = fc.dictionary(
  name,
  fc.jsonValue({ maxDepth: 3, noUnicodeString: true }).filter((v) => !JSON.stringify(v).includes('-0')),
  { maxKeys: 3 },
);
const kind = fc.constantFrom('mcp', 'llm', 'http', 'component', 'docker', 'a2a', 'storage', 'kvm');
const guarded = fc.record({ when: fc.constantFrom('config.a', 'slots.s'), arg: text }, { requiredKeys: ['arg'] });
const child = fc.oneof(
  fc.constantFrom('./a', '../b.yaml', 'https://example.org/c'),
  fc.record({ manifest: fc.constant('./a'), config: free }, { requiredKeys: ['manifest'] }),
);

const manifest = fc.record(
  {
    manifest_version: fc.constantFrom('0.4.0', '0.9.9'),
    experimental_features: fc.subarray(['docker', 'kvm', 'governance']),
    program: fc.record(
      {
        path: text,
        args: fc.array(fc.oneof(text, guarded), { maxLength: 3 }),
        env: mapOf(text),
        network: fc.record({ endpoints: fc.array(fc.record({ name: text, port: fc.nat(65_535) }), { maxLength: 2 }) }),
      },
      { requiredKeys: ['path'] },
    ),
    components: mapOf(child),
    use: mapOf(child),
    config_schema: free,
    slots: mapOf(fc.record({ kind, profile: plain, optional: fc.boolean() }, { requiredKeys: ['kind'] })),
    provides: mapOf(fc.record({ kind, endpoint: plain }, { requiredKeys: ['kind'] })),
    bindings: fc.array(
      fc.record({ to: name.map((n) => `#c.${n}`), from: name.map((n) => `slots.${n}`), weak: fc.boolean() }),
      { maxLength: 3 },
    ),
    policies: fc.array(fc.constantFrom('#p.a', '#q.b'), { maxLength: 2 }),
    exports: mapOf(fc.constantFrom('provides.x', 'slots.y', '#c.e', 'bare')),
    metadata: free,
  },
  { ...optional, requiredKeys: ['manifest_version'] },
);

/** JSON5 as somebody would write it: comments, single quotes, trailing commas, keys without quotes where they may. */
function json5(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map((item) => `${json5(item)}, `).join('')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, item]) => `${keyOf(key)} : ${json5(item)}, // }]\n`);
  return `{ /* {[ */ ${fields.join('')}}`;
}
const quoted = (value: string): string =>
  `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
const keyOf = (key: string): string => (/^[a-z_]+$/.test(key) && key !== 'null' ? key : quoted(key));

describe('a manifest', () => {
  test('is the same in JSON, in JSON5 and in YAML of either style', () => {
    fc.assert(
      fc.property(manifest, (value) => {
        const plainJson = JSON.stringify(value);
        const plain = decode('a.json', plainJson);
        const texts = [
          ['a.json5', json5(value)],
          ['a.yaml', stringify(JSON.parse(plainJson), { aliasDuplicateObjects: false })],
          ['b.yaml', stringify(JSON.parse(plainJson), { collectionStyle: 'flow', defaultStringType: 'QUOTE_DOUBLE' })],
          ['c.yaml', plainJson],
        ] as const;
        for (const [file, text] of texts) {
          const other = decode(file, text);
          expect(canonicalManifest(other)).toBe(canonicalManifest(plain));
          expect(other.digest).toBe(plain.digest);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('has no more places than its text', () => {
    fc.assert(
      fc.property(manifest, (value) => {
        const text = stringify(JSON.parse(JSON.stringify(value)));
        for (const { value: range, range: key } of decode('a.yaml', text).sections.values()) {
          expect(text.slice(key.start, key.end)).toMatch(/^[a-z_]+$/);
          expect(range.start).toBeGreaterThan(key.end);
          expect(range.end).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 100 },
    );
  });
});

/** Of every node; the nodes of an alias share its range. */
function every(node: SyntaxNode, visit: (node: SyntaxNode) => void): void {
  visit(node);
  if (node.kind === 'array') for (const item of node.items) every(item, visit);
  if (node.kind === 'object') for (const entry of node.entries) every(entry.value, visit);
}

test('in YAML too, a range holds the text of its value', () => {
  fc.assert(
    fc.property(free, fc.constantFrom('block' as const, 'flow' as const), (value, collectionStyle) => {
      const text = stringify(JSON.parse(JSON.stringify(value)), { collectionStyle, aliasDuplicateObjects: false });
      every(syntaxOf('a.yaml', text), (node) => {
        if (node.range.start === node.range.end) return expect(node.kind).toBe('null');
        // What a block stands under decides how far its first line is indented.
        const column = node.range.start - (text.lastIndexOf('\n', node.range.start - 1) + 1);
        const alone = ' '.repeat(column) + text.slice(node.range.start, node.range.end);
        expect(toJson(syntaxOf('a.yaml', alone))).toEqual(toJson(node));
      });
    }),
    { numRuns: 500 },
  );
});
