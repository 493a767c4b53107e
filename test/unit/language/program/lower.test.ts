import { describe, expect, test } from 'vitest';
import { type Given, lower, schemaOf } from './harness.ts';

const any = schemaOf('l', 'u', 'p', 'nm', 'o');

describe('commands and variables stay as written', () => {
  test('path', () => {
    const body = `program: { path: "\${config.nm}", args: "--name 'a b' \${config.nm}", env: { B: "2", A: { value: "1" }, C: { when: "config.u", value: "x" } },
      network: { endpoints: [] } }, ${any}`;
    expect(lower(body, { config: { nm: 'web' } }).program).toEqual({
      path: '${config.nm}',
      args: ['--name', 'a b', '${config.nm}'],
      env: { A: '1', B: '2', C: { when: 'config.u', value: 'x' } },
      network: { endpoints: [] },
    });
  });
  test('image; what is empty is left out', () => {
    const items =
      '["a", { arg: "b" }, { when: "slots.s.url", argv: [] }, { each: "config.l", join: ",", arg: "${item}" }]';
    const body = `program: { image: "i", entrypoint: ${items}, env: {}, mounts: [] }, slots: { s: { kind: "http" } }, ${any}`;
    expect(lower(body, { config: {} }).program).toEqual({
      image: 'i',
      entrypoint: ['a', 'b', { when: 'slots.s.url', argv: [] }, { each: 'config.l', join: ',', arg: '${item}' }],
    });
  });
  test('virtual machine', () => {
    const body =
      'program: { vm: { image: "d", cpus: 2, memory_mib: "${config.p}", network: { endpoints: [{ name: "e", port: 1 }], egress: "optional" }, cloud_init: { user_data: "u" } } },';
    expect(lower(`${body} ${any}`).program).toEqual({
      vm: {
        image: 'd',
        cpus: 2,
        memory_mib: '${config.p}',
        network: { endpoints: [{ name: 'e', port: 1, protocol: 'http' }] },
        mounts: [],
        cloud_init: { user_data: 'u', vendor_data: null },
        egress: 'optional',
      },
    });
    expect(lower('program: { vm: { image: "d", cpus: 1, memory_mib: 1 } },').program).toMatchObject({
      vm: { network: null, egress: 'none', cloud_init: { user_data: null, vendor_data: null } },
    });
  });
  test('a variable named like something of JavaScript', () => {
    const { program } = lower('program: { path: "/x", env: { "__proto__": "a", constructor: "b" } },');
    expect(Object.entries('env' in program ? (program.env ?? {}) : {})).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });
});

describe('endpoints', () => {
  const endpoints = (list: string, given: Given = { config: {} }) => {
    const result = lower(`program: { path: "/x", network: { endpoints: [${list}] } }, ${any}`, given);
    const faults = result.shown.map((fault) => fault.split(' @ ')[2]);
    const network = 'vm' in result.program ? undefined : result.program.network;
    return { faults, list: network?.endpoints.map(({ name, port, protocol }) => `${name}:${port}/${protocol}`) };
  };
  const at = 'program.network.endpoints[0]: ';

  test('static references and repetitions are filled in', () => {
    const config = { l: ['a', 'b'], u: null, p: 8080, nm: 'web' };
    const list = '{ name: "${config.nm}", port: "${config.p}" }, { each: "config.l", name: "e-${item}", port: 9000 }';
    expect(endpoints(list, { config })).toEqual({
      faults: [],
      list: ['web:8080/http', 'e-a:9000/http', 'e-b:9000/http'],
    });
  });
  test('items with fields', () => {
    const config = {
      o: [
        { n: 'a', p: 1, proto: 'tcp' },
        { n: 'b', p: '2', proto: 'https' },
      ],
    };
    const list = '{ each: "config.o", name: "${item.n}", port: "${item.p}", protocol: "${item.proto}" }';
    expect(endpoints(list, { config })).toEqual({ faults: [], list: ['a:1/tcp', 'b:2/https'] });
  });
  test('conditions test presence, not truth', () => {
    const list =
      '{ when: "config.u", name: "u", port: 1 }, { when: "config.p", name: "p", port: 2 }, { when: "config.nm", name: "n", port: 3 }';
    expect(endpoints(list, { config: { u: null, p: false } })).toEqual({ faults: [], list: ['p:2/http'] });
    expect(endpoints(list, { config: { u: 0, nm: '' } })).toEqual({ faults: [], list: ['u:1/http', 'n:3/http'] });
  });
  test('nothing to repeat over, nothing there', () => {
    expect(endpoints('{ each: "config.l", name: "x-${item}", port: 1 }')).toEqual({ faults: [], list: [] });
  });
  test('what only the run can tell', () => {
    const run = endpoints('{ name: "${config.nm}", port: 1 }', {});
    expect(run).toEqual({ faults: [`${at}name \`\${config.nm}\` is only known when the scenario runs`], list: [] });
    expect(endpoints('{ each: "config.l", name: "x", port: 1 }', {}).faults).toEqual([
      `${at}the items of \`config.l\` are only known when the scenario runs`,
    ]);
    expect(endpoints('{ when: "config.u", name: "x", port: 1 }', {}).faults).toEqual([
      `${at}whether \`config.u\` is present is only known when the scenario runs`,
    ]);
  });
  test('a required key of the root config is there for certain', () => {
    const body = `program: { path: "/x", network: { endpoints: [{ when: "config.r", name: "x", port: 1 }] } },
      config_schema: { type: "object", properties: { r: { type: "string" } }, required: ["r"] },`;
    expect(lower(body)).toMatchObject({ problems: [], program: { network: { endpoints: [{ name: 'x' }] } } });
  });
  test('values that are no port, no protocol, no name, no list', () => {
    const config = { p: 'http', u: 70000, nm: '', l: 'x', o: null };
    expect(endpoints('{ name: "a", port: "${config.p}" }', { config }).faults).toEqual([`${at}\`http\` is not a port`]);
    expect(endpoints('{ name: "a", port: "${config.u}" }', { config }).faults).toEqual([
      `${at}\`70000\` is not a port`,
    ]);
    expect(endpoints('{ name: "a", port: 1, protocol: "${config.p}s:" }', { config }).faults).toEqual([
      `${at}\`https:\` is not a protocol; use \`http\`, \`https\` or \`tcp\``,
    ]);
    expect(endpoints('{ name: "${config.nm}", port: 1 }', { config }).faults).toEqual([`${at}the name is empty`]);
    expect(endpoints('{ name: "${config.o}", port: 1 }', { config }).faults).toEqual([
      `${at}name: \`\${config.o}\` is null, which has no text`,
    ]);
    expect(endpoints('{ each: "config.l", name: "a", port: 1 }', { config }).faults).toEqual([
      expect.stringContaining('`each` needs a list'),
    ]);
    expect(endpoints('{ each: "config.l", name: "${item.gone}", port: 1 }', { config: { l: [{}] } }).faults).toEqual([
      `${at}name: \`\${item.gone}\` has no value`,
    ]);
  });
  test('two of one name after expansion', () => {
    const { faults, list } = endpoints('{ each: "config.l", name: "x", port: 1 }', { config: { l: [1, 2] } });
    expect(faults).toEqual([`${at}there is more than one endpoint \`x\` once everything is expanded`]);
    expect(list).toEqual(['x:1/http']);
  });
  test('port 0 and a port twice are fine', () => {
    expect(endpoints('{ name: "a", port: 0 }, { name: "b", port: "0" }').faults).toEqual([]);
  });
});

describe('mounts', () => {
  const more =
    'slots: { s: { kind: "http" }, many: { kind: "http", multiple: true }, disk: { kind: "storage" } }, resources: { r: { kind: "storage" } },';
  const mounts = (list: string, given: Given = { config: {} }) => {
    const result = lower(`program: { path: "/x", mounts: [${list}] }, ${more} ${any}`, given);
    const faults = result.shown.map((fault) => fault.split(' @ ')[2]?.replace('program.mounts[0]: ', ''));
    return { faults, list: 'vm' in result.program ? undefined : result.program.mounts };
  };
  const file = (path: string, more: object = {}): object => ({
    kind: 'file',
    path: [{ lit: path }],
    source: { kind: 'config', path: [{ lit: 'nm' }] },
    ...more,
  });

  test('files are repeated over what is static, and vanish with what is absent', () => {
    const config = { l: ['a', 'b'], u: null, nm: 'web' };
    const list =
      '{ each: "config.l", path: "/m/${item}", from: "config.nm" }, { when: "config.u", path: "/u", from: "config.nm" }';
    expect(mounts(list, { config })).toEqual({ faults: [], list: [file('/m/a'), file('/m/b')] });
  });
  test('files keep what only the run can tell', () => {
    expect(
      mounts('{ when: "config.u", each: "config.l", path: "/m/${item.n}/${config.p}", from: "config.nm" }', {}),
    ).toEqual({
      faults: [],
      list: [
        {
          kind: 'file',
          path: [{ lit: '/m/' }, { item: 'n' }, { lit: '/' }, { config: 'p' }],
          source: { kind: 'config', path: [{ lit: 'nm' }] },
          when: { kind: 'config', path: 'u' },
          each: { kind: 'config', path: 'l' },
        },
      ],
    });
    expect(
      mounts('{ when: "slots.s.url", each: "slots.many", path: "/m/${item.url}/${slots.s.url}", from: "config" }'),
    ).toEqual({
      faults: [],
      list: [
        {
          kind: 'file',
          path: [{ lit: '/m/' }, { item: 'url' }, { lit: '/' }, { slot: 's.url', scope: 7 }],
          source: { kind: 'config', path: [] },
          when: { kind: 'slot', query: 's.url' },
          each: { kind: 'slot', slot: 'many' },
        },
      ],
    });
  });
  test('sources may be put together, when it shows that they are config', () => {
    const config = { u: 'nm', nm: 'x', p: 'config.nm' };
    expect(mounts('{ path: "/a", from: "config.${config.u}" }', { config })).toEqual({
      faults: [],
      list: [file('/a')],
    });
    expect(mounts('{ path: "/a", from: "config.${config.u}" }', {}).list).toMatchObject([
      { source: { path: [{ config: 'u' }] } },
    ]);
    expect(mounts('{ path: "/a", from: "${config.p}" }', { config }).faults).toEqual([
      'a mount from config must say so where it is written: `config` or `config.<path>`',
    ]);
    expect(mounts('{ path: "/a", from: "config.${config.nm}" }', { config }).faults).toEqual([
      '`config.x` is not declared in `config_schema`',
    ]);
  });
  test('storage and the framework', () => {
    const config = { u: 'disk', p: 'r', l: ['1', '2'] };
    const list =
      '{ path: "/s", from: "slots.disk" }, { path: "/t", from: "slots.${config.u}" }, { path: "/r", from: "resources.${config.p}" }, { path: "/d", from: "framework.docker" }';
    expect(mounts(list, { config, features: ['docker'] })).toEqual({
      faults: [],
      list: [
        { kind: 'slot', path: '/s', slot: 'disk' },
        { kind: 'slot', path: '/t', slot: 'disk' },
        { kind: 'resource', path: '/r', resource: 'r' },
        { kind: 'framework', path: '/d', capability: 'docker' },
      ],
    });
    expect(mounts('{ each: "config.l", path: "/r/${item}", from: "resources.r" }', { config }).list).toEqual([
      { kind: 'resource', path: '/r/1', resource: 'r' },
      { kind: 'resource', path: '/r/2', resource: 'r' },
    ]);
  });
  test.each([
    ['slots.${config.nm}', 'unknown slot `x`'],
    ['slots.${config.u}', 'slot `s` is of kind `http`, and only storage can be mounted'],
    ['resources.${config.nm}', 'unknown resource `x`'],
    ['framework.${config.nm}', 'framework capability `x` cannot be mounted'],
    ['framework.${config.p}', 'framework capability `kvm` needs the experimental feature `kvm`'],
    ['${config.nm}', '`x` is not a mount source; use `config`, `slots.x`, `resources.x` or `framework.x`'],
    ['', '`` is not a mount source; use `config`, `slots.x`, `resources.x` or `framework.x`'],
  ])('from %s', (from, fault) => {
    const config = { nm: 'x', u: 's', p: 'kvm' };
    expect(mounts(`{ path: "/a", from: "${from}" }`, { config }).faults).toEqual([fault]);
  });
  test('storage cannot wait for the run', () => {
    expect(mounts('{ path: "/a", from: "slots.${config.u}" }', {}).faults).toEqual([
      'source `slots.${config.u}` is only known when the scenario runs',
    ]);
    expect(mounts('{ path: "/a/${config.u}", from: "resources.r" }', {}).faults).toEqual([
      'path `/a/${config.u}` is only known when the scenario runs, and `resources.r` is laid out before',
    ]);
    for (const guard of ['when: "slots.s"', 'when: "config.u"', 'each: "config.l"', 'each: "slots.many"']) {
      expect(mounts(`{ ${guard}, path: "/a", from: "resources.r" }`, {}).faults).toEqual([
        '`resources.r` is laid out before the scenario runs, and its condition is only known then',
      ]);
    }
  });
  test('paths that come out wrong, or twice', () => {
    const config = { nm: 'rel', u: '../x', l: ['a', 'a'] };
    const wrong = 'is not a mount path: it must be absolute and hold no `..`';
    expect(mounts('{ path: "${config.nm}", from: "config" }', { config }).faults).toEqual([`\`rel\` ${wrong}`]);
    expect(mounts('{ path: "/a/${config.u}", from: "config" }', { config }).faults).toEqual([`\`/a/../x\` ${wrong}`]);
    expect(mounts('{ path: "", from: "config" }', { config }).faults).toEqual([`\`\` ${wrong}`]);
    expect(mounts('{ each: "config.l", path: "/a/${item}", from: "config" }', { config }).faults).toEqual([
      'something is mounted at `/a/a` already',
    ]);
  });
  test('the mount is marked, with its place', () => {
    const body =
      'program: { vm: { image: "d", cpus: 1, memory_mib: 1, mounts: [{ path: "/a", from: "" }], network: { endpoints: [{ name: "", port: 1 }] } } },';
    expect(lower(body).shown).toEqual([
      'endpoint @ { name: "", port: 1 } @ program.vm.network.endpoints[0]: the name is empty',
      'mount @ { path: "/a", from: "" } @ program.vm.mounts[0]: `` is not a mount source; use `config`, `slots.x`, `resources.x` or `framework.x`',
    ]);
  });
});
