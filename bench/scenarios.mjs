import { join } from 'node:path';
import { json, server, write } from '../scripts/small-scenario.mjs';

/** A folder of `count` scenarios like those of `writeSmall`, in YAML or JSON5; each finds `findings` things wrong in its root. */
export function writeMany(folder, count, format, findings = 0) {
  for (let i = 0; i < count; i++) {
    const slots = Object.fromEntries(Array.from({ length: findings }, (_, n) => [`unused${n}`, { kind: 'http' }]));
    const root = {
      manifest_version: '0.4.0',
      slots,
      components: { client: `./client.${format}`, server: `./server.${format}` },
      bindings: [{ to: '#client.up', from: '#server.out' }],
      exports: { out: '#client.out' },
    };
    // JSON in block style is YAML, and costs what YAML costs.
    const text = (value) => (format === 'yaml' ? yamlOf(value) : json(value));
    write(join(folder, `s${i}`), {
      [`scenario.${format}`]: text(root),
      [`client.${format}`]: text(server({ up: { kind: 'http', optional: true } })),
      [`server.${format}`]: text(server({})),
    });
  }
  return folder;
}

function yamlOf(value, indent = '') {
  if (typeof value !== 'object') return `${JSON.stringify(value)}\n`;
  const entries = Object.entries(value);
  if (entries.length === 0) return `${Array.isArray(value) ? '[]' : '{}'}\n`;
  const lines = entries.map(([key, inner]) => {
    const head = Array.isArray(value) ? `${indent}-` : `${indent}${key}:`;
    const plain = typeof inner !== 'object' || Object.keys(inner).length === 0;
    return plain ? `${head} ${yamlOf(inner)}` : `${head}\n${yamlOf(inner, `${indent}  `)}`;
  });
  return lines.join('');
}

/** One component used `count` times, wired as a binary tree: each takes what its two children offer. */
export function writeBinaryTree(folder, count, format) {
  const names = Array.from({ length: count }, (_, i) => `c${i}`);
  const bindings = [];
  for (let i = 0; i < count; i++) {
    for (const [slot, child] of [
      ['left', 2 * i + 1],
      ['right', 2 * i + 2],
    ]) {
      if (child < count) bindings.push({ to: `#c${i}.${slot}`, from: `#c${child}.out` });
    }
  }
  const leaf = {
    'leaf.json5': json(server({ left: { kind: 'http', optional: true }, right: { kind: 'http', optional: true } })),
  };
  if (format !== 'yaml') {
    const components = Object.fromEntries(names.map((n) => [n, './leaf.json5']));
    return write(folder, {
      'scenario.json5': json({ manifest_version: '0.4.0', components, bindings, exports: { out: '#c0.out' } }),
      ...leaf,
    });
  }
  const text = [
    'manifest_version: "0.4.0"',
    'components:',
    ...names.map((n) => `  ${n}: ./leaf.json5`),
    'bindings:',
    ...bindings.map((b) => `  - to: "${b.to}"\n    from: "${b.from}"`),
    'exports:',
    '  out: "#c0.out"',
    '',
  ].join('\n');
  return write(folder, { 'scenario.yaml': text, ...leaf });
}

/** `count` groups, a file each, of `members` components that are wired one behind the other; each group takes what the one before offers. */
export function writeFiles(folder, count, members) {
  const files = {
    'scenario.json5': json({
      manifest_version: '0.4.0',
      components: Object.fromEntries(Array.from({ length: count }, (_, i) => [`g${i}`, `./g${i}.json5`])),
      bindings: Array.from({ length: count - 1 }, (_, i) => ({ to: `#g${i + 1}.up`, from: `#g${i}.out` })),
      exports: { out: `#g${count - 1}.out` },
    }),
    'leaf.json5': json(server({ up: { kind: 'http', optional: true } })),
  };
  for (let i = 0; i < count; i++) {
    files[`g${i}.json5`] = json({
      manifest_version: '0.4.0',
      slots: { up: { kind: 'http', optional: true } },
      components: Object.fromEntries(Array.from({ length: members }, (_, n) => [`c${n}`, './leaf.json5'])),
      bindings: [
        { to: '#c0.up', from: 'slots.up' },
        ...Array.from({ length: members - 1 }, (_, n) => ({ to: `#c${n + 1}.up`, from: `#c${n}.out` })),
      ],
      exports: { out: `#c${members - 1}.out` },
    });
  }
  return write(folder, files);
}

/** `count` manifests inside each other, each forwarding one slot to the next. */
export function writeChain(folder, count) {
  const files = {
    'scenario.json5': json({
      manifest_version: '0.4.0',
      components: { src: './src.json5', c: './m0.json5' },
      bindings: [{ to: '#c.up', from: '#src.out' }],
      exports: { out: '#src.out' },
    }),
    'src.json5': json(server({})),
  };
  for (let i = 0; i < count; i++) {
    files[`m${i}.json5`] = json({
      manifest_version: '0.4.0',
      slots: { up: { kind: 'http' } },
      components: { c: i + 1 < count ? `./m${i + 1}.json5` : './end.json5' },
      bindings: [{ to: '#c.up', from: 'slots.up' }],
    });
  }
  files['end.json5'] = json({ ...server({ up: { kind: 'http' } }), provides: {}, exports: {} });
  return write(folder, files);
}

/**
 * `count` consumers of one server, under a policy that puts an interposer on every edge. It speaks the versions of the protocol that it is
 * given: in version 2 its answer has the interposer once.
 */
export function writeInterposed(folder, count, versions = '1, 2') {
  const components = { server: './server.json5' };
  const bindings = [];
  for (let i = 0; i < count; i++) {
    components[`c${i}`] = './client.json5';
    bindings.push({ to: `#c${i}.up`, from: '#server.out' });
  }
  const policy = `
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
VERSIONS = "${versions}"
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("headgate-protocol-versions", VERSIONS)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def do_POST(self):
        offered = self.headers.get("headgate-protocol-versions", "")
        shares = "2" in VERSIONS and "2" in offered
        scope = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["scope"]
        def put(edge, what):
            return {**what, "attachments": [{"target": edge["id"], "interposer_slot": "up", "interposer_provide": "down"}]}
        def relay(edge):
            return {"program": {"path": "/bin/true", "args": ["$" + "{slots.up.url}"], "network": {"endpoints": [{"name": "down", "port": 20000}]}},
                "slots": {"up": edge["capability"]}, "provides": {"down": dict(edge["capability"], endpoint="down")}}
        edges = scope["bindings"]
        if shares:
            answer = {"templates": {"relay": relay(edges[0])}, "interpositions": [put(e, {"template": "relay"}) for e in edges]}
        else:
            answer = {"interpositions": [put(e, {"interposer": relay(e)}) for e in edges]}
        data = json.dumps(answer).encode()
        self.send_response(200)
        if shares:
            self.send_header("headgate-protocol", "2")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
    def log_message(self, *a): pass
HTTPServer(("127.0.0.1", 8000), Handler).serve_forever()
`;
  return write(folder, {
    'scenario.json5': json({
      manifest_version: '0.4.0',
      components,
      bindings,
      exports: { out: '#server.out' },
      use: { p: './policy.json5' },
      policies: ['#p.apply'],
    }),
    'client.json5': json({ ...server({ up: { kind: 'http' } }), provides: {}, exports: {} }),
    'server.json5': json(server({})),
    'policy.json5': json({
      manifest_version: '0.4.0',
      program: {
        path: '/usr/bin/env',
        args: ['python3', '-u', '-c', { file: './policy.py' }],
        network: { endpoints: [{ name: 'api', port: 8000 }] },
      },
      provides: { apply: { kind: 'http', profile: 'policy', endpoint: 'api' } },
      exports: { apply: 'provides.apply' },
    }),
    'policy.py': policy,
  });
}
