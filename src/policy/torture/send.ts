/** Requests as HTTP clients send them, and as none should. Nothing is followed, encoded or sent again. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { protocolVersion } from '../../ir/protocol.ts';

export interface Address {
  readonly url: URL;
  readonly timeoutMs: number;
  /** More of a body is not read. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export type Reply =
  | {
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly bytes: Buffer;
      readonly cut: boolean;
      readonly ms: number;
    }
  | { readonly fault: string; readonly ms: number };

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** The body in so many pieces, with a pause between them. */
  readonly pieces?: { readonly count: number; readonly pauseMs: number };
  /** Without a length. */
  readonly chunked?: boolean;
}

const asked = {
  'content-type': 'application/json',
  accept: '*/*',
  'headgate-protocol': protocolVersion,
  'headgate-scope': '/',
  'headgate-policy': '%23torture.apply',
};

export function send(
  to: Address,
  { method = 'POST', path, headers = {}, body = '', pieces, chunked }: Sent,
): Promise<Reply> {
  const began = performance.now();
  const ms = (): number => Math.round(performance.now() - began);
  const bytes = Buffer.from(body);
  const length = chunked || method === 'GET' ? {} : { 'content-length': String(bytes.length) };
  const open = to.url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((done) => {
    const outgoing = open(
      new URL(path ?? `${to.url.pathname}${to.url.search}`, to.url),
      { method, headers: { ...asked, ...length, ...headers }, agent: false, signal: to.signal },
      (answer) => {
        const chunks: Buffer[] = [];
        let size = 0;
        const end = (cut: boolean): void =>
          done({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            bytes: Buffer.concat(chunks),
            cut,
            ms: ms(),
          });
        answer.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          size += chunk.length;
          if (size <= to.maxBytes) return;
          end(true);
          outgoing.destroy();
        });
        answer.on('end', () => end(false));
        answer.on('error', () => done({ fault: 'the connection was closed in the middle of the answer', ms: ms() }));
      },
    );
    const late = setTimeout(() => {
      done({ fault: `no complete answer within ${to.timeoutMs} ms`, ms: ms() });
      outgoing.destroy();
    }, to.timeoutMs);
    outgoing.on('close', () => clearTimeout(late));
    outgoing.on('error', (error: NodeJS.ErrnoException) => done({ fault: faultOf(error), ms: ms() }));
    write(outgoing, bytes, pieces);
  });
}

const faultOf = ({ code, message }: NodeJS.ErrnoException): string => {
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'the connection was closed before there was an answer';
  return code === 'ECONNREFUSED' ? 'nothing listens there' : message;
};

function write(to: NodeJS.WritableStream, bytes: Buffer, pieces: Sent['pieces']): void {
  if (!pieces) {
    to.end(bytes);
    return;
  }
  const size = Math.ceil(bytes.length / pieces.count);
  const next = (at: number): void => {
    if (at >= bytes.length) {
      to.end();
      return;
    }
    to.write(bytes.subarray(at, at + size));
    setTimeout(() => next(at + size), pieces.pauseMs);
  };
  next(0);
}

/** Opens a connection and sends bytes as they are. */
export function openRaw(to: Address, text: string): Socket {
  const { hostname, protocol } = to.url;
  const secure = protocol === 'https:';
  const port = Number(to.url.port || (secure ? 443 : 80));
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = secure ? connectTls({ host, port, servername: hostname }) : connect({ host, port });
  socket.on('error', () => socket.destroy());
  socket.on(secure ? 'secureConnect' : 'connect', () => socket.write(text));
  const end = (): unknown => socket.destroy();
  to.signal.addEventListener('abort', end, { once: true });
  socket.on('close', () => to.signal.removeEventListener('abort', end));
  return socket;
}

/** What comes back until the connection is closed. */
export function sendRaw(to: Address, text: string): Promise<Reply> {
  const began = performance.now();
  const ms = (): number => Math.round(performance.now() - began);
  const socket = openRaw(to, text);
  const chunks: Buffer[] = [];
  return new Promise((done) => {
    const settle = (fault: string): void => {
      clearTimeout(late);
      socket.destroy();
      const bytes = Buffer.concat(chunks);
      const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(bytes.toString('latin1', 0, 64))?.[1] ?? 0);
      done(status > 0 ? { status, headers: {}, bytes, cut: false, ms: ms() } : { fault, ms: ms() });
    };
    const late = setTimeout(
      () => settle(`neither an answer nor a closed connection within ${to.timeoutMs} ms`),
      to.timeoutMs,
    );
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      // Whoever keeps the connection has answered all the same.
      if (chunks.length === 1) setTimeout(() => settle(''), 200);
    });
    socket.on('close', () => settle('the connection was closed'));
  });
}
