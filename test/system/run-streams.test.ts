/** What goes over an edge goes over it as over a wire: through two sandboxes and an interposer between them. */
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveRun, startRun } from '../support/run/cli-run.ts';
import { expectNoProcess } from '../support/run/leftovers.ts';
import { streamingScenario } from '../support/run/scenarios.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const MiB = 1024 * 1024;
const temp = createTempFolder();
let run: LiveRun;
let url: string;
beforeAll(async () => {
  const scenario = join(temp.lay(streamingScenario()), 'scenario.json');
  run = await startRun(scenario, { stateDir: join(temp.path, 'state'), cwd: temp.path });
  url = run.exports['front'] as string;
});
afterAll(async () => {
  await run?.stop();
  await expectNoProcess(temp.path);
  temp.remove();
});

const open = (): Promise<Socket> =>
  new Promise((done, fail) => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), allowHalfOpen: true }, () =>
      done(socket),
    );
    socket.on('error', fail);
  });

describe('front, interposer, server', () => {
  it('100 MiB down', async () => {
    const digest = createHash('sha256');
    let bytes = 0;
    const response = await fetch(`${url}/bytes/${100 * MiB}`);
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      digest.update(chunk);
      bytes += chunk.length;
    }
    expect(bytes).toBe(100 * MiB);
    const expected = createHash('sha256');
    const block = Buffer.alloc(65536, Buffer.from(Array.from({ length: 256 }, (_, i) => i)));
    for (let i = 0; i < (100 * MiB) / 65536; i++) expected.update(block);
    expect(digest.digest('hex')).toBe(expected.digest('hex'));
  });

  it('100 MiB up', async () => {
    const body = Buffer.alloc(100 * MiB, 'headgate');
    const response = await fetch(url, { method: 'POST', body });
    expect(await response.text()).toBe(createHash('sha256').update(body).digest('hex'));
  });

  it('server-sent events come one by one', async () => {
    const began = performance.now();
    const at: number[] = [];
    const response = await fetch(`${url}/events`);
    let text = '';
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString();
      at.push(performance.now() - began);
    }
    expect(text).toBe('data: 0\n\ndata: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\n');
    expect(at[0]).toBeLessThan(250);
    expect(at.length).toBeGreaterThanOrEqual(5);
    expect(at.at(-1)).toBeGreaterThan(1_000);
  });

  it('WebSocket: an upgrade, and frames both ways', async () => {
    const { socket, head } = await new Promise<{ socket: Socket; head: Record<string, unknown> }>((done, fail) => {
      const asking = request(`${url}/socket`, {
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        },
      });
      asking.on('upgrade', ({ headers }, socket) => done({ socket: socket as Socket, head: headers }));
      asking.on('error', fail);
      asking.end();
    });
    expect(head['sec-websocket-accept']).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    for (const text of ['one', 'two', 'three']) {
      const back = new Promise<Buffer>((done) => socket.once('data', done));
      socket.write(text);
      expect((await back).toString()).toBe(text);
    }
    socket.destroy();
  });

  it('a half-close: the answer comes after the end of the question', async () => {
    const socket = await open();
    socket.end('GET /refuse HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toMatch(/no$/);
  });

  it('4.5(2): connections that say nothing and go harm nobody', async () => {
    for (let i = 0; i < 50; i++) (await open()).destroy();
    const sockets = await Promise.all(Array.from({ length: 50 }, open));
    for (const socket of sockets) socket.resetAndDestroy();
    expect((await fetch(`${url}/bytes/5`)).status).toBe(200);
  });
});
