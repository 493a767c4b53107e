import * as fs from 'node:fs';
import * as net from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type Attempt, attemptAll } from '../../../../../src/adapters/sandbox/agent/attempts.ts';
import { createTempFolder } from '../../../../support/temp-folder.ts';

const temp = createTempFolder();
const servers: net.Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
  temp.remove();
});

const listening = (at: net.ListenOptions, serve: (socket: net.Socket) => void): Promise<number> =>
  new Promise((done) => {
    const server = net.createServer(serve).listen(at, () => done((server.address() as net.AddressInfo).port));
    servers.push(server);
  });
const tried = (attempts: readonly Attempt[], slots: readonly number[] = []): Promise<readonly string[]> =>
  new Promise((done) => attemptAll(net, fs, attempts, slots, done));

const host = '127.0.0.1';

it('says of each what became of it, in its order, and sends nothing', async () => {
  let heard = '';
  const stays = await listening({ host, port: 0 }, (socket) =>
    socket.on('data', (data) => (heard += String(data))).on('error', () => {}),
  );
  const speaks = await listening({ host, port: 0 }, (socket) => socket.on('error', () => {}).write('220 hello\r\n'));
  const closes = await listening({ host, port: 0 }, (socket) => socket.destroy());
  const free = await listening({ host, port: 0 }, () => {});
  await new Promise((done) => servers.pop()?.close(done));
  const path = join(temp.path, 's');
  await listening({ path }, (socket) => socket.on('error', () => {}));
  // As slots are: nobody is to take them for the program's own ports.
  const slots = [stays, speaks, closes];
  const results = await tried(
    [
      ['tcp', host, stays],
      ['tcp', host, speaks],
      ['tcp', host, closes],
      ['tcp', host, free],
      ['unix', path, 0],
      ['unix', `${path}-none`, 0],
    ],
    slots,
  );
  expect(results).toEqual(['open', 'open', 'closed', 'refused ECONNREFUSED', 'open', 'refused ENOENT']);
  expect(heard).toBe('');
});

it('asks a proxy, and tells its answer', async () => {
  const asked: string[] = [];
  const answer = (status: string) => (socket: net.Socket) =>
    socket
      .on('error', () => {})
      .once('data', (data) => {
        asked.push(String(data).split('\r\n')[0] as string);
        socket.end(`HTTP/1.1 ${status}\r\n\r\n`);
      });
  const yes = await listening({ host, port: 0 }, answer('200 Connection established'));
  const no = await listening({ host, port: 0 }, answer('403 Forbidden'));
  const results = await tried([
    ['via', 'a.example:443', yes],
    ['via', 'b.example:1', no],
  ]);
  expect(results).toEqual(['status 200', 'status 403']);
  expect(asked.sort()).toEqual(['CONNECT a.example:443 HTTP/1.1', 'CONNECT b.example:1 HTTP/1.1']);
});

it('a port that listens here is its own, and nothing is connected to', async () => {
  let connections = 0;
  const port = await listening({ host, port: 0 }, () => connections++);
  expect(
    await tried([
      ['tcp', host, port],
      ['tcp', '::1', port],
    ]),
  ).toEqual(['own', 'own']);
  expect(connections).toBe(0);
});

it('answers once, however quickly all is known, and for nothing at all', async () => {
  const free = await listening({ host, port: 0 }, () => {});
  await new Promise((done) => servers.pop()?.close(done));
  let answers = 0;
  await new Promise<void>((done) => {
    attemptAll(
      net,
      fs,
      Array.from({ length: 100 }, (): Attempt => ['tcp', host, free]),
      [],
      () => {
        answers++;
        setTimeout(done, 100);
      },
    );
  });
  expect(answers).toBe(1);
  expect(await tried([])).toEqual([]);
});
