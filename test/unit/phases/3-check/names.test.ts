import { describe, expect, test } from 'vitest';
import { diagnosticsOf, problems, serving } from './harness.ts';

test('a dot in a name, in every class of names', () => {
  const body = `
    use: { "u.x": "./p.json5" }, environments: { "e.x": {} }, components: { "c.x": "./c.json5" },
    slots: { "s.x": { kind: "component" } }, provides: { "p.x": { kind: "http", endpoint: "http" } },
    resources: { "r.x": { kind: "storage" } }, child_templates: { "t.x": { manifest: "./t.json5" } },
    exports: { "x.x": "#c.y" },
    program: { path: "./x", network: { endpoints: [{ name: "http", port: 80 }, { name: "a.b", port: 81 }] },
      mounts: [{ name: "m.x", path: "/m", from: "resources.r" }] },`;
  const found = problems(body).filter((line) => line.startsWith('invalid-name'));
  expect(found.map((line) => line.split('@ ')[1])).toEqual(
    ['u.x', 'e.x', 'c.x', 's.x', 'p.x', 'r.x', 't.x', 'x.x', 'm.x'].map((name) => `"${name}"`),
  );
});

test('names that are no names elsewhere', () => {
  const body =
    'components: { "": "./a.json5", "a/b": "./a.json5", "#": "./a.json5", "__proto__": "./a.json5", "1 é": "./a.json5" },';
  expect(problems(body)).toEqual([]);
  expect(problems('exports: { a: "#__proto__.x", b: "slots.constructor" },')).toEqual([
    'unknown-export-child @ "#__proto__.x"',
    'unknown-export-target @ "slots.constructor"',
  ]);
});

test('one name for a slot and a provide; resources have names of their own', () => {
  const body = `${serving()} slots: { api: { kind: "http" } }, resources: { api: { kind: "storage" } },`;
  expect(problems(body)).toEqual(['ambiguous-capability-name @ api']);
  expect(diagnosticsOf(body)[0]?.related).toHaveLength(1);
});

describe('policy references', () => {
  test('a missing name is reported once, at its first reference', () => {
    const body = 'use: { redact: "./p.json5" }, policies: ["#redact.a", "#redcat.a", "#none.a", "#redcat.b"],';
    expect(problems(body)).toEqual(['unknown-policy-use @ "#redcat.a"', 'unknown-policy-use @ "#none.a"']);
    const [first] = diagnosticsOf(body);
    expect(first?.related).toHaveLength(1);
    expect(first?.help).toContain('did you mean `redact`?');
  });
  test('a component is not a policy', () => {
    const [found] = diagnosticsOf('components: { redact: "./p.json5" }, policies: ["#redact.a"],');
    expect(found?.message).toContain('a component of the scenario');
  });
});

describe('environments', () => {
  test('each circle once, where a walk by name comes back to', () => {
    const body = `environments: {
      a: { extends: "c" }, b: { extends: "c" }, c: { extends: "b" },
      self: { extends: "self" }, ok: { extends: "base" }, base: {},
    },`;
    expect(problems(body)).toEqual(['environment-cycle @ c', 'environment-cycle @ self']);
    expect(diagnosticsOf(body)[0]?.message).toContain('`c` → `b` → `c`');
  });
  test('a long chain is no circle', () => {
    const chain = Array.from({ length: 5000 }, (_, i) => `e${i}: { extends: "e${i + 1}" }`).join(', ');
    expect(problems(`environments: { ${chain}, e5000: {} },`)).toEqual([]);
  });
  test('unknown ones, where they are named', () => {
    const body = `
      environments: { base: {}, eu: { extends: "bsae" } },
      components: { c: { manifest: "./c.json5", environment: "eu_1" } },
      use: { u: { manifest: "./u.json5", environment: "eu_2" } },`;
    expect(problems(body)).toEqual([
      'unknown-environment-extends @ "bsae"',
      'unknown-component-environment @ "eu_1"',
      'unknown-use-environment @ "eu_2"',
    ]);
  });
});
