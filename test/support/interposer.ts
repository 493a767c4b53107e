/** The interposer that a ready-made policy answers with, really compiled and really run in front of a server. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
  type Server,
} from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeploymentPlan } from '../../src/ir/plan-schema.ts';

export interface Compiled {
  readonly status: number | null;
  readonly stderr: string;
  /** Undefined when it was refused. */
  readonly plan: DeploymentPlan | undefined;
}

/** `web` reads from `api`, `web` is exported, and one ready-made policy governs both. */
export function compileWith(policy: string, config: string, flags: readonly string[] = []): Compiled {
  const folder = mkdtempSync(join(tmpdir(), 'headgate-ready-'));
  try {
    const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
    write('scenario.yaml', scenario(policy, config));
    write('api.yaml', api);
    write('web.yaml', web);
    const args = [resolve('dist/cli.cjs'), 'compile', '.', ...flags];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    return { status, stderr, plan: stdout === '' ? undefined : (JSON.parse(stdout) as DeploymentPlan) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const scenario = (policy: string, config: string): string => `manifest_version: "0.4.0"
config_schema:
  type: object
  properties: { key: { type: string, secret: true }, other: { type: string, default: plain } }
  required: [key]
components: { api: { manifest: ./api.yaml, config: { key: "\${config.key}", other: "\${config.other}" } }, web: ./web.yaml }
bindings: [{ to: "#web.data", from: "#api.data" }]
exports: { site: "#web.site" }
use: { p: { manifest: ${resolve('manifests', policy, 'manifest.yaml')}, config: ${config} } }
policies: ["#p.apply"]
`;
const api = `manifest_version: "0.4.0"
config_schema: { type: object, properties: { key: { type: string, secret: true }, other: { type: string } }, required: [key, other] }
program:
  path: /bin/true
  args: ["\${config.other}"]
  env: { KEY: "\${config.key}" }
  network: { endpoints: [{ name: http, port: 9000 }] }
provides: { data: { kind: http, endpoint: http } }
exports: { data: provides.data }
`;
const web = `manifest_version: "0.4.0"
slots: { data: { kind: http } }
program:
  path: /bin/true
  args: ["\${slots.data.url}"]
  network: { endpoints: [{ name: http, port: 8080 }] }
provides: { site: { kind: http, endpoint: http } }
exports: { site: provides.site }
`;

export interface Interposer {
  readonly port: number;
  readonly url: string;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Peak of its resident memory so far. */
  readonly peakMiB: () => number;
  readonly end: () => Promise<number | string>;
}

interface PathProgram {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Starts the interposer on `edge` on a free port; `values` stand for the config that it is given when it runs. */
export async function startInterposer(
  plan: DeploymentPlan,
  upstream: string,
  values: Readonly<Record<string, string>> = {},
  edge = '/web.data',
  more: Readonly<Record<string, string>> = {},
): Promise<Interposer> {
  const found = plan.components.find(({ origin }) => 'edges' in origin && (origin.edges as string[]).includes(edge));
  if (!found) throw new Error(`no interposer on ${edge}`);
  const { path, args, env } = found.program as unknown as PathProgram;
  const port = await freePort();
  const given: Record<string, string> = { PATH: process.env['PATH'] ?? '', ...env, ...more, PORT: String(port) };
  for (const [name, text] of Object.entries(given)) {
    given[name] = text
      .replaceAll('${slots.upstream.url}', upstream)
      .replaceAll(/\$\{config\.(\w+)\}/g, (_, key: string) => values[key] ?? '');
  }
  const child = spawn(path, args, { env: given, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  await listening(child, port, () => stderr);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    stdout: () => stdout,
    stderr: () => stderr,
    peakMiB: () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    end: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        await gone;
      }
      return child.exitCode ?? child.signalCode ?? '';
    },
  };
}

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function listening(child: ChildProcess, port: number, stderr: () => string): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${stderr()}`);
    const open = await new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('connect', () => done(true)).on('error', () => done(false));
      socket.on('connect', () => socket.destroy());
    });
    if (open) return;
    await sleep(10);
  }
  throw new Error('it does not listen');
}

/** A server of the test, with its address. */
export interface Upstream {
  readonly url: string;
  readonly server: Server;
  readonly close: () => void;
}

export async function startUpstream(handle: Parameters<typeof createServer>[1]): Promise<Upstream> {
  const server = handle ? createServer(handle) : createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}`, server, close };
}

/** Sends bytes as they are, one piece after the other, and resolves with everything that came until the other side closed. */
export async function sendRaw(port: number, pieces: readonly (string | Buffer)[], pauseMs = 0): Promise<string> {
  const socket: Socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.setNoDelay(true).on('data', (chunk) => chunks.push(chunk));
  const closed = new Promise<void>((done) => {
    socket.on('close', () => done()).on('error', () => done());
  });
  for (const piece of pieces) {
    socket.write(piece);
    if (pauseMs > 0) await sleep(pauseMs);
  }
  await Promise.race([closed, sleep(5_000)]);
  socket.destroy();
  return Buffer.concat(chunks).toString('latin1');
}

/** What came of one request. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly message: IncomingMessage;
}

export async function exchange(
  url: string,
  options: RequestOptions = {},
  body: readonly (string | Buffer)[] = [],
  pauseMs = 0,
): Promise<Answer> {
  const outgoing = httpRequest(url, { agent: false, ...options });
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  for (const piece of body) {
    outgoing.write(piece);
    if (pauseMs > 0) await sleep(pauseMs);
  }
  outgoing.end();
  const [message] = await answered;
  return { status: message.statusCode ?? 0, headers: message.headers, body: await buffer(message), message };
}
