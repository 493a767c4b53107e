/** A scenario with one policy that misbehaves, and the real command line watched from outside while it asks it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { foldersOf, processesWith } from './policy-fixture.ts';

export const policyPort = 38_160;
/** A port that no policy declares. */
export const otherPort = 38_161;

/** POST does `post`; GET is answered with 200 unless `before` does something. */
export const http = (post: string, before = ''): string => `
const http = require('node:http'), net = require('node:net'), fs = require('node:fs'), cp = require('node:child_process');
const agree = (res, findings = []) => res.end(JSON.stringify({ interpositions: [], findings }));
const info = (message) => ({ severity: 'info', message: String(message) });
http.createServer((req, res) => {
  ${before}
  if (req.method === 'GET') { res.end('here'); return; }
  req.resume().on('end', async () => { ${post} });
}).listen(${policyPort}, '127.0.0.1');`;

/** As \`http\`, below HTTP: \`post\` writes to the connection \`c\`. */
export const raw = (post: string): string => `
const net = require('node:net');
net.createServer((c) => {
  c.on('error', () => {});
  let seen = '';
  c.on('data', (d) => {
    if (seen !== '') return;
    seen = String(d);
    if (seen.startsWith('GET')) { c.end('HTTP/1.1 404 no\\r\\ncontent-length: 0\\r\\n\\r\\n'); return; }
    ${post}
  });
}).listen(${policyPort}, '127.0.0.1');`;

/** Writes one piece again and again as long as the other side takes it. */
export const endless = (to: string, piece: string): string =>
  `(function on() { while (!${to}.destroyed && ${to}.write(${piece})); if (!${to}.destroyed) ${to}.once('drain', on); })();`;
export const head = (...lines: readonly string[]): string =>
  JSON.stringify(['HTTP/1.1 200 OK', ...lines, '', ''].join('\r\n'));
export const answer = (body: string): string => http(`res.end(${body});`);

/** An answer whose interposer has this config and schema. */
export function interposer(properties: string, config: string, more = ''): string {
  return `JSON.stringify({ interpositions: [{ interposer: {
    program: { path: '/opt/relay', args: [], network: { endpoints: [{ name: 'down', port: 9001 }] } },
    config: ${config}, config_schema: { type: 'object', properties: ${properties}, ${more} },
    slots: { up: { kind: 'http' } }, provides: { down: { kind: 'http', endpoint: 'down' } } },
    attachments: [{ target: 0, interposer_slot: 'up', interposer_provide: 'down' }] }] })`;
}

export interface Observed {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Codes of the diagnostics, in the order in which they were printed. */
  readonly codes: readonly string[];
  /** The diagnostics in one line. */
  readonly plain: string;
  readonly ms: number;
  /** Peak of resident memory of headgate itself. */
  readonly peakMiB: number;
  /** What is left of it: processes, folders, sockets, files. */
  readonly left: readonly string[];
  /** True when `otherPort` could be reached from the host at any time. */
  readonly portSeen: boolean;
}

export interface Chaos {
  readonly marker: string;
  readonly folder: string;
  readonly run: (policy: string, options?: ChaosOptions) => Promise<Observed>;
  readonly remove: () => void;
}

export interface ChaosOptions {
  readonly flags?: readonly string[];
  /** Bytes of config that the question has to carry. */
  readonly questionBytes?: number;
  readonly watchPort?: boolean;
  /** Limits of the policy in the settings, such as `headers: 500ms`. */
  readonly limits?: string;
}

/** Written at the very end: the high-water mark of this process alone, which rusage does not give after a fork. */
const recorder = `data:text/javascript,${encodeURIComponent(
  `import fs from 'node:fs'; const file = process.env.HEADGATE_TEST_PEAK; delete process.env.HEADGATE_TEST_PEAK; delete process.env.NODE_OPTIONS;
   process.on('exit', () => fs.writeFileSync(file, /VmHWM:\\s+(\\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]));`,
)}`;

export function createChaos(): Chaos {
  const marker = `headgate-chaos-${process.pid}-${Math.random().toString(36).slice(2)}`;
  const folder = mkdtempSync(join(tmpdir(), 'headgate-chaos-'));
  const peak = mkdtempSync(join(tmpdir(), 'headgate-peak-'));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write(
    'policy.yaml',
    `manifest_version: "0.4.0"
program:
  path: /usr/bin/env
  args: [node, ./policy.cjs]
  env: { MARK: ${marker} }
  network: { endpoints: [{ name: api, port: ${policyPort} }] }
provides: { apply: { kind: http, profile: policy, endpoint: api } }
exports: { apply: provides.apply }
`,
  );
  const run = async (policy: string, options: ChaosOptions = {}): Promise<Observed> => {
    write('policy.cjs', policy);
    write('scenario.yaml', scenario(options.questionBytes ?? 0));
    write('server.yaml', server);
    write('headgate.yaml', options.limits === undefined ? '' : `policies: { p: { limits: { ${options.limits} } } }\n`);
    const before = readdirSync(folder).sort().join();
    const peakFile = join(peak, 'peak');
    const began = performance.now();
    const child = spawn(
      process.execPath,
      [resolve('dist/cli.cjs'), 'compile', '.', '--emit', 'plan=-', ...(options.flags ?? [])],
      {
        cwd: folder,
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: peak,
          NODE_OPTIONS: `--import=${recorder}`,
          HEADGATE_TEST_PEAK: peakFile,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const watching = options.watchPort ? watchPort(child) : Promise.resolve(false);
    const ended = await endOf(child);
    const ms = performance.now() - began;
    const left = [
      ...processesWith(marker).map((pid) => `process ${pid}`),
      ...foldersOf(child.pid ?? 0),
      ...socketsOf(child.pid ?? 0),
      ...(readdirSync(folder).sort().join() === before ? [] : [`files: ${readdirSync(folder).join()}`]),
    ];
    return {
      ...ended,
      codes: [...ended.stderr.matchAll(/^\w+\[([^\]]+)\]/gm)].map((match) => match[1] ?? ''),
      plain: ended.stderr.replaceAll(/\s+/g, ' '),
      ms,
      peakMiB: Number(readFileSync(peakFile, 'utf8')) / 1024,
      left,
      portSeen: await watching,
    };
  };
  return {
    marker,
    folder,
    run,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
      rmSync(peak, { recursive: true, force: true });
    },
  };
}

const server = `manifest_version: "0.4.0"
program:
  path: /bin/true
  args: ["\${config.ballast}"]
  network: { endpoints: [{ name: api, port: 8080 }] }
provides: { api: { kind: http, endpoint: api } }
exports: { api: provides.api }
config_schema: { type: object, properties: { ballast: { type: string } }, required: [ballast] }
`;

const scenario = (questionBytes: number): string => `manifest_version: "0.4.0"
components: { server: { manifest: ./server.yaml, config: { ballast: "${'x'.repeat(questionBytes)}" } } }
exports: { out: "#server.api" }
use: { p: ./policy.yaml }
policies: ["#p.apply"]
`;

function endOf(child: ChildProcess): Promise<Pick<Observed, 'code' | 'stdout' | 'stderr'>> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

async function watchPort(child: ChildProcess): Promise<boolean> {
  let seen = false;
  while (child.exitCode === null && child.signalCode === null) {
    seen ||= await new Promise<boolean>((done) => {
      const socket = connect(otherPort, '127.0.0.1');
      socket.on('connect', () => done(true)).on('error', () => done(false));
      socket.on('connect', () => socket.destroy());
    });
    await new Promise((wait) => setTimeout(wait, 20));
  }
  return seen;
}

/** Sockets with a name that lie in a private folder of headgate. */
const socketsOf = (pid: number): readonly string[] =>
  readFileSync('/proc/net/unix', 'latin1')
    .split('\n')
    .filter((line) => line.includes(`hg-${pid.toString(36)}-`));
