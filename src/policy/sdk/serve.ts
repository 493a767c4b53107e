/** A policy as an HTTP service. Nothing that a caller sends and nothing that a policy does ends it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import type { Policy } from './define.ts';
import { PolicyError } from './error.ts';
import { refuseBytes, respond, type Service } from './respond.ts';

export interface ServeOptions {
  /** 0 takes any free one. Unless given, what the variable `PORT` says. */
  readonly port?: number;
  /** Address to listen on; `127.0.0.1` unless given. */
  readonly host?: string;
  /** Where questions are posted; `/` unless given. Other paths get status 404. */
  readonly path?: string;
  /** Config of the policy; unless given, the JSON object in the variable `POLICY_CONFIG`, or `{}` without one. */
  readonly config?: JsonObject;
  /** Bytes; a longer question gets status 413. 64 MiB unless given. */
  readonly maxBodyBytes?: number;
  /** Milliseconds that questions in flight have to finish when the server is closed. 10 000 unless given. */
  readonly deadlineMs?: number;
  /** False: SIGTERM and SIGINT are left alone. Unless given, the first closes the server and the second cuts it off. */
  readonly signals?: boolean;
  /** Gets one line, without its end, for the start, each question and the end; to standard error unless given. */
  readonly log?: (line: string) => void;
}

export interface PolicyServer {
  readonly port: number;
  /** To ask it at: `http://127.0.0.1:18120/`. */
  readonly url: string;
  /** Takes no more questions, and finishes those in flight. Settles when all connections are closed, at the latest after the deadline. */
  readonly close: () => Promise<void>;
  /** Settles when the server is closed, by whomever. */
  readonly closed: Promise<void>;
}

/**
 * Serves a policy until `close` or a signal.
 *
 * | request | gets |
 * |---|---|
 * | `POST` of a question to `path` | 200 and the answer |
 * | `GET` of `/`, `/health` or `path` | 200 and `{"status": "ok", "policy": NAME, "protocol": "1"}` |
 * | a question that is none, or in another protocol | 400 |
 * | another path, another method | 404, 405 |
 * | a question that is too long, or has a content encoding | 413, 415 |
 * | a question on which `decide` throws | 500 |
 *
 * Everything but 200 has the body `{"error": TEXT, "code": NAME}`.
 *
 * @throws PolicyError (`options`) when there is no port, it cannot be listened on, or `POLICY_CONFIG` is no JSON object.
 */
export async function servePolicy(policy: Policy, options: ServeOptions = {}): Promise<PolicyServer> {
  const log = options.log ?? ((line) => process.stderr.write(`${line}\n`));
  const config = options.config ?? configOf(process.env['POLICY_CONFIG']);
  const path = options.path ?? '/';
  const service: Service = {
    policy,
    path: path.startsWith('/') ? path : `/${path}`,
    config,
    maxBodyBytes: options.maxBodyBytes ?? 64 * 1024 * 1024,
    log: (line) => log(`${policy.name}: ${line}`),
    closing: () => !server.listening,
  };
  const server: Server = createServer((request, response) => {
    void respond(service, request, response).catch(() => response.destroy());
  });
  server.requestTimeout = 60_000;
  server.on('clientError', (_error, socket) => refuseBytes(socket as Socket));
  const host = options.host ?? '127.0.0.1';
  const port = await listen(server, options.port ?? portOf(process.env['PORT']), host);
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}${service.path}`;
  const closed = new Promise<void>((done) => {
    server.once('close', done);
  });
  const close = (): Promise<void> => {
    server.close();
    server.closeIdleConnections();
    const cut = setTimeout(() => server.closeAllConnections(), options.deadlineMs ?? 10_000);
    return closed.finally(() => clearTimeout(cut));
  };
  if (options.signals !== false) closeOnSignals(server, close, closed, service.log);
  service.log(`listening on ${url}`);
  return { port, url, close, closed };
}

function configOf(text: string | undefined): JsonObject {
  if (text === undefined || text.trim() === '') return {};
  let value: JsonValue | undefined;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    // Told below, without the text: it may hold secrets.
  }
  if (isObject(value)) return value;
  throw new PolicyError('options', 'the variable `POLICY_CONFIG` must hold a JSON object: the config of the policy');
}

function portOf(text: string | undefined): number {
  if (text === undefined || !/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new PolicyError(
      'options',
      'no port to listen on: give the option `port`, or the variable `PORT` (0 to 65535)',
    );
  }
  return Number(text);
}

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'it is in use by another program' : error.message;
      fail(new PolicyError('options', `cannot listen on port ${port} of ${host}: ${why}`));
    });
    server.listen({ port, host }, () => done((server.address() as AddressInfo).port));
  });

function closeOnSignals(
  server: Server,
  close: () => Promise<void>,
  closed: Promise<void>,
  log: (line: string) => void,
): void {
  let asked = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked) {
      server.closeAllConnections();
      return;
    }
    asked = true;
    log(`${signal}: finishing what is in flight`);
    void close().then(() => log('closed'));
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  void closed.then(() => {
    process.off('SIGTERM', onSignal);
    process.off('SIGINT', onSignal);
  });
}
