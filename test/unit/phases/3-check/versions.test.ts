import { describe, expect, test } from 'vitest';
import { diagnosticsOf, problems } from './harness.ts';

describe('supported versions', () => {
  test.each(['0.0.9', '1.0.0', '2.3.4', '0.4.0-alpha.1', '0.0.0'])('%s is refused', (version) => {
    expect(problems(`manifest_version: "${version}",`)).toEqual([`unsupported-version @ "${version}"`]);
  });
  test.each(['0.1.0', '0.4.0', '0.9.9', '0.4.0+build.7', '0.99.1'])('%s is accepted', (version) => {
    expect(problems(`manifest_version: "${version}",`)).toEqual([]);
  });
  test('gates are silent on a version that is out of range', () => {
    const body =
      'manifest_version: "0.0.9", use: { p: "./p.json5" }, program: { path: "./x", args: [{ when: "config.a", arg: "x" }] },';
    expect(problems(body)).toEqual(['unsupported-version @ "0.0.9"']);
  });
});

describe('`when` and `each` in programs', () => {
  const item = (fields: string): string => `{ ${fields} }`;
  const old = (version: string, program: string): string => `manifest_version: "${version}", program: { ${program} },`;

  test('one report a manifest; `when` anywhere comes before `each` anywhere', () => {
    const each = item('each: "config.l", arg: "a"');
    const when = item('when: "config.b", name: "e", port: 1');
    const body = old('0.1.0', `path: "./x", args: [${each}], network: { endpoints: [${when}] }`);
    expect(problems(body)).toEqual([`program-syntax-requires-version @ ${when}`]);
    expect(diagnosticsOf(body)[0]?.help).toContain('"0.2.0"');
  });
  test('command, env by name, mounts, endpoints', () => {
    const mount = item('when: "config.m", path: "/m", from: "framework.kvm"');
    const endpoint = item('when: "config.e", name: "e", port: 1');
    const env = item('when: "config.v", value: "v"');
    const rest = `network: { endpoints: [${endpoint}] }, mounts: [${mount}]`;
    const gate = (body: string): string[] => problems(body).filter((line) => line.startsWith('program-syntax'));
    expect(gate(old('0.1.0', `path: "./x", ${rest}`))).toEqual([`program-syntax-requires-version @ ${mount}`]);
    expect(
      gate(old('0.1.0', `path: "./x", ${rest}, env: { B: ${item('when: "config.w", value: "w"')}, A: ${env} }`)),
    ).toEqual([`program-syntax-requires-version @ ${env}`]);
  });
  test('`when` is there from 0.2.0, `each` from 0.3.0', () => {
    const both = `path: "./x", args: [${item('when: "config.b", arg: "b"')}, ${item('each: "config.l", arg: "a"')}]`;
    expect(problems(old('0.2.0', both))).toEqual(['program-syntax-requires-version @ { each: "config.l", arg: "a" }']);
    expect(problems(old('0.3.0', both))).toEqual([]);
    expect(problems(old('0.1.0', 'path: "./x", args: [{ arg: "x" }], env: { A: { value: "a" } }'))).toEqual([]);
  });
});

describe('policies before 0.4.0', () => {
  const use = 'use: { p: "./p.json5" },';
  test('one report for both sections, at the key of `use`', () => {
    const found = diagnosticsOf(`manifest_version: "0.3.0", ${use} overlays: ["#p.x"],`);
    expect(found).toHaveLength(1);
    expect(problems(`manifest_version: "0.3.0", ${use} overlays: ["#p.x"],`)).toEqual([
      'feature-requires-version @ use',
    ]);
    expect(found[0]?.related.map((r) => r.message)).toContain('so does `overlays`');
    expect(found[0]?.aliases).toEqual([
      'manifest::feature_requires_manifest_version',
      'manifest::section_requires_feature',
    ]);
  });
  test('the feature stands in for the version, for `use` and `policies` only', () => {
    const old = 'manifest_version: "0.1.0", experimental_features: ["governance"],';
    expect(problems(`${old} ${use} policies: ["#p.x"],`)).toEqual([]);
    expect(problems(`${old} ${use} overlays: ["#p.x"],`)).toEqual(['feature-requires-version @ "#p.x"']);
  });
  test('empty sections need nothing', () => {
    expect(problems('manifest_version: "0.1.0", use: {}, policies: [],')).toEqual([]);
  });
});
