/** Policies that misbehave on request, and what is needed to ask them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createSandboxPolicyClient,
  type SandboxPolicyClientOptions,
} from '../../src/adapters/policies/sandbox-client.ts';
import type { LoweredProgram } from '../../src/ir/graph.ts';
import type { PolicyAsk, PolicyLimits, PolicyOutcome, PolicyProcess } from '../../src/ports/policy-client.ts';

export const limits: PolicyLimits = {
  startMs: 15_000,
  connectMs: 5_000,
  headersMs: 10_000,
  bodyMs: 10_000,
  totalMs: 60_000,
  maxBodyBytes: 1_048_576,
};

export const noChange = '{"interpositions":[]}';

/** A server on port 8120 whose POST does `onPost`, and whose GET is answered with 200 unless `onRequest` does something. */
export const nodeServer = (onPost: string, onRequest = ''): string => `
  const http = require('node:http'), net = require('node:net'), fs = require('node:fs'), cp = require('node:child_process');
  http.createServer((req, res) => {
    ${onRequest}
    if (req.method === 'GET') { res.end('here'); return; }
    let body = '';
    req.on('data', (chunk) => { body += chunk; }).on('end', async () => { ${onPost} });
  }).listen(Number(process.env.PORT ?? 8120), '127.0.0.1');`;

export const pythonServer = `
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args): pass
    def do_POST(self):
        body = self.rfile.read(int(self.headers['content-length']))
        out = ('%s %s %s' % (os.environ['TAG'], self.headers['headgate-scope'], body.decode())).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(out)
http.server.HTTPServer(('127.0.0.1', 8120), Handler).serve_forever()
`;

export interface Fixture {
  readonly folder: string;
  readonly process: (
    moniker: string,
    program: Partial<PathProgram> & { readonly script?: string },
    more?: Partial<PolicyProcess>,
  ) => PolicyProcess;
  readonly remove: () => void;
}
type PathProgram = Extract<LoweredProgram, { readonly path: string }>;

/** A folder with a manifest's place in it; a `script` is run by `/usr/bin/env node`. */
export function createFixture(): Fixture {
  const folder = mkdtempSync('/tmp/policy-test-');
  writeFileSync(join(folder, 'policy.yaml'), '');
  return {
    folder,
    process: (moniker, { script, ...program }, more) => ({
      moniker,
      display: `/${moniker.slice(1)}`,
      program: { path: '/usr/bin/env', args: script === undefined ? [] : ['node', '-e', script], ...program },
      config: {},
      url: pathToFileURL(join(folder, 'policy.yaml')).href,
      ports: [8120],
      slots: {},
      ...more,
    }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export const askOf = (moniker: string, more: Partial<PolicyAsk> = {}): PolicyAsk => ({
  id: moniker,
  display: moniker,
  to: { moniker, port: 8120, protocol: 'http' },
  body: '{"scope":{"ö":1}}',
  headers: { 'headgate-scope': '/' },
  ...more,
});

export const ask = (
  processes: readonly PolicyProcess[],
  asks: readonly PolicyAsk[],
  options: Partial<SandboxPolicyClientOptions> & { readonly limits?: Partial<PolicyLimits> } = {},
): Promise<readonly PolicyOutcome[]> => {
  const { limits: changed, ...rest } = options;
  return createSandboxPolicyClient({ sandbox: 'bubblewrap', ...rest }).ask(processes, asks, { ...limits, ...changed });
};

/** Asks one process once. */
export async function askOne(process: PolicyProcess, options: Parameters<typeof ask>[2] = {}): Promise<PolicyOutcome> {
  const [outcome] = await ask([process], [askOf(process.moniker)], options);
  if (!outcome) throw new Error('no outcome');
  return outcome;
}

/** Processes of this machine whose command line or environment holds the text. */
export function processesWith(text: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => {
      try {
        return ['cmdline', 'environ'].some((file) => readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(text));
      } catch {
        return false;
      }
    });
}

/** Private folders of process `pid`. */
export const foldersOf = (pid: number): readonly string[] =>
  ['/tmp', `/run/user/${process.getuid?.() ?? 0}`].flatMap((base) => {
    try {
      return readdirSync(base)
        .filter((name) => name.startsWith(`hg-${pid.toString(36)}-`))
        .map((name) => join(base, name));
    } catch {
      return [];
    }
  });
