import { describe, expect, test } from 'vitest';
import { check, codes, type Files, fixAll, titles } from './scenario.ts';

const v = 'manifest_version: "0.4.0"\n';
const serves = `program:
  path: ./serve
  network: { endpoints: [{ name: http, port: 80 }] }
provides: { api: { kind: http, endpoint: http } }
exports: { api: provides.api }
`;
const job = `${v}slots: { up: { kind: http }, old: { kind: http } }
program: { path: ./job, args: ["\${slots.up.url}"], network: { endpoints: [{ name: http, port: 80 }] } }
provides: { api: { kind: http, endpoint: http } }
exports: { api: provides.api }
`;

describe('an unused slot', () => {
  const files: Files = {
    'scenario.yaml': `${v}components:
  up: ./up.yaml
  job: ./job.yaml
bindings:
  - { to: "#job.up", from: "#up.api" }
  - to: "#job.old" # no more
    from: "#up.api"
exports: { api: "#job.api" }
`,
    'up.yaml': v + serves,
    'job.yaml': job,
  };

  test('goes with the bindings into it', async () => {
    expect(titles(await check(files))).toEqual(['remove slot `old`']);
    const after = await fixAll(files);
    expect(codes(after)).toEqual([]);
    expect(after.files['scenario.yaml']).toBe(
      files['scenario.yaml']?.replace('  - to: "#job.old" # no more\n    from: "#up.api"\n', ''),
    );
    expect(after.files['job.yaml']).toBe(job.replace(', old: { kind: http }', ''));
  });

  test('stays when only repairs are asked for, or a file is not ours', async () => {
    expect((await fixAll(files, ['safe'])).texts.size).toBe(0);
    expect((await fixAll(files, ['safe', 'remove'], (file) => file !== 'scenario.yaml')).texts.size).toBe(0);
  });

  test('goes everywhere at once, whoever uses the manifest', async () => {
    const twice: Files = {
      ...files,
      'scenario.yaml': `${v}components: { up: ./up.yaml, one: ./job.yaml, two: ./job.yaml, group: ./group.yaml }
bindings:
  - { to: "#one.up", from: "#up.api" }
  - { to: "#one.old", from: "#up.api" }
  - { to: "#two.up", from: "#up.api" }
  - { to: "#two.old", from: "#up.api" }
  - { to: "#group.in", from: "#up.api" }
exports: { one: "#one.api", two: "#two.api", three: "#group.api" }
`,
      'group.yaml': `${v}components: { job: ./job.yaml }
slots: { in: { kind: http } }
bindings:
  - { to: "#job.up", from: slots.in }
  - { to: "#job.old", from: slots.in }
exports: { api: "#job.api" }
`,
    };
    const after = await fixAll(twice);
    expect(codes(after)).toEqual([]);
    expect(after.rechecks).toBe(1);
    expect(Object.values(after.files).join()).not.toContain('old');
  });

  test('takes the slots along that only fed it', async () => {
    const relayed: Files = {
      ...files,
      'scenario.yaml': `${v}components: { up: ./up.yaml, group: ./group.yaml }
bindings:
  - { to: "#group.in", from: "#up.api" }
  - { to: "#group.in_old", from: "#up.api" }
exports: { api: "#group.api" }
`,
      'group.yaml': `${v}components: { job: ./job.yaml }
slots:
  in: { kind: http }
  in_old: { kind: http }
bindings:
  - { to: "#job.up", from: slots.in }
  - { to: "#job.old", from: slots.in_old }
exports: { api: "#job.api" }
`,
    };
    const after = await fixAll(relayed);
    expect(codes(after)).toEqual([]);
    expect(after.count).toBe(1);
    expect(Object.values(after.files).join()).not.toContain('old');
  });

  test('stays where a provide would be left that nobody takes', async () => {
    const own: Files = {
      'scenario.yaml': `${v}components: { job: ./job.yaml }
slots: { in: { kind: http } }
program:
  path: ./serve
  args: ["\${slots.in.url}"]
  network: { endpoints: [{ name: http, port: 80 }] }
provides: { api: { kind: http, endpoint: http }, other: { kind: http, endpoint: http } }
bindings:
  - { to: "#job.up", from: provides.api }
  - { to: "#job.old", from: provides.other }
exports: { api: "#job.api" }
`,
      'job.yaml': job,
    };
    const before = await check(own);
    expect(codes(before)).toEqual(['lint/unused-slot']);
    expect(titles(before)).toEqual([]);
  });

  test('leaves the slots beside child templates', async () => {
    const kept: Files = {
      ...files,
      'scenario.yaml': `${v}components: { up: ./up.yaml, group: ./group.yaml }
bindings:
  - { to: "#group.in", from: "#up.api" }
  - { to: "#group.in_old", from: "#up.api" }
  - { to: "#group.realm", from: framework.component }
exports: { api: "#group.api" }
`,
      'group.yaml': `${v}components: { job: ./job.yaml }
slots:
  in: { kind: http }
  in_old: { kind: http }
  realm: { kind: component }
child_templates: { w: { manifest: ./up.yaml } }
bindings:
  - { to: "#job.up", from: slots.in }
  - { to: "#job.old", from: slots.in_old }
exports: { api: "#job.api" }
`,
    };
    const after = await fixAll(kept);
    expect(codes(after)).toEqual([]);
    expect(after.files['job.yaml']).not.toContain('old');
    expect(after.files['group.yaml']).toContain('in_old: { kind: http }');
  });

  test('of a root with a program stays: it is an input from outside', async () => {
    const root: Files = { 'scenario.yaml': `${v}slots:\n  a: { kind: http }\n${serves}` };
    expect(codes(await check(root))).toEqual([]);
    expect((await fixAll(root)).files).toEqual(root);
  });
});

describe('unused config', () => {
  const schema = (properties: string, more = ''): Files => ({
    'scenario.yaml': `${v}config_schema:\n  type: object\n${properties}${more}${serves}`,
  });

  test('goes with its name in `required`', async () => {
    const files = schema('  properties:\n    a: { type: string }\n    b: { type: string } # b\n  required: [a, b]\n');
    const after = await fixAll(files);
    expect(codes(after)).toEqual([]);
    expect(after.files['scenario.yaml']).toBe(`${v}config_schema:\n  type: object\n${serves}`);
    expect(titles(await check(files))).toEqual(['remove config `a`', 'remove config `b`']);
  });

  test('takes an object along that has nothing else', async () => {
    const db =
      '  properties:\n    db:\n      type: object\n      properties: { host: { type: string } }\n      required: [host]\n';
    const after = await fixAll(schema(db, '  required: [db]\n'));
    expect(codes(after)).toEqual([]);
    expect(after.count).toBe(1);
    expect(after.files['scenario.yaml']).toBe(`${v}config_schema:\n  type: object\n${serves}`);
  });

  test('in an object with more than that goes part by part', async () => {
    const after = await fixAll(
      schema(
        '  properties:\n    db: { type: object, properties: { host: { type: string }, port: { type: integer } } }\n',
      ),
    );
    expect(codes(after)).toEqual([]);
    expect(after.files['scenario.yaml']).toBe(`${v}config_schema:\n  type: object\n${serves}`);
  });

  test.each([
    [
      'a default above it',
      '  properties: { db: { type: object, default: { host: a }, properties: { host: { type: string } } } }\n',
    ],
    ['a reference', '  properties: { a: { $ref: "#/$defs/t" } }\n  $defs: { t: { type: string } }\n'],
    [
      'a second declaration',
      '  properties: { a: { type: string } }\n  allOf: [{ type: object, properties: { a: { minLength: 1 } } }]\n',
    ],
  ])('stays with %s', async (_, properties) => {
    const before = await check(schema(properties));
    expect(codes(before)).toContain('lint/unused-config');
    expect(titles(before)).toEqual([]);
  });

  test('stays where a policy may give it to its interposers', async () => {
    const files: Files = {
      'scenario.yaml': `${v}config_schema: { type: object, properties: { terms: { type: string } } }
components: { a: ./a.yaml }
exports: { api: "#a.api" }
use: { p: ./policy.yaml }
policies: ["#p.api"]
`,
      'a.yaml': v + serves,
      'policy.yaml': (v + serves).replace('{ kind: http,', '{ kind: http, profile: policy,'),
    };
    const before = await check(files);
    expect(codes(before)).toEqual(['lint/unused-config']);
    expect(titles(before)).toEqual([]);
    const [unused] = before.diagnostics;
    expect(unused?.message).toContain('interposers');
    expect(unused?.help).toContain('`$${config.terms}`');
  });

  test('stays where a component is given a value for it', async () => {
    const files: Files = {
      'scenario.yaml': `${v}components: { a: { manifest: ./a.yaml, config: { x: "1" } } }\nexports: { api: "#a.api" }\n`,
      'a.yaml': `${v}config_schema: { type: object, properties: { x: { type: string }, y: { type: string } } }\n${serves}`,
    };
    expect(titles(await check(files))).toEqual(['remove config `y`']);
    expect(codes(await fixAll(files))).toEqual(['lint/unused-config']);
  });
});

describe('a program, a provide, a policy', () => {
  test('goes when nothing is there for its sake', async () => {
    const job = 'program: { path: ./job, network: { endpoints: [{ name: http, port: 80 }] } }';
    const files: Files = { 'scenario.yaml': `${v}# runs\n${job}\n` };
    const after = await fixAll(files);
    expect(after.files['scenario.yaml']).toBe(`${v}# runs\n`);
    expect(codes(after)).toEqual([]);
  });

  test('the provides first, then the program', async () => {
    const files: Files = { 'scenario.yaml': v + serves.replace('exports: { api: provides.api }\n', '') };
    expect(titles(await check(files))).toEqual(['remove provide `api`']);
    const after = await fixAll(files);
    expect(after.files['scenario.yaml']).toBe(v);
    expect(after.count).toBe(2);
  });

  test('stays when slots or config would serve nobody then', async () => {
    const config = `${v}config_schema: { type: object, properties: { x: { type: string } }, required: [x] }
program: { path: ./job, args: ["\${config.x}"], network: { endpoints: [{ name: http, port: 80 }] } }
`;
    const slots: Files = {
      'scenario.yaml': `${v}components: { up: ./up.yaml, job: ./job.yaml }\nbindings: [{ to: "#job.up", from: "#up.api" }]\n`,
      'up.yaml': v + serves,
      'job.yaml': `${v}slots: { up: { kind: http } }\nprogram: { path: ./job, args: ["\${slots.up.url}"], network: { endpoints: [{ name: http, port: 80 }] } }\n`,
    };
    for (const files of [slots, { 'scenario.yaml': config }]) {
      const before = await check(files);
      expect(codes(before)).toEqual(['lint/unused-program']);
      expect(titles(before)).toEqual([]);
    }
  });

  test('stays when it serves nothing: it may be there for what it does', async () => {
    const files: Files = {
      'scenario.yaml': `${v}components: { job: ./job.yaml }\n`,
      'job.yaml': `${v}program: { path: ./job }\n`,
    };
    const before = await check(files);
    expect(codes(before)).toEqual(['lint/unused-program']);
    expect(titles(before)).toEqual([]);
  });

  test('a policy that is not asked goes, unless config was for it alone', async () => {
    const policy = `${v}config_schema: { type: object, properties: { x: { type: string } }, required: [x] }
program: { path: ./policy, args: ["\${config.x}"], network: { endpoints: [{ name: http, port: 80 }] } }
provides: { p: { kind: http, profile: policy, endpoint: http } }
exports: { p: provides.p }
`;
    const with_ = (config: string): Files => ({
      'scenario.yaml': `${v}config_schema: { type: object, properties: { x: { type: string } }, required: [x] }\nuse:\n  p: { manifest: ./p.yaml, config: { x: "${config}" } }\n${serves.replace('./serve', './serve\n  args: ["${config.x}"]')}`,
      'p.yaml': policy,
    });
    const after = await fixAll(with_('1'));
    expect(codes(after)).toEqual([]);
    expect(after.files['scenario.yaml']).not.toContain('use:');
    const alone = with_('${config.x}');
    const root = (alone['scenario.yaml'] as string).replace('  args: ["${config.x}"]\n', '');
    expect(titles(await check({ ...alone, 'scenario.yaml': root }))).toEqual([]);
  });
});
