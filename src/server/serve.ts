/** A run's own interface: HTTP on a unix socket that only its owner can reach. */
import { chmodSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { createPrivateFolder } from '../adapters/sandbox/private-folder.ts';
import { removeControlFile, writeControlFile } from '../app/run-control/control-file.ts';
import { runPaths } from '../runtime/state/run-folder.ts';
import { Refusal, sendFault } from './exchange.ts';
import { routeOf } from './routes.ts';
import type { Served } from './served.ts';

export interface Interface {
  /** Path of its socket. */
  readonly socket: string;
  /** When the run has ended: what is under way is answered, for as long as a moment takes. */
  readonly close: () => Promise<void>;
}

/** Of all answers that go on with the run, at a time. */
const maxStreams = 32;
const maxConnections = 128;
/** For readers of the last words. The end of a run waits no longer for them. */
const lastWordsMs = 1_000;

/** Throws where there is no place for the socket, or it cannot be told. */
export async function serve(served: Served): Promise<Interface> {
  const { control } = runPaths(served.stateDir, served.id);
  // The state folder may have a long path, and that of a socket holds 107 bytes.
  const folder = createPrivateFolder();
  const socket = join(folder.path, 'control');
  const answers = new Set<ServerResponse>();
  const streams = new Set<ServerResponse>();
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000 }, (request, response) => {
    answers.add(response);
    response.on('close', () => answers.delete(response)).on('error', () => response.destroy());
    request.on('error', () => response.destroy());
    answer(served, request, response, streams).catch((error: unknown) => sendFault(response, error));
  });
  server.maxConnections = maxConnections;
  server.on('clientError', (error: NodeJS.ErrnoException, connection) => refuseRaw(error, connection));
  try {
    await listen(server, socket);
    chmodSync(socket, 0o600);
    writeControlFile(control, socket);
  } catch (error) {
    server.close();
    folder.remove();
    throw error;
  }
  server.on('error', () => {});
  return {
    socket,
    close: async () => {
      removeControlFile(control, socket);
      server.close();
      await settled(answers, lastWordsMs);
      server.closeAllConnections();
      folder.remove();
    },
  };
}

async function answer(
  served: Served,
  request: IncomingMessage,
  response: ServerResponse,
  streams: Set<ServerResponse>,
): Promise<void> {
  if (!URL.canParse(request.url ?? '', 'http://run')) throw notUnderstood('its target is not a path');
  const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://run');
  const route = routeOf(request.method ?? '', pathname, query);
  if (route.isStream) {
    if (streams.size >= maxStreams)
      throw new Refusal(503, {
        code: 'too_many_readers',
        message: `${maxStreams} readers of events and logs are connected already`,
        remedy: 'close one of them, or read the files in the folder of the run',
      });
    streams.add(response);
    response.on('close', () => streams.delete(response));
  }
  await route.answer(served, { request, response, query, id: route.id });
}

const notUnderstood = (why: string): Refusal =>
  new Refusal(400, {
    code: 'request_malformed',
    message: `the request is not understood: ${why}`,
    remedy: 'send HTTP/1.1, as `curl --unix-socket` does',
  });

function refuseRaw(error: NodeJS.ErrnoException, connection: Duplex): void {
  if (error.code === 'ECONNRESET' || !connection.writable) {
    connection.destroy();
    return;
  }
  const text = `${JSON.stringify(notUnderstood(error.message).fault, null, 2)}\n`;
  const head = `HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n`;
  connection.end(head + text);
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(path, () => {
      server.off('error', fail);
      done();
    });
    // A run that is held up by nothing else has ended.
    server.unref();
  });
}

function settled(answers: ReadonlySet<ServerResponse>, ms: number): Promise<void> {
  return new Promise((done) => {
    const late = setTimeout(done, ms);
    const look = (): void => {
      if (answers.size > 0) return;
      clearTimeout(late);
      done();
    };
    for (const one of answers) one.on('close', () => setImmediate(look));
    look();
  });
}
