/** The HTTP interface of a container engine, over its unix socket. Nothing is run for it, and no other host is spoken to. */
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';

/** The engine said no. */
export class EngineRefusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'EngineRefusal';
    this.status = status;
  }
}

/** Nobody answered, or not to the end. */
export class EngineAway extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'EngineAway';
    this.code = code;
  }
}

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'DELETE' | 'HEAD';
  /** Behind the version, beginning with a slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
  /** In the place of `body`. */
  readonly tar?: Uint8Array;
  /** Milliseconds without a byte; none for one that waits for something to happen. */
  readonly patienceMs?: number | null;
  readonly signal?: AbortSignal;
}

export interface Engine {
  /** What it answers, as JSON; undefined for nothing. Throws `EngineRefusal` and `EngineAway`. */
  readonly ask: (asked: Asked) => Promise<JsonValue | undefined>;
  /** False where it says that there is none. */
  readonly has: (path: string, query?: Readonly<Record<string, string>>) => Promise<boolean>;
  /** Of a file in a container, as far as it is text, in whatever is put around it; undefined where it is not there. */
  readonly file: (container: string, path: string) => Promise<string | undefined>;
  /** Bytes both ways from then on. */
  readonly attach: (path: string, query: Readonly<Record<string, string>>) => Promise<Socket>;
}

const usualPatienceMs = 60_000;
/** No answer that is read whole is longer. */
const mostBytes = 32 * 1024 * 1024;

/** `version` is that of the interface, such as `1.41`. */
export function openEngine(socketPath: string, version?: string): Engine {
  const target = (path: string, query: Readonly<Record<string, string>> = {}): string => {
    const asked = new URLSearchParams(query).toString();
    return `${version === undefined ? '' : `/v${version}`}${path}${asked === '' ? '' : `?${asked}`}`;
  };
  const send = (asked: Asked): Promise<{ readonly status: number; readonly text: string }> =>
    new Promise((done, fail) => {
      const { method = 'GET', path, query, body, tar, patienceMs = usualPatienceMs, signal } = asked;
      const content = tar ?? (body === undefined ? undefined : Buffer.from(JSON.stringify(body)));
      const call = request({
        socketPath,
        method,
        path: target(path, query),
        // One that the engine has closed meanwhile is not used again.
        agent: false,
        headers: {
          host: 'docker',
          ...(content === undefined
            ? {}
            : {
                'content-type': tar ? 'application/x-tar' : 'application/json',
                'content-length': content.byteLength,
              }),
        },
        ...(signal ? { signal } : {}),
      });
      call.on('error', (error) => fail(away(error)));
      call.on('response', (response) => {
        readAll(response).then(
          (text) => done({ status: response.statusCode ?? 0, text }),
          (error) => fail(away(error)),
        );
      });
      if (patienceMs !== null)
        call.setTimeout(patienceMs, () =>
          call.destroy(Object.assign(new Error('it does not answer'), { code: 'ETIMEDOUT' })),
        );
      call.end(content);
    });
  return {
    ask: async (asked) => {
      const { status, text } = await send(asked);
      if (status >= 400) throw new EngineRefusal(status, messageIn(text, status));
      return parsed(text);
    },
    has: async (path, query) => {
      const { status, text } = await send({ method: 'HEAD', path, ...(query ? { query } : {}) });
      if (status === 404) return false;
      if (status >= 400) throw new EngineRefusal(status, messageIn(text, status));
      return true;
    },
    file: async (container, path) => {
      const { status, text } = await send({ path: `/containers/${container}/archive`, query: { path } });
      if (status === 404) return undefined;
      if (status >= 400) throw new EngineRefusal(status, messageIn(text, status));
      return text;
    },
    attach: (path, query) =>
      new Promise((done, fail) => {
        const call = request({
          socketPath,
          method: 'POST',
          path: target(path, query),
          agent: false,
          headers: { host: 'docker', connection: 'Upgrade', upgrade: 'tcp', 'content-length': 0 },
        });
        call.on('error', (error) => fail(away(error)));
        call.on('upgrade', (_, socket, head) => {
          socket.setTimeout(0);
          if (head.length > 0) socket.unshift(head);
          done(socket as Socket);
        });
        call.on('response', (response) => {
          readAll(response).then(
            (text) => fail(new EngineRefusal(response.statusCode ?? 0, messageIn(text, response.statusCode ?? 0))),
            (error) => fail(away(error)),
          );
        });
        call.setTimeout(usualPatienceMs, () =>
          call.destroy(Object.assign(new Error('it does not answer'), { code: 'ETIMEDOUT' })),
        );
        call.end();
      }),
  };
}

const away = (error: Error): Error =>
  error instanceof EngineAway ? error : new EngineAway((error as NodeJS.ErrnoException).code ?? '', error.message);

function readAll(response: IncomingMessage): Promise<string> {
  return new Promise((done, fail) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostBytes) response.destroy(new Error('its answer has no end'));
      else chunks.push(chunk);
    });
    response.on('end', () => done(Buffer.concat(chunks).toString()));
    response.on('error', fail);
    response.on('close', () => {
      if (!response.complete)
        fail(Object.assign(new Error('it went away in the middle of an answer'), { code: 'ECONNRESET' }));
    });
  });
}

/** What streams its progress answers several lines; the last of them counts. */
function parsed(text: string): JsonValue | undefined {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === 'OK') return undefined;
  try {
    return JSON.parse(trimmed) as JsonValue;
  } catch {
    const last = trimmed.slice(trimmed.lastIndexOf('\n') + 1);
    try {
      return JSON.parse(last) as JsonValue;
    } catch {
      throw new EngineRefusal(200, 'its answer is no JSON');
    }
  }
}

function messageIn(text: string, status: number): string {
  try {
    const said = JSON.parse(text) as JsonValue;
    const message = isObject(said) ? (said as JsonObject)['message'] : undefined;
    if (typeof message === 'string') return message.trim();
  } catch {
    // Not the words of an engine.
  }
  return `it answers with status ${status}`;
}
