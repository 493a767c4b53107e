import { describe, expect, test } from 'vitest';
import { checkConfigReferences } from '../../../../src/language/program/config-references.ts';
import { checkSlotReferences } from '../../../../src/language/program/slot-references.ts';
import { schemaOf, shown, written } from './harness.ts';

const slots = `slots: {
  api: { kind: "http" }, many: { kind: "http", optional: true, multiple: true }, disk: { kind: "storage" }, dock: { kind: "docker" },
},`;

function slotFaults(program: string, declared = slots): string[] {
  const { program: decoded, text, slots: table } = written(`program: { ${program} }, ${declared}`);
  return shown(checkSlotReferences(decoded, table), text);
}

describe('slots in texts', () => {
  test('fine ones', () => {
    expect(slotFaults('path: "/bin/${slots.api}", args: ["${slots.api.url}", "${slots.dock.url}"]')).toEqual([]);
    expect(slotFaults('path: "/x", args: ["${slots}", "${slots.}"]', 'slots: { a: { kind: "http" } },')).toEqual([]);
    expect(slotFaults('path: "/x", args: ["${slots}"]', '')).toEqual([]);
  });
  test('the text that holds the reference is marked', () => {
    expect(
      slotFaults('path: "/x", args: ["a", { when: "slots.api", argv: ["--api", "${slots.api.blabla}"] }]'),
    ).toEqual([
      'slot @ "${slots.api.blabla}" @ program.args[1].argv[1]: slot `api` has no field `blabla`; its only field is `url`',
    ]);
    expect(
      slotFaults('path: "/x", env: { A: "${slots.api.url.x}", B: { when: "slots.api", value: "${slots.many}" } }'),
    ).toEqual([
      'slot @ "${slots.api.url.x}" @ program.env.A: slot `api` has no field `url.x`; its only field is `url`',
      'slot @ "${slots.many}" @ program.env.B.value: slot `many` takes several connections; repeat over it with `each: slots.many`',
    ]);
  });
  test('unknown, storage, all of them', () => {
    expect(slotFaults('image: "${slots.ap}", entrypoint: ["${slots.disk}", "${slots}"]')).toEqual([
      'slot @ "${slots.ap}" @ program.image: unknown slot `ap`; did you mean `api`?',
      'slot @ "${slots.disk}" @ program.entrypoint[0]: slot `disk` is storage, which has no URL; mount it instead',
      'slot @ "${slots}" @ program.entrypoint[1]: `${slots}` cannot be used: slot `disk` is storage, which has no URL',
    ]);
  });
  test('several in one text are several problems, the same twice is one', () => {
    expect(slotFaults('path: "/x", args: ["${slots.q.url}${slots.q.url}${slots.r.url}"]')).toHaveLength(2);
  });
});

describe('conditions and repetitions', () => {
  test('a condition takes any declared slot, and only `url` of it', () => {
    const fine = ['slots.many', 'slots.disk', 'slots.api.url'].map((when) => `{ when: "${when}", arg: "x" }`).join();
    expect(slotFaults(`path: "/x", args: [${fine}]`)).toEqual([]);
    expect(
      slotFaults(
        'path: "/x", args: [{ when: "slots.api.blabla", argv: ["${slots.api.url}"] }, { when: "slots.no", arg: "x" }]',
      ),
    ).toEqual([
      'condition @ "slots.api.blabla" @ program.args[0].when: slot `api` has no field `blabla`; its only field is `url`',
      'condition @ "slots.no" @ program.args[1].when: unknown slot `no`; the slots are `api`, `disk`, `dock`, `many`',
    ]);
  });
  test('a repetition needs a slot that takes several connections', () => {
    expect(
      slotFaults(
        'path: "/x", args: [{ each: "slots.many", arg: "${item.url}" }, { each: "slots.api", arg: "${item}" }]',
      ),
    ).toEqual([
      'each @ "slots.api" @ program.args[1].each: slot `api` takes one connection; `each` needs `multiple: true`',
    ]);
    expect(
      slotFaults(
        'path: "/x", args: [{ each: "slots.disks", arg: "x" }]',
        'slots: { disks: { kind: "storage", multiple: true } },',
      ),
    ).toEqual([
      'each @ "slots.disks" @ program.args[0].each: slot `disks` is storage, which has no URL to repeat over; mount it instead',
    ]);
  });
});

describe('items', () => {
  test('outside `each`', () => {
    expect(slotFaults('path: "/x", args: ["${item.url}"]')).toEqual([
      'item @ "${item.url}" @ program.args[0]: `${item…}` has a meaning only inside `each`',
    ]);
    expect(slotFaults('path: "/${item}"')).toHaveLength(1);
  });
  test('only `url` in commands and variables, whatever is repeated over', () => {
    const args = (each: string): string =>
      `path: "/x", args: [{ each: "${each}", argv: ["\${item}", "\${item.url}", "\${item.name}"] }]`;
    const fault =
      'item @ "${item.name}" @ program.args[0].argv[2]: an item has no field `name`; use `${item}` or `${item.url}`';
    expect(slotFaults(args('slots.many'))).toEqual([fault]);
    expect(slotFaults(args('config.list'))).toEqual([fault]);
  });
});

describe('endpoints', () => {
  const endpoints = (list: string): string[] => slotFaults(`path: "/x", network: { endpoints: [${list}] }`);
  test('never depend on slots', () => {
    const fixed = 'endpoints cannot depend on slots: they are fixed when the scenario is linked';
    expect(
      endpoints(
        '{ name: "${slots.api.url}", port: 1 }, { when: "slots.api", name: "b", port: 2 }, { each: "slots.many", name: "c", port: 3 }',
      ),
    ).toEqual([
      `endpoint @ "\${slots.api.url}" @ program.network.endpoints[0].name: ${fixed}`,
      `endpoint @ "slots.api" @ program.network.endpoints[1].when: ${fixed}`,
      `endpoint @ "slots.many" @ program.network.endpoints[2].each: ${fixed}`,
    ]);
  });
  test('an item needs `each`, and may have any field', () => {
    expect(endpoints('{ name: "e-${item}", port: 1 }')).toEqual([
      'endpoint @ "e-${item}" @ program.network.endpoints[0].name: `${item…}` has a meaning only inside `each`',
    ]);
    expect(endpoints('{ each: "config.l", name: "${item.name}", port: "${item.port}" }')).toEqual([]);
  });
});

describe('mounts', () => {
  const mounts = (list: string): string[] => slotFaults(`path: "/x", mounts: [${list}]`);
  test('fields', () => {
    expect(
      mounts(`{ path: "/a/\${slots.no.url}", from: "config" }, { path: "/b", from: "config", when: "slots.api.x" },
        { path: "/c", from: "config", each: "slots.api" }, { path: "/d/\${item}", from: "config", name: "\${slots.disk}" },
        { each: "config.l", path: "/e/\${item.name}", from: "config" }, { each: "slots.many", path: "/f/\${item.name}", from: "config" }`),
    ).toEqual([
      'mount @ "/a/${slots.no.url}" @ program.mounts[0].path: unknown slot `no`; the slots are `api`, `disk`, `dock`, `many`',
      'mount @ "slots.api.x" @ program.mounts[1].when: slot `api` has no field `x`; its only field is `url`',
      'mount @ "slots.api" @ program.mounts[2].each: slot `api` takes one connection; `each` needs `multiple: true`',
      'mount @ "/d/${item}" @ program.mounts[3].path: `${item…}` has a meaning only inside `each`',
      'mount @ "${slots.disk}" @ program.mounts[3].name: slot `disk` is storage, which has no URL; mount it instead',
      'mount @ "/f/${item.name}" @ program.mounts[5].path: an item has no field `name`; use `${item}` or `${item.url}`',
    ]);
  });
  test('a slot that is mounted is not a reference', () =>
    expect(mounts('{ path: "/a", from: "slots.disk" }')).toEqual([]));
});

test('virtual machines', () => {
  const vm = `vm: { image: "\${slots.no}", cpus: "\${item}", memory_mib: 1, cloud_init: { user_data: "\${slots.disk}", vendor_data: "\${item}" },
    mounts: [{ path: "/a", from: "config", when: "slots.no" }] }`;
  expect(slotFaults(vm).map((fault) => fault.replace(/: .*$/, ''))).toEqual([
    'slot @ "${slots.no}" @ program.vm.image',
    'item @ "${item}" @ program.vm.cpus',
    'slot @ "${slots.disk}" @ program.vm.cloud_init.user_data',
    'item @ "${item}" @ program.vm.cloud_init.vendor_data',
    'mount @ "slots.no" @ program.vm.mounts[0].when',
  ]);
});

describe('config', () => {
  function configFaults(program: string, schema = schemaOf('region', 'l')): string[] {
    const { program: decoded, text, schema: declared } = written(`program: { ${program} }, ${schema}`);
    return shown(checkConfigReferences(decoded, declared), text);
  }
  const everywhere = `image: "\${config.A}", entrypoint: ["\${config.b}", { when: "config.c", each: "config.d", argv: ["\${config.e}"] }],
    env: { X: "\${config.f}", Y: { when: "config.g", value: "\${config.region}" } },
    network: { endpoints: [{ when: "config.h", name: "\${config.i}", port: "\${config.j}" }] },
    mounts: [{ each: "config.k", path: "/\${config.m}", from: "config.l" }]`;
  test('every place', () => {
    const places = configFaults(everywhere).map((fault) =>
      /^config @ (.*) @ ([^:]*): `config\.(\w)` is not declared/.exec(fault)?.slice(1),
    );
    expect(places.sort()).toEqual(
      [
        ['"${config.A}"', 'program.image', 'A'],
        ['"${config.b}"', 'program.entrypoint[0]', 'b'],
        ['"config.c"', 'program.entrypoint[1].when', 'c'],
        ['"config.d"', 'program.entrypoint[1].each', 'd'],
        ['"${config.e}"', 'program.entrypoint[1].argv[0]', 'e'],
        ['"${config.f}"', 'program.env.X', 'f'],
        ['"config.g"', 'program.env.Y.when', 'g'],
        ['"config.h"', 'program.network.endpoints[0].when', 'h'],
        ['"${config.i}"', 'program.network.endpoints[0].name', 'i'],
        ['"${config.j}"', 'program.network.endpoints[0].port', 'j'],
        ['"config.k"', 'program.mounts[0].each', 'k'],
        ['"/${config.m}"', 'program.mounts[0].path', 'm'],
      ].sort(),
    );
  });
  test('a slip of the pen', () => {
    expect(configFaults('path: "/x", args: ["${config.regoin}"]')).toEqual([
      'config @ "${config.regoin}" @ program.args[0]: `config.regoin` is not declared in `config_schema`; did you mean `config.region`?',
    ]);
  });
  test('all of it needs no name, but a schema', () => {
    expect(configFaults('path: "/x", args: ["${config}"]')).toEqual([]);
    expect(configFaults('path: "/x", args: ["${config}", "${config.a}"]', '')).toEqual([
      'config @ "${config}" @ program.args[0]: `config` is read, and there is no `config_schema`',
      'config @ "${config.a}" @ program.args[1]: `config.a` is read, and there is no `config_schema`',
    ]);
  });
  test('below a name only what is declared there', () => {
    const schema =
      'config_schema: { type: "object", properties: { o: { type: "object", properties: { a: {} } }, l: { type: "array" } } },';
    expect(configFaults('path: "/x", args: ["${config.o.a}", "${config.o}"]', schema)).toEqual([]);
    expect(configFaults('path: "/x", args: ["${config.o.b}", "${config.l.0}", "${config.o.a.}"]', schema)).toHaveLength(
      3,
    );
  });
});
