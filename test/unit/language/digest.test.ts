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

/** Digests observed with the reference implementation. */
describe('digest', () => {
  test('the smallest manifest', async () => {
    const manifest = await decode('a.json5', '{ manifest_version: "0.4.0" }');
    expect(canonicalManifest(manifest)).toBe(
      '{"manifest_version":"0.4.0","program":null,"components":{},"use":{},"environments":{},"config_schema":null,"slots":{},"provides":{},"resources":{},"child_templates":{},"bindings":[],"overlays":[],"exports":{}}',
    );
    expect(manifest.digest).toBe('sha256:KE2x4cZjbyQ5mmnkPBAj4G4zZrFGJXMcEqMsY3UaFak=');
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
