import { describe, expect, test } from 'vitest';
import { canonical, decode, decoded, faults } from './harness.ts';

const path = (more: string): string => `program: { path: "/x", ${more} }`;
const args = (text: string): unknown =>
  (canonical(path(`args: ${text}`), 'program', { 'run.txt': 'one "two ${config.a}"\n' }) as { args: unknown }).args;

describe('the kind of a program', () => {
  test.each([
    ['{}', 'program-kind @ {}: `program`: a program needs one of `image`, `path` and `vm`'],
    [
      '{ image: "a", path: "b" }',
      'program-kind @ { image: "a", path: "b" }: `program`: a program cannot have both `image` and `path`',
    ],
    ['{ path: "a", entrypoint: null }', 'program-kind @ entrypoint: `program`: `entrypoint` does not go with `path`'],
    ['{ image: "a", args: [] }', 'program-kind @ args: `program`: `args` does not go with `image`'],
    [
      '{ vm: { image: "a", cpus: 1, memory_mib: 1 }, network: null }',
      'program-kind @ network: `program`: `network` does not go with `vm`',
    ],
    [
      '{ vm: { image: "a", cpus: 1, memory_mib: 1 }, env: { A: "" } }',
      'program-kind @ env: `program`: `env` does not go with `vm`',
    ],
    ['3', 'wrong-type @ 3: `program`: expected an object, found a number'],
  ])('%s', (program, fault) => expect(faults(`program: ${program}`)).toEqual([fault]));

  test.each([
    'null',
    '{ image: "a", path: null, vm: null }',
    '{ vm: { image: "a", cpus: 1, memory_mib: 1 }, env: {}, mounts: [] }',
  ])('%s is fine', (program) => expect(faults(`program: ${program}`)).toEqual([]));

  test('a fault of the kind hides no other', () => {
    const codes = (text: string): readonly string[] => faults(text).map((f) => f.split(':')[0] as string);
    expect(codes('program: { image: "a", path: "${x}", args: [1], env: { A: 2 }, mounts: [3] }')).toEqual([
      'program-kind @ { image',
      'invalid-interpolation @ "${x}"',
      'wrong-type @ 1',
      'wrong-type @ 2',
      'wrong-type @ 3',
    ]);
    expect(codes('program: { vm: { image: "a", cpus: -1, memory_mib: 1.5 }, args: [] }')).toEqual([
      'invalid-value @ -1',
      'wrong-type @ 1.5',
      'program-kind @ args',
    ]);
  });
});

describe('commands', () => {
  test.each<[string, unknown]>([
    [`"a 'b c' \${config.x}"`, ['a', 'b c', '${config.x}']],
    ['["a b", { file: "run.txt" }]', ['a b', 'one "two ${config.a}"\n']],
    ['{ file: "run.txt" }', ['one', 'two ${config.a}']],
    ['[{ arg: "a" }]', ['a']],
    ['[{ arg: "a", argv: null, when: null, each: null, join: null }]', ['a']],
    ['[{ argv: ["a b"] }]', [{ argv: ['a b'] }]],
    ['[{ argv: "a b" }]', [{ argv: ['a', 'b'] }]],
    ['[{ argv: [] }]', [{ argv: [] }]],
    ['[{ when: "slots.s.url", arg: "a" }]', [{ when: 'slots.s.url', arg: 'a' }]],
    [
      '[{ arg: "${item}", join: ",", each: "config.l", when: "config.l" }]',
      [{ when: 'config.l', each: 'config.l', join: ',', arg: '${item}' }],
    ],
    ['null', undefined],
  ])('%s', (text, list) => {
    if (list === undefined) expect(faults(path(`args: ${text}`))).toHaveLength(1);
    else expect(args(text)).toEqual(list);
  });

  test.each([
    [`"a 'b"`, `unclosed-quote @ "a 'b": \`program.args\`: a single quote is not closed`],
    [
      '[3]',
      'wrong-type @ 3: `program.args[0]`: expected a string, `{file: "path"}` or an object with `arg` or `argv`, found a number',
    ],
    ['[{}]', 'invalid-value @ {}: `program.args[0]`: neither `arg` nor `argv` is given'],
    [
      '[{ arg: "a", argv: [] }]',
      'invalid-value @ { arg: "a", argv: [] }: `program.args[0]`: both `arg` and `argv` are given',
    ],
    ['[{ arg: "a", join: "," }]', 'invalid-value @ ",": `program.args[0]`: `join` needs `each` and `arg`'],
    ['[{ arg: "a", join: ",", each: null }]', 'invalid-value @ ",": `program.args[0]`: `join` needs `each` and `arg`'],
    [
      '[{ argv: [], join: ",", each: "config.l" }]',
      'invalid-value @ ",": `program.args[0]`: `join` needs `each` and `arg`',
    ],
    ['[{ file: 3 }]', 'wrong-type @ 3: `program.args[0].file`: expected a string, found a number'],
    [
      '[{ arg: "a", when: "item.x" }]',
      'invalid-when-path @ "item.x": `program.args[0].when`: `item.x` is not a condition; write `config.<path>` or `slots.<slot>`',
    ],
    [
      '[{ arg: "a", each: "x" }]',
      'invalid-each-path @ "x": `program.args[0].each`: `x` cannot be repeated over; write `config.<path>` or `slots.<slot>`',
    ],
    ['["${config"]', 'invalid-interpolation @ "${config": `program.args[0]`: `${config` has no closing `}`'],
  ])('%s', (text, fault) => expect(faults(path(`args: ${text}`))).toEqual([fault]));
});

describe('variables', () => {
  test('in any form', () =>
    expect(
      canonical(
        path(
          'env: { B: "1", A: { value: "2" }, C: { value: "x", when: "config.a" }, D: { each: "slots.m", join: ",", value: "${item.url}" }, file: { file: "f" } }',
        ),
        'program',
        { f: 'text' },
      ),
    ).toMatchObject({
      env: {
        A: '2',
        B: '1',
        C: { when: 'config.a', value: 'x' },
        D: { each: 'slots.m', join: ',', value: '${item.url}' },
        file: 'text',
      },
    }));

  test.each([
    ['123', 'wrong-type @ 123'],
    ['{ value: "a", when: "foo.x" }', 'invalid-value @ { value: "a", when: "foo.x" }'],
    ['{ value: "a", each: "config.l" }', 'invalid-value @ { value: "a", each: "config.l" }'],
    ['{ value: "a", join: "," }', 'invalid-value @ { value: "a", join: "," }'],
    ['{ value: "a", join: ",", each: null }', 'invalid-value @ { value: "a", join: ",", each: null }'],
    ['{ when: "config.a" }', 'missing-field @ { when: "config.a" }'],
  ])('%s', (value, fault) =>
    expect(faults(path(`env: { A: ${value} }`)).map((f) => f.slice(0, fault.length))).toEqual([fault]),
  );

  test('`each: null` asks for no `join`', () =>
    expect(faults(path('env: { A: { value: "a", each: null } }'))).toEqual([]));
});

describe('network and mounts', () => {
  const endpoints = (list: string): readonly string[] => faults(path(`network: { endpoints: ${list} }`));
  test.each([
    [
      '[{ name: "a", port: 70000 }]',
      ['invalid-value @ 70000: `program.network.endpoints[0].port`: 70000 is out of range'],
    ],
    [
      '[{ name: "a", port: 80.5 }]',
      ['wrong-type @ 80.5: `program.network.endpoints[0].port`: expected an integer, found 80.5'],
    ],
    [
      '[{ name: "a", port: 1, protocol: "udp" }]',
      ['invalid-value @ "udp": `program.network.endpoints[0].protocol`: unknown value `udp`'],
    ],
    [
      '[{ name: "a", port: 1, path: "/" }]',
      ['unknown-field @ path: `program.network.endpoints[0]`: unknown field `path`'],
    ],
    ['[{ name: "${config.n}", port: "${config.p}", protocol: "${config.q}" }, { name: "", port: 0 }]', []],
  ])('%s', (list, found) => expect(endpoints(list)).toEqual(found));

  test('a mount needs path and source', () =>
    expect(faults(path('mounts: [{ name: "a" }]'))).toEqual([
      'missing-field @ { name: "a" }: `program.mounts[0]`: missing field `path`',
      'missing-field @ { name: "a" }: `program.mounts[0]`: missing field `from`',
    ]));

  test('defaults are filled in', () =>
    expect(
      canonical(
        path('network: { endpoints: [{ name: "a", port: 1 }] }, mounts: [{ path: "/a", from: "config" }]'),
        'program',
      ),
    ).toEqual({
      path: '/x',
      args: [],
      env: {},
      network: { endpoints: [{ name: 'a', port: 1, protocol: 'http' }] },
      mounts: [{ when: null, each: null, name: null, path: '/a', from: 'config' }],
    }));
});

describe('files', () => {
  test('a file that could not be read leaves a program that has all its parts', () => {
    const { manifest, faults } = decode(
      'program: { image: { file: "gone" }, entrypoint: { file: "gone" }, env: { A: { file: "gone" } } }',
    );
    expect(faults).toEqual([]);
    const program = manifest?.program;
    expect(program?.kind === 'image' && [program.command.length, program.env.length]).toEqual([1, 1]);
  });

  test('their text is read like text in place', () => {
    const program = 'program: { path: "/x", args: { file: "f" } }';
    expect(decode(program, { f: "a 'b" }).faults.map((f) => f.split(':')[0])).toEqual(['unclosed-quote @ { file']);
    expect(decode(program, { f: '${nope}' }).faults.map((f) => f.split(':')[0])).toEqual([
      'invalid-interpolation @ { file',
    ]);
    expect(decoded(program, { f: ' \n' }).program).toMatchObject({ command: [] });
  });
});
