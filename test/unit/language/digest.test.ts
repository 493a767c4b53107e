import { describe, expect, test } from 'vitest';
import { createSink } from '../../../src/diagnostics/sink.ts';
import type { Manifest } from '../../../src/ir/manifest.ts';
import { canonicalManifest } from '../../../src/language/digest.ts';
import { createParser, prepareParser } from '../../../src/phases/1-parse/index.ts';

async function decode(file: string, text: string): Promise<Manifest> {
  await prepareParser(file);
  const sink = createSink();
  const parser = createParser();
  const source = { file, text };
  const root = parser.syntax(source, sink);
  const manifest = root && parser.decode(source, root, new Map(), sink);
  expect(sink.diagnostics).toEqual([]);
  if (!manifest) throw new Error('no manifest');
  return manifest;
}

const everything = `manifest_version: "0.4.0"
experimental_features: [kvm, docker]
program:
  image: "img:\${config.tag}"
  entrypoint:
    - run
    - { arg: "--up=\${slots.up.url}", when: slots.up }
    - { argv: ["-x", "\${item}"], each: config.list }
    - { each: config.list, arg: "\${item}", join: "," }
  env:
    A: "1"
    B: { value: "\${config.b}", when: config.b }
    C: { value: "\${item}", each: config.list, join: ";" }
  network: { endpoints: [{ name: api, port: 80, protocol: tcp }, { name: "e\${config.n}", port: "\${config.p}", when: config.p }] }
  mounts: [{ path: /data, from: resources.disk, name: "n" }, { path: /x, from: config.x, when: config.x }]
components:
  a: ./a.yaml
  b: { manifest: { url: "http://H/b.yaml", digest: "sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" }, config: { z: 1.0, a: "q\\"" }, environment: dev }
environments: { dev: { extends: base, resolvers: [r1, r2] }, base: { resolvers: [] } }
slots: { up: { kind: http, profile: p, optional: true, multiple: true } }
provides: { api: { kind: http, endpoint: api } }
resources: { disk: { kind: storage, params: { size: 1G, retention: keep } } }
bindings:
  - { to: "#a.s", from: slots.up, weak: true }
  - { to: "#b.s", from: "#a.out" }
  - { to: "#b.t", from: resources.disk }
  - { to: "#b.k", from: framework.docker }
exports: { api: provides.api, up: slots.up, out: "#a.out" }
`;

const virtual = `program: { vm: { image: "i", cpus: 2, memory_mib: "\${config.m}", network: { endpoints: [], egress: optional }, mounts: [], cloud_init: { user_data: "u" } } }
`;

/** Digests observed with the reference implementation. */
describe('digest', () => {
  test('the smallest manifest', async () => {
    const manifest = await decode('a.json5', '{ manifest_version: "0.4.0" }');
    expect(canonicalManifest(manifest)).toBe(
      '{"manifest_version":"0.4.0","program":null,"components":{},"use":{},"environments":{},"config_schema":null,"slots":{},"provides":{},"resources":{},"child_templates":{},"bindings":[],"overlays":[],"exports":{}}',
    );
    expect(manifest.digest).toBe('sha256:KE2x4cZjbyQ5mmnkPBAj4G4zZrFGJXMcEqMsY3UaFak=');
  });

  test('everything that a manifest may say', async () => {
    const manifest = await decode('a.yaml', everything);
    const parts = [
      `"manifest_version":"0.4.0"`,
      `"experimental_features":["docker","kvm"]`,
      `"program":{"image":"img:\${config.tag}","entrypoint":["run",{"when":"slots.up","arg":"--up=\${slots.up.url}"},{"each":"config.list","argv":["-x","\${item}"]},{"each":"config.list","join":",","arg":"\${item}"}],"env":{"A":"1","B":{"when":"config.b","value":"\${config.b}"},"C":{"each":"config.list","join":";","value":"\${item}"}},"network":{"endpoints":[{"name":"api","port":80,"protocol":"tcp"},{"when":"config.p","name":"e\${config.n}","port":"\${config.p}","protocol":"http"}]},"mounts":[{"when":null,"each":null,"name":"n","path":"/data","from":"resources.disk"},{"when":"config.x","each":null,"name":null,"path":"/x","from":"config.x"}]}`,
      `"components":{"a":{"url":"./a.yaml"},"b":{"manifest":{"url":"http://h/b.yaml","digest":"sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},"config":{"a":"q\\"","z":1.0},"environment":"dev"}}`,
      `"use":{}`,
      `"environments":{"base":{"extends":null,"resolvers":[]},"dev":{"extends":"base","resolvers":["r1","r2"]}}`,
      `"config_schema":null`,
      `"slots":{"up":{"kind":"http","profile":"p","optional":true,"multiple":true}}`,
      `"provides":{"api":{"kind":"http","profile":null,"endpoint":"api"}}`,
      `"resources":{"disk":{"kind":"storage","params":{"size":"1G","retention":"keep","sharing":null}}}`,
      `"child_templates":{}`,
      `"bindings":[{"to":"#a","slot":"s","from":"slots","capability":"up","weak":true},{"to":"#b","slot":"s","from":"#a","capability":"out","weak":false},{"to":"#b","slot":"t","from":"resources","capability":"disk","weak":false},{"to":"#b","slot":"k","from":"framework","capability":"docker","weak":false}]`,
      `"overlays":[]`,
      `"exports":{"api":"provides.api","out":"#a.out","up":"slots.up"}`,
    ];
    expect(canonicalManifest(manifest)).toBe(`{${parts.join(',')}}`);
    expect(manifest.digest).toBe('sha256:mwsp3ROrSUSmbrOwBAmjMXTCmLiPj3youm2tS1ki12Y=');
    const machine = await decode('a.yaml', `manifest_version: 0.4.0\n${virtual}`);
    expect(canonicalManifest(machine)).toContain(
      `"program":{"vm":{"image":"i","cpus":2,"memory_mib":"\${config.m}","network":{"endpoints":[],"egress":"optional"},"mounts":[],"cloud_init":{"user_data":"u","vendor_data":null}}}`,
    );
  });

  const observed = 'sha256:YtQdQE7XKiRHeUNXup0xaKfec3IFsVa3eyJ2WoeC2wY=';
  test('defaults, sugar and order do not change it, and metadata does not count', async () => {
    const text = `{
      manifest_version: "0.3.0", metadata: { owner: "x" },
      program: { path: "./bin/app", args: "--name 'a b' \${config.n}", env: { B: "2", A: { value: "1" } }, network: { endpoints: [{ name: "http", port: 8080 }] } },
      config_schema: { type: "object", properties: { n: { type: "string" } }, required: ["n"] },
      provides: { api: { endpoint: "http", kind: "http" } },
      slots: { up: { kind: "mcp", profile: "p", optional: true } },
      exports: { api: "api" },
    }`;
    expect((await decode('a.json5', text)).digest).toBe(observed);
  });

  test('nor does the format', async () => {
    const text = `# the same in YAML
manifest_version: 0.3.0
program:
  path: ./bin/app
  args: ["--name", "a b", "\${config.n}"]
  env: { A: "1", B: "2" }
  network: { endpoints: [{ name: http, port: 8080, protocol: http }] }
config_schema: { required: [n], type: object, properties: { n: { type: string } } }
slots: { up: { kind: mcp, profile: p, optional: true, multiple: false } }
provides: { api: { kind: http, endpoint: http } }
exports: { api: provides.api }
`;
    expect((await decode('a.yaml', text)).digest).toBe(observed);
  });

  test('numbers are written as the reference writes them', async () => {
    const manifest = await decode(
      'a.json5',
      '{ manifest_version: "0.4.0", config_schema: { type: "object", a: 1.0, b: 0x1F, c: 1e21, d: 18446744073709551615, e: 1e-7, f: -0, g: 100000.5 } }',
    );
    expect(/"config_schema":\{(.*?),"type"/.exec(canonicalManifest(manifest))?.[1]).toBe(
      '"a":1.0,"b":31,"c":1e21,"d":18446744073709551615,"e":1e-7,"f":-0.0,"g":100000.5',
    );
  });
});
