/** A granted address of this machine, asked for by clients as they are; and the edges of the component, which stay its own. */
import { cpSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { python, scenarioOf } from '../support/run/scenarios.ts';
import { exported, textOf, useRuns } from '../support/run/use-runs.ts';

const { lay, options, start } = useRuns();
const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

async function listenOn(host: string): Promise<number> {
  const answer: RequestListener = (request, response) => response.end(`outside ${request.url}`);
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, host, done));
  return (server.address() as AddressInfo).port;
}

/** GET /CLIENT?URL tells what this client gets from there; `SLOT` and `OWN` stand for what the component knows of itself. */
const clients = `
import http.server, os, subprocess, urllib.request
from urllib.parse import urlsplit, unquote
fetch = "const { EnvHttpProxyAgent, fetch } = require('undici'); fetch(process.argv[1], { dispatcher: new EnvHttpProxyAgent() }).then((r) => r.text()).then(console.log)"
def ask(client, url):
    if client == 'curl': command = ['curl', '-sS', '--max-time', '60', url]
    elif client == 'node': command = ['node', '-e', fetch, url]
    else: return urllib.request.urlopen(url, timeout=60).read()
    done = subprocess.run(command, capture_output=True)
    return done.stdout or done.stderr[-300:]
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        to = urlsplit(self.path)
        url = unquote(to.query).replace('SLOT', os.environ['NEAR']).replace('OWN', '127.0.0.1:8080')
        try: body = b'own' if to.path == '/own' else ask(to.path[1:], url)
        except OSError as e: body = str(e).encode() + (e.read() if hasattr(e, 'read') else b'')
        self.send_response(200); self.end_headers(); self.wfile.write(body.strip())
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(('127.0.0.1', 8080), H).serve_forever()
`;

const near = `
import http.server
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(('near ' + self.path).encode())
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(('127.0.0.1', 8080), H).serve_forever()
`;

async function asking(egress: readonly string[]): Promise<(client: string, url: string) => Promise<string>> {
  const out = python(clients, { port: 8080, slots: { near: { kind: 'http' } }, env: { NEAR: '${slots.near.url}' } });
  const root = { bindings: [{ to: '#out.near', from: '#near.http' }], ...exported('out') };
  const path = lay({
    ...scenarioOf({ out, near: python(near, { port: 8080 }) }, root),
    'headgate.yaml': JSON.stringify({ components: { '/out': { egress } } }),
  });
  cpSync('node_modules/undici', join(dirname(path), 'node_modules', 'undici'), { recursive: true });
  const { exports } = await start(path, options({ args: ['--trust-settings'] }));
  return (client, url) => textOf(`${exports['out']}/${client}?${encodeURIComponent(url)}`);
}

describe('a component with egress to an address of this machine', () => {
  it.each(['127.0.0.1', '127.0.0.2', '[::1]'])('reaches %s, and its own edges as before', async (host) => {
    const port = await listenOn(host.replace(/[[\]]/g, ''));
    const ask = await asking([`${host}:${port}`, 'example.com:443']);
    for (const client of ['curl', 'python', 'node']) {
      expect(await ask(client, `http://${host}:${port}/a`), client).toBe('outside /a');
      expect(await ask(client, 'SLOT/b'), client).toBe('near /b');
    }
    expect(await ask('curl', `http://${host}:${port === 9 ? 10 : 9}/`)).toMatch(
      /^headgate: egress to .* is not granted/,
    );
    // Clients that know of ports in NO_PROXY go straight to what the component listens on; `localhost` is direct for all.
    for (const client of ['python', 'node']) expect(await ask(client, 'http://OWN/own'), client).toBe('own');
    expect(await ask('curl', 'http://localhost:8080/own')).toBe('own');
  });

  it.each(['127.0.0.1', '::1'])('reaches it as `localhost` where that was granted and %s listens', async (host) => {
    const port = await listenOn(host);
    const ask = await asking([`localhost:${port}`]);
    for (const client of ['curl', 'python', 'node']) {
      expect(await ask(client, `http://localhost:${port}/a`), client).toBe('outside /a');
      expect(await ask(client, 'SLOT/b'), client).toBe('near /b');
    }
    expect(await ask('curl', 'http://OWN/own')).toBe('own');
  });

  it('reaches all ports of it where all were granted, and its own edges as before', async () => {
    const port = await listenOn('127.0.0.1');
    const ask = await asking(['127.0.0.1:*', 'localhost:*']);
    for (const client of ['curl', 'python', 'node']) {
      for (const host of ['127.0.0.1', 'localhost'])
        expect(await ask(client, `http://${host}:${port}/a`), client).toBe('outside /a');
      expect(await ask(client, 'SLOT/b'), client).toBe('near /b');
    }
  });
});
