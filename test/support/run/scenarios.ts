/** Small scenarios that are run for real, as files by name. */
import { readFileSync } from 'node:fs';

export type Files = Readonly<Record<string, string>>;

const manifest = (body: object): string => JSON.stringify({ manifest_version: '0.4.0', ...body });

export interface Part {
  readonly restart?: 'always' | 'on-failure' | 'never';
  readonly manifest: object;
}

/** A root over these children, with settings beside it. */
export function scenarioOf(parts: Readonly<Record<string, Part>>, root: object = {}): Files {
  const names = Object.keys(parts);
  const settings = Object.fromEntries(
    Object.entries(parts).flatMap(([name, { restart }]) => (restart ? [[`/${name}`, { restart }]] : [])),
  );
  return {
    'scenario.json': manifest({
      components: Object.fromEntries(names.map((name) => [name, `./${name}.json`])),
      ...root,
    }),
    'headgate.yaml': JSON.stringify(Object.keys(settings).length > 0 ? { components: settings } : {}),
    ...Object.fromEntries(names.map((name) => [`${name}.json`, manifest((parts[name] as Part).manifest)])),
  };
}

/** Appends its name to a file in storage of its own, once, and ends. */
export const task = (name: string, status = 0): Part => ({
  restart: 'never',
  manifest: {
    program: {
      path: '/bin/sh',
      args: ['-c', `echo ${name} >> /state/count || exit 9; echo ${name} has run; exit ${status}`],
      mounts: [{ path: '/state', from: 'resources.state' }],
    },
    resources: { state: { kind: 'storage' } },
  },
});

/** Python with a port, a provide and an export `http`, or without them. */
export function python(
  source: string,
  more: {
    readonly port?: number;
    readonly slots?: object;
    readonly env?: Readonly<Record<string, string>>;
    readonly program?: object;
    readonly manifest?: object;
    readonly restart?: Part['restart'];
  } = {},
): Part {
  const { port, slots, env, program, manifest: rest, restart } = more;
  const provided = {
    provides: { http: { kind: 'http', endpoint: 'http' } },
    exports: { http: 'provides.http' },
  };
  return {
    ...(restart ? { restart } : {}),
    manifest: {
      program: {
        path: '/usr/bin/env',
        args: ['python3', '-u', '-c', source],
        env: { ...(port === undefined ? {} : { PORT: String(port) }), ...env },
        ...(port === undefined ? {} : { network: { endpoints: [{ name: 'http', port }] } }),
        ...program,
      },
      ...(slots ? { slots } : {}),
      ...(port === undefined ? {} : provided),
      ...rest,
    },
  };
}

/** Answers GET / with its process id in the sandbox and how often it was started, which it counts in storage. */
export const counting = (name: string, more: Parameters<typeof python>[1] = {}): Part =>
  python(
    `
import os, http.server
with open('/state/starts', 'a') as f: f.write('${name}\\n')
starts = len(open('/state/starts').readlines())
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == '/exit': os._exit(9)
        body = ('${name} %d' % starts).encode()
        self.send_response(200); self.send_header('content-length', str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *a): pass
print('${name} starts', flush=True)
http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PORT'])), H).serve_forever()
`,
    {
      port: 8080,
      ...more,
      program: { mounts: [{ path: '/state', from: 'resources.state' }], ...more.program },
      manifest: { resources: { state: { kind: 'storage' } }, ...more.manifest },
    },
  );

/** Says a line on each stream and waits; says another when it is asked for something. */
export const talking: Part = python(
  `
import http.server, os, sys
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print('asked', self.path, os.environ.get('TOKEN', ''), flush=True)
        self.send_response(200); self.end_headers()
    def log_message(self, *a): pass
print('out', flush=True); print('err', file=sys.stderr, flush=True)
http.server.ThreadingHTTPServer(('127.0.0.1', 8080), H).serve_forever()
`,
  { port: 8080 },
);

/** Passes bytes on to a URL, both ways, half-closes kept: as an interposer and as a way in from outside. */
export const forwarder = `
import os, socket, threading
from urllib.parse import urlsplit
to = urlsplit(os.environ['UPSTREAM_URL'])
def pump(a, b):
    try:
        while data := a.recv(65536): b.sendall(data)
        b.shutdown(socket.SHUT_WR)
    except OSError:
        a.close(); b.close()
def serve(client):
    upstream = socket.create_connection((to.hostname, to.port))
    threads = [threading.Thread(target=pump, args=pair, daemon=True) for pair in ((client, upstream), (upstream, client))]
    for t in threads: t.start()
    for t in threads: t.join()
    client.close(); upstream.close()
server = socket.create_server(('127.0.0.1', int(os.environ.get('PORT') or os.environ['PORTS'])), backlog=64)
while True: threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
`;

/** Long bodies both ways, server-sent events, an upgrade to frames that come back, and a half-close. */
export const streaming = `
import base64, hashlib, http.server, os, time
class H(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def do_GET(self):
        if self.path == '/events': return self.events()
        if self.path == '/socket': return self.upgrade()
        if self.path == '/refuse': return self.reply(b'no', 403)
        size = int(self.path.rsplit('/', 1)[1])
        self.send_response(200); self.send_header('content-length', str(size)); self.end_headers()
        block = bytes(range(256)) * 256
        while size > 0:
            self.wfile.write(block[:size]); size -= min(size, len(block))
    def do_POST(self):
        left, digest = int(self.headers['content-length']), hashlib.sha256()
        while left > 0:
            data = self.rfile.read(min(left, 65536)); digest.update(data); left -= len(data)
        self.reply(digest.hexdigest().encode())
    def reply(self, body, status=200):
        self.send_response(status); self.send_header('content-length', str(len(body))); self.end_headers(); self.wfile.write(body)
    def events(self):
        self.send_response(200); self.send_header('content-type', 'text/event-stream'); self.send_header('connection', 'close'); self.end_headers()
        for n in range(5):
            self.wfile.write(b'data: %d\\n\\n' % n); self.wfile.flush(); time.sleep(0.3)
        self.close_connection = True
    def upgrade(self):
        key = self.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        self.send_response(101); self.send_header('upgrade', 'websocket'); self.send_header('connection', 'Upgrade'); self.send_header('sec-websocket-accept', accept); self.end_headers()
        while data := self.connection.recv(4096): self.connection.sendall(data)
        self.close_connection = True
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PORT'])), H).serve_forever()
`;

/** front → interposer → server, where both in between only pass bytes on. */
export function streamingScenario(): Files {
  const upstream = { slots: { up: { kind: 'http' } }, env: { UPSTREAM_URL: '${slots.up.url}' } };
  const policy = {
    config_schema: { type: 'object', properties: { slot: { type: 'string' } }, required: ['slot'] },
    program: {
      path: '/usr/bin/env',
      args: ['python3', '-u', '-c', readFileSync('examples/isolation/policy/policy.py', 'utf8')],
      env: { PORT: '8080', SLOT: '${config.slot}', INTERPOSER: forwarder },
      network: { endpoints: [{ name: 'policy', port: 8080 }] },
    },
    provides: { apply: { kind: 'http', profile: 'policy', endpoint: 'policy' } },
    exports: { apply: 'provides.apply' },
  };
  return {
    ...scenarioOf(
      { front: python(forwarder, { port: 8080, ...upstream }), server: python(streaming, { port: 8080 }) },
      {
        bindings: [{ to: '#front.up', from: '#server.http' }],
        exports: { front: '#front.http' },
        use: { forward: { manifest: './policy.json', config: { slot: 'up' } } },
        policies: ['#forward.apply'],
      },
    ),
    'policy.json': manifest(policy),
  };
}
