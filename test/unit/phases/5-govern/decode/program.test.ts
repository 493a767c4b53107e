import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../../src/base/json.ts';
import { answering, decoded, interposition, program, shapes } from '../harness.ts';

const withProgram = (change: JsonObject): string => answering(interposition({ program: { ...program, ...change } }));
const inProgram = (change: JsonObject): string[] =>
  shapes(withProgram(change)).map((fault) => fault.replace('shape @ interpositions[0].interposer.program', '@'));

describe('programs', () => {
  const lowered = (change: JsonObject): unknown =>
    decoded(answering(interposition({ program: change }))).interpositions[0]?.interposer.program;
  const invalid = (change: JsonValue): string[] =>
    shapes(answering(interposition({ program: change }))).map((f) =>
      f.replace('shape @ interpositions[0].interposer.program', '@'),
    );

  test('in the form of the request they come back as they were', () => {
    const whole = {
      image: 'relay:${config.tag}',
      entrypoint: [
        'a b',
        { when: 'config.x', arg: 'y' },
        { each: 'slots.s', join: ',', arg: '${item.url}' },
        { argv: ['p', 'q'] },
      ],
      env: { A: '1', B: { each: 'config.l', join: ' ', value: '${item}' }, C: { when: 'slots.s.url', value: 'z' } },
      network: { endpoints: [{ name: 'e', port: 0, protocol: 'tcp' }] },
      mounts: [
        { kind: 'resource', path: '/data', resource: 'r' },
        {
          kind: 'file',
          path: [{ lit: '/etc/' }, { config: 'n' }],
          source: { kind: 'config', path: [] },
          when: { kind: 'slot', query: 's.url' },
        },
      ],
    };
    expect(lowered(whole)).toEqual(whole);
    const vm = {
      image: 'disk.qcow2',
      cpus: '${config.cpus}',
      memory_mib: 512,
      network: null,
      mounts: [{ kind: 'framework', path: '/dev/kvm', capability: 'kvm' }],
      cloud_init: { user_data: 'a', vendor_data: null },
      egress: 'optional',
    };
    expect(lowered({ vm })).toEqual({ vm });
    expect(lowered({ vm: { image: 'd', cpus: 1, memory_mib: 1 } })).toEqual({
      vm: {
        image: 'd',
        cpus: 1,
        memory_mib: 1,
        network: null,
        mounts: [],
        cloud_init: { user_data: null, vendor_data: null },
        egress: 'none',
      },
    });
  });
  test('a command in one string is split as a shell does', () => {
    expect(lowered({ path: '/x', args: "--name 'a b' ${config.n} # rest" })).toEqual({
      path: '/x',
      args: ['--name', 'a b', '${config.n}'],
    });
    expect(lowered({ image: 'i', entrypoint: 'run' })).toEqual({ image: 'i', entrypoint: ['run'] });
  });
  test('the protocol defaults to http, empty maps and lists are dropped, an object that says no more than its text is the text', () => {
    expect(
      lowered({
        path: '/x',
        args: [{ arg: 'y' }],
        env: {},
        mounts: [],
        network: { endpoints: [{ name: 'e', port: 1 }] },
      }),
    ).toEqual({
      path: '/x',
      args: ['y'],
      network: { endpoints: [{ name: 'e', port: 1, protocol: 'http' }] },
    });
  });
  test.each<[string, JsonValue, string[]]>([
    ['no kind', {}, ['@: a program needs exactly one of `image`, `path` and `vm`']],
    ['two kinds', { path: '/x', image: 'i' }, ['@: a program needs exactly one of `image`, `path` and `vm`']],
    ['args with image', { image: 'i', entrypoint: ['a'], args: [] }, ['@.args: `args` does not go with `image`']],
    ['entrypoint with path', { path: '/x', entrypoint: ['a'] }, ['@.entrypoint: `entrypoint` does not go with `path`']],
    [
      'parts of a process with vm',
      { vm: { image: 'd', cpus: 1, memory_mib: 1 }, env: {}, network: {}, mounts: [] },
      [
        '@.env: `env` does not go with `vm`',
        '@.network: `network` does not go with `vm`',
        '@.mounts: `mounts` does not go with `vm`',
      ],
    ],
    [
      'fractions of a cpu',
      { vm: { image: 'd', cpus: 1.5, memory_mib: -1 } },
      [
        '@.vm.cpus: expected an integer without point and exponent, found a number',
        '@.vm.memory_mib: the number is out of range: it must be from 0 to 4294967295',
      ],
    ],
    ['no object', 'sh -c true', ['@: expected an object, found a string']],
  ])('%s', (_, change, expected) => {
    expect(invalid(change)).toEqual(expected);
  });
  test('a file reference is for manifests', () => {
    expect(inProgram({ args: [{ file: 'a.txt' }] })).toEqual([
      '@.args[0]: unknown field `file`; the fields here are `when`, `each`, `join`, `arg`, `argv`',
      '@.args[0]: give exactly one of `arg` and `argv`',
    ]);
    expect(inProgram({ path: { file: 'a.txt' } })).toEqual(['@.path: expected a string, found an object']);
  });
  test('malformed references, conditions and quotes', () => {
    const malformed = expect.stringMatching(/^@.*: a `\$\{…\}` in this text is malformed/) as unknown as string;
    expect(
      inProgram({
        path: '/x${',
        args: ['${SECRET}', { argv: ['${config.a'] }],
        env: { A: '${}', B: { value: '${x.y}' } },
      }),
    ).toEqual(Array(5).fill(malformed));
    expect(inProgram({ args: "a 'SECRET" })).toEqual([
      '@.args: a single quote is not closed; close it, or give the command as an array',
    ]);
    const condition = expect.stringContaining('this is not a condition') as unknown as string;
    expect(
      inProgram({
        args: [
          { when: 'SECRET', arg: 'x' },
          { when: 'item.x', arg: 'x' },
        ],
      }),
    ).toEqual([condition, condition]);
    expect(inProgram({ args: [{ each: 'slots.s.url', arg: 'x' }] })).toEqual([
      expect.stringContaining('@.args[0].each: this cannot be repeated over'),
    ]);
    expect(inProgram({ args: 'a ${SECRET}' }).join()).not.toContain('SECRET');
  });
  test('join and each', () => {
    expect(
      inProgram({
        args: [
          { join: ',', arg: 'x' },
          { join: ',', each: 'config.l', argv: ['x'] },
        ],
      }),
    ).toEqual(['@.args[0].join: `join` needs `each` and `arg`', '@.args[1].join: `join` needs `each` and `arg`']);
    const together = '`each` and `join` go together here: a variable holds one text';
    expect(inProgram({ env: { A: { join: ',', value: 'x' }, B: { each: 'config.l', value: 'x' } } })).toEqual([
      `@.env.A: ${together}`,
      `@.env.B: ${together}`,
    ]);
  });
  test('endpoints are final', () => {
    const network = (...endpoints: JsonValue[]): string[] => inProgram({ network: { endpoints } });
    expect(network({ name: '${config.n}', port: 1 })).toEqual([
      '@.network.endpoints[0].name: the name of an endpoint is plain text here, without `${…}`',
    ]);
    expect(network({ name: 'e', port: '80' }, { name: 'f', port: 65536 }, { port: 1 })).toEqual([
      '@.network.endpoints[0].port: expected an integer, found a string',
      '@.network.endpoints[1].port: the number is out of range: it must be from 0 to 65535',
      '@.network.endpoints[2]: the required field `name` is missing',
    ]);
    expect(network({ name: 'e', port: 1, protocol: 'udp', when: 'config.a' })).toEqual([
      '@.network.endpoints[0]: unknown field `when`; the fields here are `name`, `port`, `protocol`',
      '@.network.endpoints[0].protocol: unknown value; use one of `http`, `https`, `tcp`',
    ]);
    expect(inProgram({ network: { endpoint: [] } })).toEqual([
      '@.network: unknown field `endpoint`; did you mean `endpoints`?',
    ]);
  });
});

describe('mounts', () => {
  const mounts = (...list: JsonValue[]): string[] => inProgram({ mounts: list });
  test('paths of other than files are plain and absolute', () => {
    const path = 'the path of a mount must be absolute and hold no `..`';
    expect(
      mounts({ kind: 'resource', path: 'data', resource: 'r' }, { kind: 'slot', path: '/a/../b', slot: 's' }),
    ).toEqual([`@.mounts[0].path: ${path}`, `@.mounts[1].path: ${path}`]);
  });
  test('the form of manifests is not accepted', () => {
    expect(mounts({ path: '/a', from: 'config.a' })).toEqual(['@.mounts[0]: the required field `kind` is missing']);
  });
  test('files are read strictly, other mounts and tagged parts loosely', () => {
    expect(mounts({ kind: 'file', path: [{ lit: '/a' }], source: { kind: 'config', path: [] }, name: 'x' })).toEqual([
      '@.mounts[0]: unknown field `name`; the fields here are `kind`, `path`, `source`, `when`, `each`',
    ]);
    const text = withProgram({
      mounts: [
        { kind: 'resource', path: '/r', resource: 'r', more: 1 },
        {
          kind: 'file',
          path: [{ lit: '/a' }],
          source: { kind: 'config', path: [], more: 1 },
          each: { kind: 'slot', slot: 's', more: 1 },
        },
      ],
    });
    expect(decoded(text).interpositions[0]?.interposer.program).toMatchObject({
      mounts: [
        { kind: 'resource', path: '/r', resource: 'r' },
        {
          kind: 'file',
          path: [{ lit: '/a' }],
          source: { kind: 'config', path: [] },
          each: { kind: 'slot', slot: 's' },
        },
      ],
    });
  });
  test('parts', () => {
    const parts = (...path: JsonValue[]): string[] =>
      mounts({ kind: 'file', path, source: { kind: 'config', path: [] } });
    const form = 'a part is one of `{lit}`, `{config}`, `{slot, scope}`, `{item}` and `{item, scope, slot, index}`';
    expect(parts({}, { lit: 'a', config: 'b' }, { slot: 's', index: 1 }, { text: 'x' }, { lit: 1 }, 'x')).toEqual([
      `@.mounts[0].path[0]: ${form}`,
      `@.mounts[0].path[1]: ${form}`,
      `@.mounts[0].path[2]: ${form}`,
      '@.mounts[0].path[3]: unknown field `text`; the fields here are `lit`, `config`, `slot`, `item`, `scope`, `index`',
      `@.mounts[0].path[3]: ${form}`,
      '@.mounts[0].path[4].lit: expected a string, found a number',
      '@.mounts[0].path[5]: expected an object, found a string',
    ]);
  });
  test('whatever component id a part carries, the interposer itself is meant', () => {
    const path = [
      { lit: '/a/' },
      { slot: 's.url' },
      { slot: 't', scope: 99 },
      { item: 'url', scope: 7, slot: 'm', index: 2 },
      { item: '' },
    ];
    const text = withProgram({ mounts: [{ kind: 'file', path, source: { kind: 'config', path: [{ lit: 'a' }] } }] });
    expect(decoded(text).interpositions[0]?.interposer.program).toMatchObject({
      mounts: [
        {
          path: [
            { lit: '/a/' },
            { slot: 's.url', scope: 0 },
            { slot: 't', scope: 0 },
            { item: 'url', scope: 0, slot: 'm', index: 2 },
            { item: '' },
          ],
        },
      ],
    });
  });
});
