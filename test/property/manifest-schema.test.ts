/** The published schema of manifests and headgate agree about manifests with mistakes in them. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/base/json.ts';
import type { Entry, SyntaxNode } from '../../src/ir/syntax.ts';
import { manifestSchema } from '../../src/language/manifest-schema/manifest.ts';
import { prepareParser } from '../../src/phases/1-parse/index.ts';
import { compileSchema, disagreement, judge, judgeText } from '../support/manifest-agreement.ts';
import { manifestCorpus } from '../support/manifest-corpus.ts';
import { fullManifests, smallManifests } from '../support/manifest-full.ts';
import { mutants, neighbours } from '../support/manifest-mutations.ts';
import { objectNode } from '../support/nodes.ts';

const validate = compileSchema(manifestSchema);
beforeAll(() => prepareParser('without-ending'));

/** Manifests of the project without a fault that the schema could see, and those with every field. */
function seeds(): readonly JsonValue[] {
  const found = manifestCorpus()
    // The measured ones are generated and alike: they would drown the others.
    .filter(({ where }) => !/^\w+\.json: /.test(where))
    .flatMap(({ file, text }) => {
      const judgement = judgeText(file, text, validate);
      return judgement && judgement.visible.length === 0 ? [judgement.manifest] : [];
    });
  return [...found, ...Array.from({ length: 20 }, () => fullManifests).flat()];
}

describe('manifest schema', () => {
  test('agrees about everything that is one change away from a manifest with every field', () => {
    const counts = { visible: 0, others: 0 };
    const faults = new Set<string>();
    for (const seed of smallManifests)
      for (const manifest of neighbours(seed)) {
        const judgement = judge(nodeOf(manifest), validate);
        if (judgement.visible.length > 0) counts.visible++;
        else counts.others++;
        const fault = disagreement(judgement, validate);
        if (fault !== undefined && faults.size < 20) faults.add(`${JSON.stringify(manifest)}: ${fault}`);
      }
    expect([...faults]).toEqual([]);
    expect(counts.visible).toBeGreaterThan(50_000);
    expect(counts.others).toBeGreaterThan(5_000);
  });

  test.each([
    [
      'commands',
      ['a', ' ', '\n', '\t', "'", '"', '\\', '#', '$', '{', '}', '.', '${', '${config.a}', '${item', 'foo'],
      inProgram,
    ],
    [
      'texts',
      ['$', '$$', '{', '}', '.', '${', 'config', 'slots', 'item', 'foo', '${config.a}', ' ', '\n', "'"],
      inProgram,
    ],
    [
      'paths',
      ['/', '.', '..', 'a', 'config', 'slots', 'framework', 'docker', 'item', '${item}', '$', 'url', '\n'],
      inMounts,
    ],
    [
      'references',
      ['#', '.', 'a', 'b c', 'self', 'slots', 'provides', 'resources', 'framework', 'kvm', '\n', 'exports'],
      inWiring,
    ],
    ['versions', ['0', '1', '2', '3', '4', '10', '.', '.', '0.4.0', '-', '+', 'a', '01', '\n'], inVersion],
    ['keys', ['a', 'A', '_', '__', '0', '.', '$', '\n', 'é'], inConfig],
  ] as const)('agrees about %s', (_what, pieces, manifestsWith) => {
    const text = fc.array(fc.constantFrom(...pieces), { maxLength: 7 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (made) => {
        for (const manifest of manifestsWith(made)) {
          const fault = disagreement(judge(nodeOf(manifest), validate), validate);
          if (fault !== undefined) throw new Error(`${JSON.stringify(manifest)}: ${fault}`);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('agrees about mutants', () => {
    const sound = seeds();
    fc.assert(
      fc.property(mutants(sound), (manifest) => {
        const fault = disagreement(judge(nodeOf(manifest), validate), validate);
        if (fault !== undefined) throw new Error(fault);
      }),
      { numRuns: 3000 },
    );
  });
});

const manifest_version = '0.4.0';
const withProgram = (program: JsonObject): JsonObject => ({ manifest_version, program: { path: 'x', ...program } });

const inProgram = (text: string): readonly JsonObject[] => [
  { manifest_version, program: { image: 'x', entrypoint: text } },
  { manifest_version, program: { image: text, entrypoint: [text] } },
  { manifest_version, program: { path: text } },
  withProgram({ args: text }),
  withProgram({ args: [{ argv: text }, { argv: [text] }, { arg: text }] }),
  withProgram({ env: { A: text, B: { value: text, each: 'config.a', join: text } } }),
  withProgram({ network: { endpoints: [{ name: text, port: text }] } }),
  withProgram({ network: { endpoints: [{ name: 'x', port: 1, protocol: text }] } }),
];

const inMounts = (text: string): readonly JsonObject[] => [
  withProgram({ mounts: [{ path: text, from: 'config' }] }),
  withProgram({ mounts: [{ path: '/a', from: text }] }),
  withProgram({ mounts: [{ path: '/a', from: 'config', name: text }] }),
  withProgram({ mounts: [{ path: '/a', from: 'config', when: text }] }),
  withProgram({ mounts: [{ path: '/a', from: 'config', each: text }] }),
];

const inWiring = (text: string): readonly JsonObject[] => [
  { manifest_version, bindings: [{ to: text, from: '#a.b' }] },
  { manifest_version, bindings: [{ to: '#a.b', from: text }] },
  { manifest_version, bindings: [{ to: text, slot: 'a', from: 'slots', capability: 'b' }] },
  { manifest_version, bindings: [{ to: '#a', slot: text, from: 'slots', capability: 'b' }] },
  { manifest_version, bindings: [{ to: '#a', slot: 'a', from: text, capability: 'kvm' }] },
  { manifest_version, bindings: [{ to: '#a', slot: 'a', from: 'framework', capability: text }] },
  { manifest_version, exports: { a: text } },
  { manifest_version, policies: [text] },
  { manifest_version, overlays: [text] },
  { manifest_version, slots: { r: { kind: 'component' } }, child_templates: { a: { bindings: { b: text } } } },
];

const inVersion = (text: string): readonly JsonObject[] => [
  { manifest_version: text },
  { manifest_version: text, program: { path: 'x', args: [{ arg: 'x', when: 'slots.a' }] } },
  { manifest_version: text, use: { a: './a' }, policies: ['#a.b'] },
];

const inConfig = (text: string): readonly JsonObject[] => [
  { manifest_version, config_schema: { type: 'object', properties: { [text]: true } } },
  { manifest_version, config_schema: { type: 'object', required: [text] } },
  { manifest_version, config_schema: { type: 'object', $ref: text } },
  { manifest_version, slots: { [text]: { kind: 'http' } } },
];

const nodeOf = (value: JsonValue): SyntaxNode => (objectNode({ value }).entries[0] as Entry).value;
