/** What tests of the model meter talk to, and the plan that has one. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DeploymentPlan } from '../../src/ir/plan-schema.ts';

export function compileMetered(): DeploymentPlan {
  const folder = mkdtempSync(join(tmpdir(), 'headgate-meter-'));
  try {
    const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
    const meter = resolve('manifests/model-meter/manifest.yaml');
    write(
      'scenario.yaml',
      `manifest_version: "0.4.0"
slots: { model: { kind: llm, profile: model_provider }, other: { kind: http } }
components: { web: ./web.yaml }
bindings: [{ to: "#web.model", from: slots.model, weak: true }, { to: "#web.other", from: slots.other, weak: true }]
use: { meter: { manifest: ${meter} } }
policies: ["#meter.apply"]
`,
    );
    write(
      'web.yaml',
      `manifest_version: "0.4.0"
slots: { model: { kind: llm, profile: model_provider }, other: { kind: http } }
program: { path: /bin/true, args: ["\${slots.model.url}", "\${slots.other.url}"] }
`,
    );
    const args = [resolve('dist/cli.cjs'), 'compile', '.'];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout) as DeploymentPlan;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const json =
  (body: object, headers: Record<string, string> = {}, encode: (bytes: Buffer) => Buffer = (bytes) => bytes) =>
  (response: ServerResponse): void => {
    const bytes = encode(Buffer.from(JSON.stringify(body)));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length, ...headers });
    response.end(bytes);
  };

/** In pieces that the network would not join. */
export const stream =
  (pieces: readonly (string | Buffer)[], headers: Record<string, string> = {}, cut = false) =>
  async (response: ServerResponse): Promise<void> => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...headers });
    for (const piece of pieces) {
      response.write(piece);
      await new Promise((done) => setImmediate(done));
    }
    if (cut) response.destroy();
    else response.end();
  };

export const chat = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };
export const usage = { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 };

export const chunk = (content: string): string =>
  `data: ${JSON.stringify({ choices: [{ delta: { content } }], usage: null })}`;
export const extra = `data: ${JSON.stringify({ choices: [], usage })}`;
export const openai = (end: string): readonly string[] => ['hé "usage"', 'llo'].map((text) => chunk(text) + end + end);
export const anthropic = (end: string): string =>
  [
    ['message_start', { message: { usage: { input_tokens: 20, output_tokens: 1 } } }],
    ['ping', {}],
    ['content_block_delta', { delta: { text: '"usage"' } }],
    ['message_delta', { delta: {}, usage: { output_tokens: 9 } }],
    ['message_stop', {}],
  ]
    .map(([type, more]) => `event: ${type}${end}data: ${JSON.stringify({ type, ...(more as object) })}${end}${end}`)
    .join('');
export const responses = (end: string): string =>
  ['response.created', 'response.completed']
    .map((type) => {
      const told =
        type === 'response.completed'
          ? { usage: { input_tokens: 4, output_tokens: 3, total_tokens: 7 } }
          : { usage: null };
      return `event: ${type}${end}data: ${JSON.stringify({ type, response: told })}${end}${end}`;
    })
    .join('');

/** Cut where the query says. */
export const cutter =
  (whole: Buffer): ((response: ServerResponse) => unknown) =>
  (response) => {
    const at = Number(new URL(response.req.url ?? '', 'http://p').searchParams.get('at'));
    return stream([whole.subarray(0, at), whole.subarray(at)])(response);
  };

/** From 0 to `most`, several at a time. */
export async function eachOf(most: number, work: (at: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next <= most) await work(next++);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

/** A server of the old kind: it never reads a body, and takes what follows a head for the next request, until it is to close. */
export async function startDeaf(): Promise<{
  readonly url: string;
  readonly asked: string[];
  readonly close: () => void;
}> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    let text = '';
    let isOver = false;
    socket.on('error', () => {});
    socket.on('data', (piece) => {
      text += piece.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0 && !isOver; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end);
        text = text.slice(end + 4);
        asked.push(head.split('\r\n')[0] ?? '');
        isOver = /^connection: *close/im.test(head);
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
        if (isOver) socket.end();
      }
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    asked,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
