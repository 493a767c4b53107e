import { describe, expect, test } from 'vitest';
import { createMemoryLoader } from '../../../../src/adapters/loaders/memory-loader.ts';
import { createMemoryPolicyClient } from '../../../../src/adapters/policies/memory-client.ts';
import { type CompileResult, compile } from '../../../../src/compile.ts';

const base = 'file:///here/';
const policyClient = createMemoryPolicyClient(() => ({ text: '{"interpositions": []}' }));

const load = (files: Readonly<Record<string, string>>, input: string, ir: boolean): Promise<CompileResult> =>
  compile({
    input: base + input,
    baseDir: base,
    ir,
    policyClient,
    loader: createMemoryLoader(new Map(Object.entries(files).map(([name, text]) => [base + name, text]))),
  });

const program = {
  path: './bin/server',
  args: [{ when: 'config.verbose', arg: '-v' }],
  network: { endpoints: [{ name: 'api', port: 80 }] },
};
const manifests = {
  'scenario.json5': {
    config_schema: { type: 'object', properties: { verbose: { type: 'boolean' } } },
    slots: { out: { kind: 'http' }, realm: { kind: 'component', optional: true } },
    components: { a: { manifest: './parts/a.json5', config: { verbose: '${config.verbose}' } }, b: './b.json5' },
    resources: { disk: { kind: 'storage' } },
    bindings: [
      { to: '#a.up', from: '#b.api' },
      { to: '#a.out', from: 'slots.out', weak: true },
      { to: '#a.store', from: 'resources.disk' },
    ],
    child_templates: { w: { manifest: './b.json5' } },
    exports: { x: '#a.api' },
  },
  'parts/a.json5': {
    config_schema: { type: 'object', properties: { verbose: { type: 'boolean' } } },
    program: {
      ...program,
      mounts: [
        { path: '/data', from: 'slots.store' },
        { path: '/etc/a', from: 'config.verbose' },
      ],
    },
    slots: { up: { kind: 'http' }, out: { kind: 'http' }, store: { kind: 'storage' } },
    provides: { api: { kind: 'http', endpoint: 'api' } },
    exports: { api: 'provides.api' },
  },
  'b.json5': {
    program: { ...program, args: [] },
    provides: { api: { kind: 'http', endpoint: 'api' } },
    exports: { api: 'provides.api' },
  },
};
const files = Object.fromEntries(
  Object.entries(manifests).map(([name, m]) => [name, JSON.stringify({ manifest_version: '0.4.0', ...m })]),
);

async function written(): Promise<string> {
  const { compiled, diagnostics } = await load(files, 'scenario.json5', false);
  const text = compiled?.emit('ir').get('ir.json');
  if (text === undefined) throw new Error(JSON.stringify(diagnostics));
  return text;
}

const readIr = (text: string): Promise<CompileResult> => load({ 'out/ir.json': text }, 'out/ir.json', true);

describe('a scenario IR as input', () => {
  test('gives the plan of its manifests, but for what it does not hold', async () => {
    const plan = (await load(files, 'scenario.json5', false)).compiled?.plan;
    const { compiled, diagnostics } = await readIr(await written());
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([['cli/input-is-ir', 'info']]);
    const again = compiled?.plan;
    const plain = <T extends { readonly origin: unknown }>(items: readonly T[] = []): readonly unknown[] =>
      items.map(({ origin, ...rest }) => rest);
    expect(plain(again?.components)).toEqual(plain(plan?.components));
    expect(plain(again?.edges)).toEqual(plain(plan?.edges));
    expect(plain(again?.exports)).toEqual(plain(plan?.exports));
    expect(again?.externals).toEqual(plan?.externals);
    expect(again?.config).toEqual(plan?.config);
    expect(again?.storage).toEqual(plan?.storage);
    expect(again?.sources.filter(({ kind }) => kind === 'manifest')).toEqual(
      plan?.sources.filter(({ kind }) => kind === 'manifest'),
    );
    expect(again?.scenario).toEqual({ root: 'out/ir.json', digest: plan?.scenario.digest, languageVersions: [] });
    expect(compiled?.folder).toBe(base);
  });

  test('is where everything comes from', async () => {
    const text = await written();
    const { compiled } = await readIr(text);
    const origins = compiled?.plan.edges.map(({ id, origin }) => [id, origin]);
    expect(origins).toContainEqual(['/a.up', { kind: 'manifest', source: 'out/ir.json', pointer: '/bindings/0' }]);
  });

  test('makes neither a bundle nor a lock', async () => {
    const { compiled } = await readIr(await written());
    expect(compiled?.emit('bundle').size).toBe(0);
    expect(compiled?.emit('lock').size).toBe(0);
  });

  type Change = readonly [string, readonly (string | number)[], unknown, string];
  const changes: readonly Change[] = [
    ['another root', ['root'], 9, '`root`: there is no component with the id 9'],
    ['an id twice', ['components', 2, 'id'], 1, '`components[2].id`: another component has the id 1'],
    ['another type', ['components'], {}, '`components`: expected array, found object'],
    ['no digest', ['components', 1, 'digest'], 'x', '`components[1].digest`: must match'],
    ['another parent', ['components', 1, 'parent'], 2, '`/a` names another parent'],
    ['a child that is not listed', ['components', 0, 'children'], [1], '`/b` is not listed among the children'],
    ['one moniker twice', ['components', 2, 'moniker'], '/a', 'another component has this moniker'],
    ['a dot in a name', ['components', 2, 'slots'], { 'a.b': { kind: 'http' } }, 'a name cannot have a dot'],
    ['no URL', ['components', 1, 'resolved_url'], 'x', 'this is not an absolute URL'],
    ['an export to nowhere', ['components', 1, 'exports', 'api', 'provide'], 'no', 'has no provide `no`'],
    ['an unknown kind of source', ['bindings', 0, 'from', 'kind'], 'x', 'must be one of component, resource'],
    ['no such provide', ['bindings', 0, 'from', 'provide'], 'x', '`bindings[0].from.provide`: `/b` has no provide `x`'],
    ['no such slot', ['bindings', 0, 'to', 'slot'], 'x', '`bindings[0].to.slot`: `/a` has no slot `x`'],
    ['another capability', ['components', 1, 'slots', 'up', 'kind'], 'mcp', 'the slot takes `mcp`'],
    ['a strong external', ['bindings', 1, 'weak'], false, '`bindings[1].weak`: a binding from outside'],
    ['storage from nowhere', ['bindings', 2, 'to', 'slot'], 'up', 'is bound to no resource'],
    ['config that does not fit', ['components', 1, 'config'], { verbose: 'x' }, '`components[1].config.verbose`'],
    [
      'an unknown slot',
      ['components', 2, 'program', 'args'],
      ['${slots.x.url}'],
      '`components[2].program.args[0]`: unknown slot `x`',
    ],
    ['text that ends too early', ['components', 2, 'program', 'args'], ['${slots'], '`components[2].program.args[0]`'],
    ['a path that climbs', ['components', 1, 'program', 'mounts', 0, 'path'], '/a/../b', 'a mount path holds no `..`'],
    [
      'no such resource',
      ['components', 1, 'program', 'mounts', 0],
      { kind: 'resource', path: '/d', resource: 'x' },
      'no resource `x`',
    ],
    [
      'another manifest',
      ['manifest_catalog', `${base}b.json5`, 'digest'],
      `sha256:${'A'.repeat(43)}=`,
      'the manifest has the digest',
    ],
    ['no manifest', ['manifest_catalog'], {}, '`manifest_catalog` does not hold'],
    ['no such exported provide', ['exports', 0, 'from', 'provide'], 'x', '`/a` has no provide `x`'],
    ['another exported kind', ['exports', 0, 'capability', 'kind'], 'mcp', 'the export says `mcp`'],
  ];
  test.each(changes)('is refused: %s', async (_, path, value, said) => {
    const ir = JSON.parse(await written()) as Record<string | number, unknown>;
    const steps = [...path];
    const last = steps.pop() as string | number;
    const holder = steps.reduce<Record<string | number, unknown>>((at, step) => at[step] as typeof at, ir);
    holder[last] = value;
    const { diagnostics, compiled, sources } = await readIr(JSON.stringify(ir));
    expect(compiled).toBeUndefined();
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code }) => code)).toContain('resolve/ir-invalid');
    expect(errors.map(({ message }) => message).join('\n')).toContain(said);
    for (const { at } of errors)
      expect(sources.get(at?.file ?? '')?.text.slice(at?.range.start, at?.range.end)).not.toBe('');
  });

  test('is refused: components that wait for each other', async () => {
    const ir = JSON.parse(await written()) as { components: Record<string, unknown>[]; bindings: object[] };
    (ir.components[2] as Record<string, unknown>)['slots'] = { up: { kind: 'http' } };
    ir.bindings.push({
      from: { kind: 'component', component: 1, provide: 'api' },
      to: { component: 2, slot: 'up' },
      weak: false,
    });
    const { diagnostics } = await readIr(JSON.stringify(ir));
    expect(diagnostics.map(({ message }) => message)).toEqual([
      expect.stringContaining('components wait for each other: /a -> /b -> /a'),
    ]);
  });
});
