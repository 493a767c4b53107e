import { describe, expect, test } from 'vitest';
import { diagnosticsOf, problems, serving } from './harness.ts';

const children = 'components: { api: "./api.json5", web: "./web.json5" },';

describe('bindings', () => {
  test('unknown children at either end', () => {
    expect(
      problems(`${children} bindings: [{ to: "#wbe.api", from: "#api.http" }, { to: "#web.api", from: "#apy.http" }],`),
    ).toEqual(['unknown-binding-child @ "#wbe.api"', 'unknown-binding-child @ "#apy.http"']);
  });
  test('one child that is missing at both ends is one problem', () => {
    const found = diagnosticsOf('bindings: [{ to: "#a.x", from: "#a.y" }],');
    expect(found).toHaveLength(1);
    expect(found[0]?.related).toHaveLength(1);
  });
  test('the explicit form is marked where the name stands', () => {
    const body = `${children} bindings: [
      { to: "#gone", slot: "s", from: "slots", capability: "none" },
      { to: "#web", slot: "s", from: "framework", capability: "dokcer" },
    ],`;
    expect(problems(body)).toEqual([
      'unknown-binding-child @ "#gone"',
      'unknown-binding-source @ "none"',
      'unknown-framework-capability @ "dokcer"',
    ]);
  });
  test('help tells the other section that has the name', () => {
    const help = (body: string): string | undefined => diagnosticsOf(body)[0]?.help;
    expect(help(`${children} ${serving()} bindings: [{ to: "#web.s", from: "slots.api" }],`)).toContain(
      '`provides.api`',
    );
    expect(
      help(`${children} resources: { data: { kind: "storage" } }, bindings: [{ to: "#web.s", from: "slots.data" }],`),
    ).toContain('`resources.data`');
    expect(
      help('use: { p: "./p.json5" }, policies: ["#p.x"], bindings: [{ to: "#p.s", from: "framework.component" }],'),
    ).toContain('`use`');
    expect(help(`${children} bindings: [{ to: "#wbe.s", from: "#api.http" }],`)).toContain('did you mean `#web`?');
  });
  test('`self` that is neither slot nor provide', () => {
    expect(problems(`${children} bindings: [{ to: "#web.s", from: "self.gone" }],`)).toEqual([
      'unknown-binding-source @ "self.gone"',
    ]);
  });
  test('framework capabilities and features', () => {
    const body = (features: string): string =>
      `${children} experimental_features: [${features}], bindings: [
        { to: "#web.a", from: "framework.component" }, { to: "#web.b", from: "framework.docker" }, { to: "#web.c", from: "framework.kvm" },
      ],`;
    expect(problems(body('"kvm"'))).toEqual(['framework-capability-requires-feature @ "framework.docker"']);
    expect(problems(body('"kvm", "docker"'))).toEqual([]);
  });
});

describe('exports', () => {
  test('own names and children', () => {
    const body = `${children} exports: { a: "slots.x", b: "provides.x", c: "x", d: "self.x", e: "#gone.x", f: "#web.anything" },`;
    expect(problems(body)).toEqual([
      'unknown-export-target @ "slots.x"',
      'unknown-export-target @ "provides.x"',
      'unknown-export-target @ "x"',
      'unknown-export-target @ "self.x"',
      'unknown-export-child @ "#gone.x"',
    ]);
  });
  test('a resource of that name is not offered', () => {
    const [found] = diagnosticsOf('resources: { data: { kind: "storage" } }, exports: { a: "slots.data" },');
    expect(found?.help).not.toContain('resources.data');
  });
});

describe('provides and endpoints', () => {
  test('storage is wrong whatever its endpoint', () => {
    expect(problems('provides: { a: { kind: "storage" }, b: { kind: "storage", endpoint: "gone" } },')).toEqual([
      'unsupported-provide-kind @ "storage"',
      'unsupported-provide-kind @ "storage"',
    ]);
  });
  test('missing and unknown endpoints', () => {
    const body = 'program: { path: "./x" }, provides: { a: { kind: "http" }, b: { kind: "http", endpoint: "gone" } },';
    expect(problems(body)).toEqual(['missing-provide-endpoint @ a', 'unknown-endpoint @ "gone"']);
  });
  test('without a program the message says so', () => {
    const [found] = diagnosticsOf('provides: { b: { kind: "http", endpoint: "http" } },');
    expect(found?.message).toContain('has no program');
  });
  test('a conditional endpoint is there; an interpolated name makes every name possible', () => {
    const provide = 'provides: { b: { kind: "http", endpoint: "x" } },';
    const endpoints = (list: string): string =>
      `program: { path: "./x", network: { endpoints: [${list}] } }, ${provide}`;
    expect(problems(endpoints('{ when: "config.a", name: "x", port: 1 }'))).toEqual([]);
    expect(problems(endpoints('{ name: "y", port: 1 }, { name: "${config.n}", port: 2 }'))).toEqual([]);
    expect(problems(endpoints('{ name: "y", port: 1 }'))).toEqual(['unknown-endpoint @ "x"']);
  });
  test('one report for a name given three times, at the second; conditional ones do not count', () => {
    const body = (vm: boolean): string => {
      const network = `network: { endpoints: [
        { name: "a", port: 1 }, { when: "config.x", name: "b", port: 2 }, { name: "a", port: 3 }, { name: "a", port: 4 }, { name: "b", port: 5 },
      ] }`;
      return vm
        ? `program: { vm: { image: "d", cpus: 1, memory_mib: 1, ${network} } },`
        : `program: { path: "./x", ${network} },`;
    };
    for (const vm of [false, true]) {
      const found = diagnosticsOf(body(vm));
      expect(problems(body(vm))).toEqual(['duplicate-endpoint-name @ "a"']);
      expect(found[0]?.related.map((r) => r.message)).toEqual(['first declared here', 'and once more here']);
      expect((found[0]?.related[0]?.at.range.start ?? 0) < (found[0]?.at?.range.start ?? 0)).toBe(true);
    }
  });
});

test('resources are storage', () => {
  expect(problems('resources: { a: { kind: "http" }, b: { kind: "storage" } },')).toEqual([
    'unsupported-resource-kind @ "http"',
  ]);
});

describe('child templates', () => {
  const worker = (bindings: string): string =>
    `child_templates: { w: { manifest: "./w.json5", bindings: { ${bindings} } } },`;
  const realm = 'slots: { realm: { kind: "component" } },';
  test('need a component slot', () => {
    expect(problems(worker(''))).toEqual(['child-templates-require-component-slot @ child_templates']);
    expect(problems(`${worker('')} ${realm}`)).toEqual([]);
  });
  test('selectors', () => {
    const bad = [
      '#c.x',
      'slots',
      'slots.',
      'slots.a.b',
      'children.c.exports',
      'children.c.provides.x',
      'children.c.exports.',
      'self.x',
    ];
    const body = `${realm} ${children} ${worker(bad.map((text, i) => `s${i}: "${text}"`).join(', '))}`;
    expect(problems(body)).toEqual(bad.map((text) => `invalid-realm-selector @ "${text}"`));
  });
  test('own names', () => {
    const body = `${realm} ${children} ${worker(
      'a: "slots.relam", b: "provides.x", c: "resources.x", d: "children.wbe.exports.y", e: "external.anything", f: "children.web.exports.y", g: "slots.realm"',
    )}`;
    expect(problems(body)).toEqual([
      'invalid-child-template @ "slots.relam"',
      'invalid-child-template @ "provides.x"',
      'invalid-child-template @ "resources.x"',
      'invalid-child-template @ "children.wbe.exports.y"',
    ]);
  });
});
