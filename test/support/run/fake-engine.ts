/** A container engine in memory, over a real socket and in real HTTP: enough of its interface for one program and its agent. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { openEngine } from '../../../src/adapters/docker/engine.ts';

export interface FakeContainer {
  readonly name: string;
  readonly body: { readonly Labels: Readonly<Record<string, string>>; readonly [key: string]: unknown };
  state: 'created' | 'running' | 'exited';
  code: number;
  outOfMemory: boolean;
  socket: Socket | undefined;
  readonly said: string[];
  readonly signals: string[];
}

export interface FakeEngine {
  readonly path: string;
  readonly containers: ReadonlyMap<string, FakeContainer>;
  /** `METHOD /path` of all requests, without the version. */
  readonly asked: readonly string[];
  /** One line of the agent to the host. */
  readonly agentSays: (line: object) => void;
  readonly programSays: (stream: 1 | 2, text: string) => void;
  readonly exit: (code: number, outOfMemory?: boolean) => void;
  /** Answers the next request that matches with this status and message; undefined closes the connection. */
  readonly fail: (matches: RegExp, status?: number, message?: string) => void;
  readonly paths: Set<string>;
  /** Nobody answers any more, and every connection is cut. */
  readonly goAway: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const frame = (stream: 1 | 2, said: string): Buffer => {
  const bytes = Buffer.from(said);
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
};

export async function startFakeEngine(folder: string, name = 'engine.sock'): Promise<FakeEngine> {
  const path = join(folder, name);
  const containers = new Map<string, FakeContainer>();
  const asked: string[] = [];
  const waits = new Map<string, (() => void)[]>();
  const sockets = new Set<Socket>();
  const paths = new Set<string>(['/bin/sh']);
  let failing: { matches: RegExp; status: number | undefined; message: string } | undefined;
  const byRole = (role: string): FakeContainer | undefined =>
    [...containers.values()].find(({ body }) => body.Labels['headgate.dev/role'] === role);
  const idOf = (one: FakeContainer): string => [...containers].find(([, value]) => value === one)?.[0] ?? '';
  const find = (key: string): readonly [string, FakeContainer] | undefined =>
    [...containers].find(([id, one]) => id === key || one.name === key);
  const ended = (one: FakeContainer, code: number): void => {
    if (one.state !== 'running') return;
    one.state = 'exited';
    one.code = code;
    one.socket?.end();
    for (const done of waits.get(idOf(one)) ?? []) done();
  };
  const answer = async (request: IncomingMessage): Promise<readonly [number, unknown]> => {
    const { pathname, searchParams } = new URL((request.url ?? '').replace(/^\/v[\d.]+/, ''), 'http://engine');
    const said = await text(request);
    if (pathname === '/version') return [200, { Version: '99.1', ApiVersion: '1.41', MinAPIVersion: '1.12' }];
    if (pathname === '/info') return [200, { OSType: 'linux', SecurityOptions: ['name=seccomp,profile=default'] }];
    if (pathname === '/containers/json')
      return [200, [...containers].map(([Id, one]) => ({ Id, State: one.state, Labels: one.body.Labels }))];
    if (pathname === '/containers/create') {
      const id = `id${containers.size}`;
      containers.set(id, {
        name: searchParams.get('name') ?? '',
        body: JSON.parse(said) as FakeContainer['body'],
        state: 'created',
        code: 0,
        outOfMemory: false,
        socket: undefined,
        said: [],
        signals: [],
      });
      return [201, { Id: id }];
    }
    const [, key = '', verb] = /^\/containers\/([^/]+)(?:\/(\w+))?$/.exec(pathname) ?? [];
    const found = find(key);
    if (!found) return [404, { message: `No such container: ${key}` }];
    const [id, one] = found;
    if (request.method === 'DELETE') {
      ended(one, 137);
      containers.delete(id);
      return [204, undefined];
    }
    if (verb === 'start') {
      one.state = 'running';
      return [204, undefined];
    }
    if (verb === 'kill') {
      const signal = searchParams.get('signal') ?? '';
      one.signals.push(signal);
      if (one.state !== 'running') return [409, { message: 'it is not running' }];
      if (signal === 'SIGKILL') ended(one, 137);
      return [204, undefined];
    }
    if (verb === 'archive') return [paths.has(searchParams.get('path') ?? '') ? 200 : 404, undefined];
    if (verb === 'wait') {
      if (one.state !== 'exited') await new Promise<void>((done) => waits.set(id, [...(waits.get(id) ?? []), done]));
      return [200, { StatusCode: one.code }];
    }
    return [
      200,
      {
        Id: id,
        Config: { Labels: one.body.Labels },
        State: {
          Running: one.state === 'running',
          Pid: 0,
          ExitCode: one.code,
          OOMKilled: one.outOfMemory,
          StartedAt: one.state === 'created' ? '0001-01-01T00:00:00Z' : '2026-01-01T00:00:00Z',
        },
      },
    ];
  };
  const server: Server = createServer((request, response) => {
    const asks = `${request.method} ${(request.url ?? '').replace(/^\/v[\d.]+/, '')}`;
    asked.push(asks);
    if (failing?.matches.test(asks)) {
      const { status, message } = failing;
      failing = undefined;
      if (status === undefined) return void request.socket.destroy();
      response.writeHead(status, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify({ message }));
    }
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket: Socket) => {
    asked.push(`${request.method} ${(request.url ?? '').replace(/^\/v[\d.]+/, '')}`);
    const key = /\/containers\/([^/]+)\/attach/.exec(request.url ?? '')?.[1] ?? '';
    const one = find(key)?.[1];
    if (!one) return void socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
    one.socket = socket;
    socket.on('error', () => {}).on('data', (chunk: Buffer) => one.said.push(chunk.toString()));
    socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
  });
  await new Promise<void>((done) => server.listen(path, done));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const close = (): Promise<void> =>
    new Promise((done) => {
      server.close(() => done());
      cut();
    });
  return {
    path,
    containers,
    asked,
    paths,
    agentSays: (line) => void byRole('agent')?.socket?.write(frame(1, `${JSON.stringify(line)}\n`)),
    programSays: (stream, said) => void byRole('program')?.socket?.write(frame(stream, said)),
    exit: (code, outOfMemory = false) => {
      const one = byRole('program');
      if (!one) return;
      one.outOfMemory = outOfMemory;
      ended(one, code);
    },
    fail: (matches, status, message = '') => {
      failing = { matches, status, message };
    },
    goAway: close,
    close,
  };
}

export const engineOf = ({ path }: Pick<FakeEngine, 'path'>) => openEngine(path, '1.41');
