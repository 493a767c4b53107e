/** Components of containers and beside them, for tests in a real engine. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Part, python } from '../support/run/scenarios.ts';
import { textOf } from '../support/run/use-runs.ts';
import { command, type TestImages } from './images.ts';

export interface More {
  readonly slots?: object;
  readonly env?: Readonly<Record<string, string>>;
  readonly program?: object;
  readonly manifest?: object;
  readonly restart?: Part['restart'];
  readonly image?: string;
}

/** A server of Node from an image: `/` says its name; `/ask?URL` what it gets from there; `/env?NAME`; `/cat?PATH`; `/write?PATH`. */
export const serve = `
const fs = require('fs'), http = require('http');
const answer = async (url) => {
  const at = url.indexOf('?'), path = at < 0 ? url : url.slice(0, at), rest = at < 0 ? '' : decodeURIComponent(url.slice(at + 1));
  if (path === '/ask') return (await fetch(rest)).text();
  if (path === '/up') return (await fetch(process.env.UP + '/' + rest)).text();
  if (path === '/env') return String(process.env[rest]);
  if (path === '/cat') return fs.readFileSync(rest, 'utf8');
  if (path === '/write') { fs.appendFileSync(rest, 'x'); return fs.readFileSync(rest, 'utf8'); }
  if (path === '/say') { console.log(rest); return 'said'; }
  if (path === '/exit') process.exit(Number(rest));
  return process.env.NAME + url;
};
http.createServer((q, r) => answer(q.url).then((t) => r.end(t), (e) => { r.statusCode = 500; r.end(String(e.cause ?? e)); })).listen(8080, '0.0.0.0');
require('net').createServer((s) => s.on('error', () => {}).end('hidden')).listen(9090, '0.0.0.0');
`;
export const up = { slots: { up: { kind: 'http' } }, env: { UP: '${slots.up.url}' } };
export const bind = (to: string, from: string): object => ({ to: `#${to}`, from: `#${from}` });
/** A program of this machine that asks what it is bound to. */
export const asker = (name: string): Part =>
  python(
    `
import http.server, os, urllib.request
class H(http.server.BaseHTTPRequestHandler):
    def log_message(self, *a): pass
    def do_GET(self):
        body = ('${name}' + self.path).encode() if not self.path.startswith('/up?') else urllib.request.urlopen(os.environ['UP'] + '/' + self.path[4:]).read()
        self.send_response(200); self.send_header('content-length', str(len(body))); self.end_headers(); self.wfile.write(body)
http.server.ThreadingHTTPServer(('127.0.0.1', 8080), H).serve_forever()
`,
    { port: 8080, ...up },
  );
/** The same with nothing that it is bound to. */
export const plain = (name: string): Part => {
  const part = asker(name).manifest as { readonly program: { readonly env: object } };
  return { manifest: { ...part, slots: {}, program: { ...part.program, env: { PORT: '8080' } } } };
};
export const over = (url: string | undefined, path: string): Promise<string> => textOf(`${url}${path}`);
export const settings = (files: Readonly<Record<string, string>>, of: object): Readonly<Record<string, string>> => {
  const known = JSON.parse(files['headgate.yaml'] ?? '{}') as { readonly components?: object };
  return {
    ...files,
    'headgate.yaml': JSON.stringify({
      version: 1,
      ...known,
      ...of,
      components: { ...known.components, ...(of as { components?: object }).components },
    }),
  };
};

const http = { provides: { http: { kind: 'http', endpoint: 'http' } }, exports: { http: 'provides.http' } };
export const partsOf = (images: () => TestImages) => ({
  boxed: (name: string, more: More = {}): Part => ({
    ...(more.restart ? { restart: more.restart } : {}),
    manifest: {
      program: {
        image: more.image ?? images().plain,
        entrypoint: ['node', '-e', serve],
        env: { NAME: name, ...more.env },
        network: { endpoints: [{ name: 'http', port: 8080 }] },
        ...more.program,
      },
      ...(more.slots ? { slots: more.slots } : {}),
      ...http,
      ...more.manifest,
    },
  }),
  job: (script: string, more: Omit<More, 'restart'> = {}): Part => ({
    restart: 'never',
    manifest: {
      program: {
        image: more.image ?? images().plain,
        entrypoint: ['/bin/sh', '-c', script],
        ...more.program,
        ...(more.env ? { env: more.env } : {}),
      },
      ...more.manifest,
    },
  }),
});

/** Ids of containers of runs whose state lies in a folder below this one. */
export function containersBelow(folder: string): readonly string[] {
  const states = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'runs')));
  const runs = new Set(states.flatMap((name) => readdirSync(join(folder, name, 'runs'))));
  const format = '{{.ID}} {{.Label "headgate.dev/run"}}';
  const all = command('docker', 'ps', '-a', '--filter', 'label=headgate.dev/owner', '--format', format);
  return all.split('\n').filter((line) => runs.has(line.split(' ')[1] ?? ''));
}
