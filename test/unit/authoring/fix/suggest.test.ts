import { describe, expect, test } from 'vitest';
import { applyFixes } from '../../../../src/authoring/fix/apply.ts';
import { check } from './scenario.ts';

const v = 'manifest_version: "0.4.0"\n';
const child = `${v}slots: { up: { kind: http, optional: true } }
program: { path: ./job, args: [{ when: slots.up, arg: "\${slots.up.url}" }], network: { endpoints: [{ name: http, port: 80 }] } }
provides: { api: { kind: http, endpoint: http } }
exports: { api: provides.api }
`;
const root = (rest: string): string => `${v}components: { worker: ./child.yaml, other: ./child.yaml }\n${rest}`;

describe('what was probably meant', () => {
  test.each([
    ['bindings:\n  - { to: "#worker.uq", from: "#other.api" }\n', '{ to: "#worker.up", from'],
    ['bindings:\n  - { to: "#worker", slot: uq, from: "#other", capability: api }\n', 'slot: up,'],
    ['bindings:\n  - { to: "#worker.up", from: "#other.apj" }\n', 'from: "#other.api"'],
    ['bindings:\n  - { to: "#worker", slot: up, from: "#other", capability: apj }\n', 'capability: api'],
    ['bindings:\n  - { to: "#woker.up", from: "#other.api" }\n', 'to: "#worker.up"'],
    ['bindings:\n  - { to: "#woker", slot: up, from: "#other", capability: api }\n', 'to: "#worker", slot: up'],
    ['bindings:\n  - { to: "#woker.up", from: "#woker.api" }\n', '{ to: "#worker.up", from: "#worker.api" }'],
    ['bindings:\n  - { to: "#worker.up", from: "#othr.api" }\n', 'from: "#other.api"'],
    [
      'slots: { input: { kind: http } }\nbindings:\n  - { to: "#worker.up", from: slots.inputt, weak: true }\n',
      'from: slots.input,',
    ],
    [
      'slots: { input: { kind: http } }\nbindings:\n  - { to: "#worker.up", from: provides.input, weak: true }\n',
      'from: slots.input,',
    ],
    [
      'slots: { input: { kind: http } }\nbindings:\n  - { to: "#worker", slot: up, from: provides, capability: input }\n',
      'from: slots, capability: input',
    ],
    [
      'slots: { input: { kind: http } }\nbindings:\n  - { to: "#worker.up", from: self.inputt, weak: true }\n',
      'from: slots.input,',
    ],
    ['exports: { api: "#worker.apj" }\n', '"#worker.api"'],
    ['exports: { api: "#woker.api" }\n', '"#worker.api"'],
    ['slots: { input: { kind: http } }\nexports: { x: slots.inputt }\n', 'x: slots.input '],
    ['use: { p: { manifest: ./child.yaml, environment: prodd } }\nenvironments: { prod: {} }\n', 'environment: prod '],
    ['bindings:\n  - { to: "#worker.up", from: framework.dokcer }\n', 'from: framework.docker'],
    ['bindings:\n  - { to: "#worker.up", from: "#other.api", waek: true }\n', 'weak: true'],
    ['slots: { input: { kind: htttp } }\n', 'kind: http '],
    ['exprts: { api: "#worker.api" }\n', '\nexports: {'],
  ])('%j', async (rest, wanted) => {
    const { diagnostics, sources } = await check({ 'scenario.yaml': root(rest), 'child.yaml': child });
    const fixes = diagnostics.flatMap((d) => d.fixes ?? []).filter(({ kind }) => kind === 'suggest');
    expect(fixes).toHaveLength(1);
    const { texts } = applyFixes(fixes, sources);
    expect(texts.get('scenario.yaml')).toContain(wanted);
  });

  test('not where the name is taken', async () => {
    const { diagnostics } = await check({ 'scenario.yaml': root('exports: {}\nexprts: {}\n'), 'child.yaml': child });
    expect(diagnostics.map(({ code, fixes }) => [code, fixes])).toEqual([['parse/unknown-field', undefined]]);
  });
});
