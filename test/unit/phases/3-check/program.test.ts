import { describe, expect, test } from 'vitest';
import { diagnosticsOf, problems } from './harness.ts';

const schema =
  'config_schema: { type: "object", properties: { tls: { type: "object", properties: { cert: { type: "string" } } } } },';
const declared = `${schema} slots: { data: { kind: "storage", optional: true }, api: { kind: "http" } }, resources: { logs: { kind: "storage" } },`;
const mounts = (list: string): string => `${declared} program: { path: "./x", mounts: [${list}] },`;
const from = (source: string): string[] => problems(mounts(`{ path: "/m", from: "${source}" }`));

describe('mount sources', () => {
  test.each([
    'config',
    'config.tls',
    'config.tls.cert',
    'slots.data',
    'resources.logs',
    'config.${config.tls.cert}',
    '${config.tls.cert}',
  ])('%s is fine', (source) => expect(from(source)).toEqual([]));
  test.each([
    ['resource.logs', 'invalid-mount-source'],
    ['slots', 'invalid-mount-source'],
    ['resources.', 'invalid-mount-source'],
    ['framework', 'invalid-mount-source'],
    ['/etc/passwd', 'invalid-mount-source'],
    ['framework.component', 'unsupported-mount-source'],
    ['framework.dokcer', 'unknown-framework-capability'],
    ['framework.docker', 'framework-capability-requires-feature'],
    ['slots.gone', 'unknown-mount-slot'],
    ['slots.api', 'mount-slot-requires-storage'],
    ['resources.gone', 'unknown-mount-resource'],
    ['config.gone', 'invalid-mount-config-path'],
    ['config.tls.cert.deeper', 'invalid-mount-config-path'],
  ])('%s gives %s', (source, code) => expect(from(source)).toEqual([`${code} @ "${source}"`]));

  test('config without a schema', () => {
    const body =
      'program: { path: "./x", mounts: [{ path: "/a", from: "config" }, { path: "/b", from: "config.a" }] },';
    expect(problems(body)).toEqual(['invalid-mount-config-path @ "config"', 'invalid-mount-config-path @ "config.a"']);
  });
  test('a broken schema is reported, and what it holds is not asked', () => {
    const body = `config_schema: { type: "object", properties: { A: {} } }, program: { path: "./x", mounts: [{ path: "/b", from: "config.b" }] },`;
    expect(diagnosticsOf(body).map((d) => d.code)).toEqual(['check/invalid-config-schema']);
  });
  test('virtual machines mount alike', () => {
    const body =
      'program: { vm: { image: "d", cpus: 1, memory_mib: 1, mounts: [{ path: "m", from: "slots.gone" }] } },';
    expect(problems(body)).toEqual(['invalid-mount-path @ "m"', 'unknown-mount-slot @ "slots.gone"']);
  });
});

describe('mount paths and names', () => {
  const path = (text: string): string[] => problems(mounts(`{ path: "${text}", from: "config" }`));
  test.each(['m', './m', '/a/../b', '/..', 'C:/x'])('%s is refused', (text) => {
    expect(path(text)).toEqual([`invalid-mount-path @ "${text}"`]);
  });
  test.each(['/', '/a', '/a/..b', '/a/...', '/a//b', '${config.tls.cert}', 'm/${config.tls.cert}'])(
    '%s is left alone',
    (text) => {
      expect(path(text)).toEqual([]);
    },
  );
  test('repeats among literal, unconditional mounts', () => {
    const body = mounts(`
      { name: "n", path: "/a", from: "config" }, { name: "m", path: "/a/", from: "config" }, { name: "n", path: "/b", from: "config" },
      { when: "config.tls", name: "m", path: "/a", from: "config" }, { path: "/b", from: "resources.logs" },`);
    expect(problems(body)).toEqual(['duplicate-mount-name @ "n"', 'duplicate-mount-path @ "/b"']);
    expect(diagnosticsOf(body).map((d) => d.related.length)).toEqual([1, 1]);
  });
});

describe('what a program must have', () => {
  test.each(['', 'entrypoint: [],', 'entrypoint: "",', 'entrypoint: "  # no command",'])(
    'image with %s',
    (entrypoint) => {
      const body = `program: { image: "x", ${entrypoint} },`;
      expect(problems(body)).toEqual(['empty-entrypoint @ program']);
    },
  );
  test('an empty word is a command, an empty image is none of our business', () => {
    expect(problems('program: { image: "", entrypoint: [""] },')).toEqual([]);
  });
  test('path', () => {
    expect(problems('program: { path: " " },')).toEqual(['empty-program-path @ " "']);
    expect(problems('program: { path: "python3" },')).toEqual([]);
  });
  test('virtual machine', () => {
    const vm = (fields: string): string[] => problems(`program: { vm: { ${fields} } },`);
    expect(vm('image: "", cpus: 1, memory_mib: 1')).toEqual(['empty-vm-image @ ""']);
    expect(vm('image: "d", cpus: 0, memory_mib: 0')).toEqual([
      'invalid-vm-cpus @ program',
      'invalid-vm-memory-mib @ program',
    ]);
    expect(vm('image: "d", cpus: "0", memory_mib: "${config.m}"')).toEqual([]);
  });
});

test('a wide manifest without a problem has none', () => {
  const build = (n: number): string => {
    const list = (of: (i: number) => string): string => Array.from({ length: n }, (_, i) => of(i)).join(', ');
    return `components: { ${list((i) => `c${i}: "./c.json5"`)} }, bindings: [${list((i) => `{ to: "#c${i}.s", from: "#c${(i * 7) % n}.x" }`)}],
      exports: { ${list((i) => `e${i}: "#c${i}.x"`)} },`;
  };
  const body = build(4000);
  expect(problems(body)).toEqual([]);
});
