import { describe, expect, test } from 'vitest';
import { lints, serving } from '../../3-check/harness.ts';

const object = (properties: string, required = ''): string =>
  `{ type: "object", properties: { ${properties} }, required: [${required}] }`;
const schema = (properties: string, required = ''): string => `config_schema: ${object(properties, required)},`;
const leaf = '{ type: "string", default: "x" }';

describe('unused config', () => {
  const nested = schema(`a: ${object(`b: ${leaf}, c: ${leaf}`)}, d: ${leaf}`);
  const used = (body: string): string[] => lints(`${nested} ${body}`);

  test('leaves, at their declarations', () => {
    expect(lints(schema(`a: ${leaf}, b: { type: "array", default: [] }`))).toEqual([
      `unused-config @ ${leaf}`,
      'unused-config @ { type: "array", default: [] }',
    ]);
  });
  test('use of a path covers what is below it, not what is above or beside it', () => {
    expect(used(serving('args: ["${config.a}", "${config.d}"],'))).toEqual([]);
    expect(used(serving('args: ["${config.a.b}", "${config.d}"],'))).toHaveLength(1);
    expect(used(serving('args: ["${config}"],'))).toEqual([]);
    expect(used(serving('args: ["${config.}"],'))).toEqual([]);
  });
  test.each([
    serving('args: [{ when: "config.a", arg: "x" }], env: { D: { each: "config.d", value: "x", join: "," } },'),
    serving('mounts: [{ path: "/m", from: "config" }],'),
    serving('mounts: [{ path: "/m", from: "config.${config.d}" }],'),
    serving('mounts: [{ path: "/${config.d}", from: "config.a" }],'),
    'components: { c: { manifest: "./c.json5", config: { x: ["pre ${config.a} post", { y: "${config.d}" }] } } },',
    'use: { p: { manifest: "./p.json5", config: { x: "$${config.a}", y: { $symbolic_config: "d" } } } }, policies: ["#p.x"],',
    'resources: { r: { kind: "storage", params: { size: "${config.a}", sharing: "${config.d}" } } },',
    'child_templates: { t: { manifest: "./t.json5", config: { x: "${config.a}-${config.d}" } } },',
  ])('counts as use: %s', (body) => {
    expect(used(body)).toEqual([]);
  });
  test('metadata is no use', () => {
    expect(used('metadata: { x: "${config}" },')).toHaveLength(3);
  });
  test('leaves behind references and `allOf` are found at the property that declares them', () => {
    const body = `config_schema: { type: "object", $defs: { o: ${object(`x: ${leaf}`)} },
      allOf: [${object('p: { $ref: "#/$defs/o" }')}] },`;
    expect(lints(body)).toEqual([`unused-config @ ${leaf}`]);
  });
  test('a schema whose references never end is not listed', () => {
    const tree = `{ type: "object", $defs: { n: ${object('left: { $ref: "#/$defs/n" }')} }, properties: { n: { $ref: "#/$defs/n" } } }`;
    expect(lints(`config_schema: ${tree}, ${serving('args: ["${config.n}"],')}`)).toEqual([
      `config-lint-incomplete @ ${tree}`,
    ]);
  });
});

describe('config that may be absent', () => {
  const fields = schema(
    `opt: { type: "string" }, dflt: { type: "string", default: "x" }, req: { type: "string" }, nul: { type: ["string", "null"] },
     o: ${object('in: { type: "string" }', '"in"')}`,
    '"req", "nul"',
  );
  const all = '${config.opt}${config.dflt}${config.req}${config.nul}${config.o.in}';
  const optional = (program: string): string[] =>
    lints(`${fields} ${serving(program)}`).filter((line) => line.startsWith('optional'));

  test('neither required nor defaulted, or null; below an object that may be absent', () => {
    expect(optional(`args: ["${all}"],`)).toHaveLength(3);
    expect(optional('args: ["${config.dflt}", "${config.req}"],')).toEqual([]);
  });
  test('arguments and groups are marked at the text', () => {
    expect(
      optional(
        'args: ["${config.opt}", { argv: ["--o", "${config.o.in}"] }, { when: "config.req", arg: "${config.nul}" }],',
      ),
    ).toEqual([
      'optional-command-config @ "${config.opt}"',
      'optional-command-config @ "${config.o.in}"',
      'optional-command-config @ "${config.nul}"',
    ]);
  });
  test('a text that is split into words is one place', () => {
    expect(optional('args: "--a ${config.opt} --b ${config.opt}",')).toHaveLength(1);
  });
  test('`when` guards exactly its own path, on its own item', () => {
    expect(optional('args: [{ when: "config.opt", arg: "${config.opt}" }],')).toEqual([]);
    expect(
      optional(
        'args: [{ when: "config.o", arg: "${config.o.in}" }, { when: "config.opt", arg: "x" }, "${config.opt}"],',
      ),
    ).toHaveLength(2);
  });
  test('`each` and its items are not marked', () => {
    const list = schema('l: { type: "array" }');
    expect(lints(`${list} ${serving('args: [{ each: "config.l", arg: "${item}" }],')}`)).toEqual([]);
  });
  test('variables', () => {
    expect(
      optional(
        'env: { A: "${config.opt}", B: { when: "config.opt", value: "${config.opt}" }, C: { when: "config.req", value: "${config.opt}" } },',
      ),
    ).toEqual(['optional-env-config @ "${config.opt}"', 'optional-env-config @ "${config.opt}"']);
  });
  test('mounts: path and source, also of virtual machines', () => {
    const list = `mounts: [{ path: "/\${config.opt}", from: "config.opt" }, { when: "config.opt", path: "/b", from: "config.opt" },
      { path: "/c", from: "config" }, { path: "/d", from: "config.req" }],`;
    const want = ['optional-mount-config @ "/${config.opt}"', 'optional-mount-config @ "config.opt"'];
    expect(optional(list)).toEqual(want);
    const vm = `${fields} program: { vm: { image: "d", cpus: 1, memory_mib: 1, ${list} } },`;
    expect(lints(vm).filter((line) => line.startsWith('optional'))).toEqual(want);
  });
  test('image, endpoints and unknown paths are not looked at', () => {
    const body = `${fields} program: { image: "\${config.opt}", entrypoint: ["\${config.gone}"], network: { endpoints: [{ name: "e", port: "\${config.opt}" }] } },`;
    expect(lints(body).filter((line) => line.startsWith('optional'))).toEqual([]);
  });
});
