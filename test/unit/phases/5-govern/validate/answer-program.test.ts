/** V6: the program of an interposer keeps the rules of authored programs. */
import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../../src/base/json.ts';
import { answering, interposer, interposition, program, validated } from '../harness.ts';

const slots = {
  up: { kind: 'http' },
  many: { kind: 'mcp', multiple: true, optional: true },
  disk: { kind: 'storage', optional: true },
};
const config_schema = { type: 'object', properties: { word: { type: 'string' }, list: { type: 'array' } } };

/** `path: message` below `program`. */
function faults(change: JsonObject, more: JsonObject = { config_schema }): string[] {
  const problems = validated(answering(interposition({ slots, ...more, program: change })));
  return problems.map(({ rule, path, message }) => {
    expect(rule).toBe('V6');
    return `${path.replace('interpositions[0].interposer.', '')}: ${message}`;
  });
}
const inPath = (change: JsonObject, more?: JsonObject): string[] => faults({ ...program, ...change }, more);
const mounts = (...list: JsonValue[]): string[] =>
  inPath({ mounts: list }).map((fault) => fault.replace('program.mounts', ''));
const file = (change: JsonObject): JsonObject => ({
  kind: 'file',
  path: [{ lit: '/etc/a' }],
  source: { kind: 'config', path: [{ lit: 'word' }] },
  ...change,
});

describe('slots', () => {
  test('unknown, repeated, storage, fields', () => {
    expect(
      inPath({ args: ['${slots.uq.url}', '${slots.many.url}', '${slots.disk}', '${slots.up.port}', '${slots}'] }),
    ).toEqual([
      'program.args[0]: unknown slot `uq`; did you mean `up`?',
      'program.args[1]: slot `many` takes several connections; repeat over it with `each: slots.many`',
      'program.args[2]: slot `disk` is storage, which has no URL; mount it instead',
      'program.args[3]: slot `up` has no field `port`; its only field is `url`',
      'program.args[4]: `${slots}` cannot be used: slot `many` takes several connections',
    ]);
  });
  test('in conditions and repetitions', () => {
    const env = {
      A: { when: 'slots.nope', value: 'x' },
      B: { when: 'slots.many', value: 'x' },
      C: { each: 'slots.up', join: ',', value: '${item.url}' },
      D: { each: 'slots.many', join: ',', value: '${item.url}' },
      E: { each: 'slots.disk', join: ',', value: '${item.url}' },
    };
    expect(inPath({ env })).toEqual([
      'program.env.A.when: unknown slot `nope`; the slots are `up`, `many`, `disk`',
      'program.env.C.each: slot `up` takes one connection; `each` needs `multiple: true`',
      'program.env.E.each: slot `disk` is storage, which has no URL to repeat over; mount it instead',
    ]);
  });
  test('items', () => {
    expect(inPath({ args: ['${item}', { each: 'slots.many', argv: ['${item.url}', '${item.name}'] }] })).toEqual([
      'program.args[0]: `${item…}` has a meaning only inside `each`',
      'program.args[1].argv[1]: an item has no field `name`; use `${item}` or `${item.url}`',
    ]);
  });
  test('everywhere in a virtual machine', () => {
    const vm = {
      image: '${slots.a}',
      cpus: 1,
      memory_mib: 1,
      cloud_init: { user_data: '${slots.b}', vendor_data: '${item}' },
    };
    expect(faults({ vm: { ...vm, network: program['network'] ?? null } })).toEqual([
      'program.vm.image: unknown slot `a`; the slots are `up`, `many`, `disk`',
      'program.vm.cloud_init.user_data: unknown slot `b`; the slots are `up`, `many`, `disk`',
      'program.vm.cloud_init.vendor_data: `${item…}` has a meaning only inside `each`',
    ]);
  });
});

describe('config', () => {
  test('what the schema does not declare', () => {
    expect(inPath({ args: ['${config.word}', '${config.wrod}', { when: 'config.gone', arg: 'x' }] })).toEqual([
      'program.args[2].when: `config.gone` is not declared in `config_schema`',
      'program.args[1]: `config.wrod` is not declared in `config_schema`; did you mean `config.word`?',
    ]);
  });
  test('without a schema', () => {
    expect(inPath({ env: { A: '${config.word}', B: '${config}' } }, {})).toEqual([
      'program.env.A: `config.word` is read, and there is no `config_schema`',
      'program.env.B: `config` is read, and there is no `config_schema`',
    ]);
  });
});

describe('what must be there', () => {
  test('a command, a path, an image', () => {
    const network = program['network'] ?? null;
    expect(faults({ image: 'i', entrypoint: [], network })).toEqual([
      'program: a container needs a command: `entrypoint` is missing or empty',
    ]);
    expect(faults({ image: 'i', network })).toHaveLength(1);
    expect(faults({ image: 'i', entrypoint: ' # nothing', network })).toHaveLength(1);
    expect(faults({ image: 'i', entrypoint: [''], network })).toEqual([]);
    expect(inPath({ path: ' ' })).toEqual(['program.path: the `path` of the program is empty']);
    expect(faults({ vm: { image: '', cpus: 0, memory_mib: 0, network } })).toEqual([
      'program.vm.image: the `image` of the virtual machine is empty',
      'program: `cpus` of the virtual machine must be more than 0',
      'program: `memory_mib` of the virtual machine must be more than 0',
    ]);
  });
  test('endpoint names, each once', () => {
    const endpoints = [
      { name: 'down', port: 1 },
      { name: '', port: 2 },
      { name: 'down', port: 3 },
    ];
    expect(inPath({ network: { endpoints } })).toEqual([
      'program.network.endpoints[1]: the name is empty',
      'program.network.endpoints[2]: there is more than one endpoint `down` once everything is expanded',
    ]);
  });
});

describe('mounts', () => {
  test('slots and resources that are declared, of kind storage', () => {
    const list = [
      { kind: 'slot', path: '/a', slot: 'nope' },
      { kind: 'slot', path: '/b', slot: 'up' },
      { kind: 'resource', path: '/c', resource: 'nope' },
    ];
    expect(mounts(...list)).toEqual([
      '[0]: unknown slot `nope`',
      '[1]: slot `up` is of kind `http`, and only storage can be mounted',
      '[2]: unknown resource `nope`',
    ]);
    const resources = { r: { kind: 'storage' } };
    expect(inPath({ mounts: [{ kind: 'resource', path: '/r', resource: 'r' }] }, { resources })).toEqual([]);
  });
  test('of the framework only what needs no feature', () => {
    const framework = (capability: string): JsonObject => ({ kind: 'framework', path: `/${capability}`, capability });
    expect(mounts(framework('component'))).toEqual([]);
    expect(mounts(framework('docker'), framework('component'), framework('kvm'), framework('gpu'))).toEqual([
      '[0]: framework capability `docker` needs the experimental feature `docker`',
      '[2]: framework capability `kvm` needs the experimental feature `kvm`',
      '[3]: framework capability `gpu` cannot be mounted',
    ]);
  });
  test('files need config that is declared, at a path that can be', () => {
    expect(
      mounts(file({}), file({ path: [{ lit: '/etc/' }, { config: 'word' }], source: { kind: 'config', path: [] } })),
    ).toEqual([]);
    expect(mounts(file({ source: { kind: 'config', path: [{ lit: 'gone' }] } }))).toEqual([
      '[0]: `config.gone` is not declared in `config_schema`',
    ]);
    expect(mounts(file({ path: [{ lit: 'etc' }] }), file({ path: [{ lit: '/a/..' }] }), file({ path: [] }))).toEqual([
      '[0]: `etc` is not a mount path: it must be absolute and hold no `..`',
      '[1]: `/a/..` is not a mount path: it must be absolute and hold no `..`',
      '[2]: `` is not a mount path: it must be absolute and hold no `..`',
    ]);
    expect(mounts(file({}), file({}))).toEqual(['[1]: something is mounted at `/etc/a` already']);
    const without = validated(answering({ ...interposition({ program: { ...program, mounts: [file({})] } }) }));
    expect(without.map(({ rule, message }) => [rule, message])).toEqual([
      ['V6', 'a file is mounted from config, and there is no `config_schema`'],
    ]);
  });
  test('slots, items and conditions of files', () => {
    const each = { kind: 'config', path: 'list' };
    expect(mounts(file({ each, path: [{ lit: '/etc/' }, { item: 'name' }] }))).toEqual([]);
    expect(mounts(file({ each: { kind: 'slot', slot: 'many' }, path: [{ lit: '/etc/' }, { item: 'url' }] }))).toEqual(
      [],
    );
    expect(
      mounts(
        file({ path: [{ lit: '/x/' }, { item: '' }] }),
        file({ path: [{ lit: '/y/' }, { slot: 'nope.url', scope: 4 }] }),
        file({ path: [{ lit: '/z' }], when: { kind: 'slot', query: 'nope' } }),
        file({ path: [{ lit: '/w' }], each: { kind: 'slot', slot: 'up' } }),
        file({ path: [{ lit: '/v' }], when: { kind: 'config', path: 'gone' } }),
      ),
    ).toEqual([
      '[0].path: `${item…}` has a meaning only inside `each`',
      '[1].path: unknown slot `nope`; the slots are `up`, `many`, `disk`',
      '[2].when.query: unknown slot `nope`; the slots are `up`, `many`, `disk`',
      '[3].each.slot: slot `up` takes one connection; `each` needs `multiple: true`',
      '[4].when.path: `config.gone` is not declared in `config_schema`',
    ]);
  });
  test('one connection of a slot, by number', () => {
    const part = (change: JsonObject): JsonObject =>
      file({ path: [{ lit: '/a' }, { item: 'url', slot: 'many', index: 0, ...change }] });
    expect(mounts(part({}))).toEqual([]);
    expect(mounts(part({ slot: 'nope' }))).toEqual(['[0].path[1]: unknown slot `nope`']);
    expect(mounts(part({ slot: 'up' }))).toEqual([
      '[0].path[1]: slot `up` takes one connection, so its connections have no numbers',
    ]);
    expect(mounts(part({ item: 'port' }))).toEqual(['[0].path[1]: a connection has one field, `url`']);
  });
});

test('an interposer that uses all of it is fine', () => {
  const all = {
    ...interposer,
    slots,
    config_schema,
    config: { word: '${config.word}', list: ['a'] },
    resources: { r: { kind: 'storage', params: { size: '1Gi' } } },
    metadata: { owner: 'x' },
    program: {
      image: 'relay:${config.word}',
      entrypoint: [
        'relay',
        { when: 'config.word', argv: ['--word', '${config.word}'] },
        { each: 'slots.many', arg: '${item.url}' },
      ],
      env: { UP: '${slots.up.url}', MANY: { each: 'config.list', join: ',', value: '${item}' } },
      network: { endpoints: [{ name: 'down', port: 80 }] },
      mounts: [
        { kind: 'resource', path: '/data', resource: 'r' },
        { kind: 'framework', path: '/run/component', capability: 'component' },
        file({ path: [{ lit: '/etc/' }, { slot: 'up.url' }], when: { kind: 'slot', query: 'up' } }),
      ],
    },
  };
  expect(validated(answering({ ...interposition(), interposer: all }))).toEqual([]);
});
