/**
 * HTTP to one origin: no proxy, no redirect, certificates always checked, answers bounded. What went wrong comes back as a word, for
 * messages of libraries may quote what was sent.
 */
import type { Agent, Dispatcher } from 'undici';
import type { NoAnswer } from './faults.ts';

export interface Sent {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Behind `/v1/`, ready to be sent. */
  readonly path: string;
  readonly body?: object;
  readonly token?: string;
  readonly signal: AbortSignal;
}

export type Answered = { readonly status: number; readonly body: unknown } | { readonly failure: NoAnswer };

export interface Transport {
  readonly origin: string;
  readonly send: (request: Sent) => Promise<Answered>;
  readonly close: () => Promise<void>;
}

const connectMs = 5_000;
const maxBytes = 8 * 1024 * 1024;

export function createTransport(origin: string): Transport {
  let opened: Promise<Agent> | undefined;
  return {
    origin,
    send: async (request) => {
      try {
        opened ??= openAgent();
        return await exchange(await opened, origin, request);
      } catch (error) {
        return { failure: failureOf(error, request.signal) };
      }
    },
    close: async () => {
      await (await opened)?.destroy();
    },
  };
}

async function openAgent(): Promise<Agent> {
  // undici is CommonJS: once bundled, only its default export is there.
  const { Agent } = (await import('undici')).default;
  return new Agent({ connect: { timeout: connectMs, rejectUnauthorized: true } });
}

async function exchange(agent: Agent, origin: string, { method, path, body, token, signal }: Sent): Promise<Answered> {
  const answer = await agent.request({
    origin,
    path: `/v1/${path}`,
    method,
    signal,
    headers: {
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'headgate',
      'x-vault-request': 'true',
      ...(token === undefined ? {} : { 'x-vault-token': token }),
      ...(body === undefined
        ? {}
        : { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { statusCode: status } = answer;
  if (status >= 300 && status < 400) return drop(answer, 'redirected');
  if ((answer.headers['content-encoding'] ?? 'identity') !== 'identity') return drop(answer, 'not_json');
  const bytes = await bounded(answer);
  if (bytes === undefined) return { failure: 'too_large' };
  return readBody(status, bytes);
}

function drop(answer: Dispatcher.ResponseData, failure: NoAnswer): Answered {
  answer.body.on('error', () => {}).destroy();
  return { failure };
}

async function bounded(answer: Dispatcher.ResponseData): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    // Leaving the loop destroys the body, and with it the connection.
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** What failed on the way may come from something before the server, which need not speak JSON. */
function readBody(status: number, bytes: Buffer): Answered {
  if (bytes.length === 0) return { status, body: undefined };
  try {
    return { status, body: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    return status >= 400 && status !== 404 ? { status, body: undefined } : { failure: 'not_json' };
  }
}

const unreachable: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

export const abortedBy = (signal: AbortSignal): NoAnswer =>
  (signal.reason as Error | undefined)?.name === 'TimeoutError' ? 'request_timeout' : 'cancelled';

function failureOf(error: unknown, signal: AbortSignal): NoAnswer {
  if (signal.aborted) return abortedBy(signal);
  const code = codeOf(error);
  if (unreachable.has(code)) return 'unreachable';
  if (/^UND_ERR_(?:HEADERS|BODY)_TIMEOUT$/.test(code)) return 'request_timeout';
  if (/CERT|^ERR_TLS_|SELF_SIGNED|UNABLE_TO_/.test(code)) return 'tls_refused';
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return 'too_large';
  if (/^HPE_/.test(code)) return 'not_json';
  return 'connection_cut';
}

function codeOf(error: unknown): string {
  for (let at = error as { code?: unknown; cause?: unknown; errors?: unknown } | undefined, i = 0; at && i < 5; i++) {
    if (typeof at.code === 'string') return at.code;
    const [first] = Array.isArray(at.errors) ? (at.errors as unknown[]) : [];
    at = (at.cause ?? first) as typeof at;
  }
  return '';
}
