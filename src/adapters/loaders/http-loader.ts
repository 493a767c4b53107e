import type { Agent, Dispatcher } from 'undici';
import type { Loader, LoadFailure, LoadResult } from '../../ports/loader.ts';
import { isAsked, nearCode, nearFailure, publicLookup, refusedHost } from './near.ts';

/** Milliseconds. */
export interface HttpTimeouts {
  readonly connect: number;
  /** From the request to the last header. */
  readonly headers: number;
  /** Between two pieces of the body. */
  readonly body: number;
  /** One load with all its redirects. */
  readonly total: number;
}

export interface HttpLoaderOptions {
  readonly timeouts?: Partial<HttpTimeouts>;
  /**
   * URLs that may lead to this machine or a private network, which others may not; `*` at the end of one stands for everything that
   * begins so.
   */
  readonly asked?: readonly string[];
}

const standard: HttpTimeouts = { connect: 5_000, headers: 30_000, body: 30_000, total: 30_000 };
const maxRedirects = 10;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Reads `http:` and `https:` URLs. It talks to the named host and to nothing else: proxies from the environment and a global
 * dispatcher are not used, no credentials are sent, and no cookies are kept.
 */
export function createHttpLoader(options: HttpLoaderOptions = {}): Loader {
  const timeouts = { ...standard, ...options.timeouts };
  let agents: Promise<Agents> | undefined;
  return {
    async load(url, { maxBytes }) {
      try {
        agents ??= connect(timeouts);
        const { asked = [] } = options;
        return await follow(url, {
          agents: await agents,
          asked,
          maxBytes,
          signal: AbortSignal.timeout(timeouts.total),
        });
      } catch (error) {
        return failed(explain(error, timeouts));
      }
    },
  };
}

/** undici takes tens of milliseconds to load, and most scenarios are files only. */
async function connect(timeouts: HttpTimeouts): Promise<Agents> {
  // undici is CommonJS: once bundled, only its default export is there.
  const { Agent } = (await import('undici')).default;
  const agentFor = (connect: object): Agent =>
    new Agent({
      connect: { timeout: timeouts.connect, ...connect },
      headersTimeout: timeouts.headers,
      bodyTimeout: timeouts.body,
    });
  return { asked: agentFor({}), others: agentFor({ lookup: publicLookup }) };
}

/** They share no connections: one that somebody asked for leads nobody else there. */
interface Agents {
  readonly asked: Agent;
  readonly others: Agent;
}

interface Attempt {
  readonly agents: Agents;
  readonly asked: readonly string[];
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

const failed = (failure: LoadFailure): LoadResult => ({ ok: false, failure });

async function follow(start: string, attempt: Attempt): Promise<LoadResult> {
  let url = new URL(start);
  for (let hops = 0; ; hops++) {
    url.hash = '';
    url.username = '';
    url.password = '';
    const isWanted = isAsked(url, attempt.asked);
    const refused = isWanted ? undefined : refusedHost(url);
    if (refused) return failed(refused);
    const answer = await ask(url, isWanted ? attempt.agents.asked : attempt.agents.others, attempt.signal);
    if (!redirects.has(answer.statusCode)) return receive(url, answer, attempt.maxBytes);
    answer.body.on('error', () => {}).destroy();
    const location = header(answer, 'location');
    if (hops === maxRedirects) {
      return failed({ kind: 'http-status', message: `it redirects more than ${maxRedirects} times` });
    }
    if (location === undefined || !URL.canParse(location, url.href)) {
      return failed({
        kind: 'http-status',
        message: `the server redirects (${answer.statusCode}) without a usable target`,
      });
    }
    url = new URL(location, url);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      return failed({
        kind: 'unsupported-scheme',
        message: `the server redirects to scheme \`${url.protocol.slice(0, -1)}\`, which is not followed`,
      });
    }
  }
}

const ask = (url: URL, agent: Agent, signal: AbortSignal): Promise<Dispatcher.ResponseData> =>
  agent.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: 'GET',
    signal,
    headers: {
      accept: 'application/yaml, application/json5, application/json, text/plain;q=0.9, */*;q=0.5',
      'accept-encoding': 'identity',
      'user-agent': 'headgate',
    },
  });

const header = (answer: Dispatcher.ResponseData, name: string): string | undefined => {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

async function receive(url: URL, answer: Dispatcher.ResponseData, maxBytes: number): Promise<LoadResult> {
  const refused = refuse(answer, maxBytes);
  if (refused) {
    answer.body.on('error', () => {}).destroy();
    return failed(refused);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    // Leaving the loop destroys the body, and with it the connection.
    if (length > maxBytes) return failed(tooLarge(maxBytes));
    chunks.push(chunk);
  }
  return { ok: true, value: { url: url.href, bytes: Buffer.concat(chunks, length) } };
}

function refuse(answer: Dispatcher.ResponseData, maxBytes: number): LoadFailure | undefined {
  const { statusCode } = answer;
  if (statusCode < 200 || statusCode > 299) {
    const text = statusTexts.get(statusCode);
    return {
      kind: 'http-status',
      message: `the server answered ${statusCode}${text ? ` ${text}` : ''}`,
      ...(statusCode === 401 || statusCode === 403
        ? { help: 'headgate sends no credentials: serve the manifest without, or use a copy in a file' }
        : {}),
    };
  }
  if (Number(header(answer, 'content-length') ?? 0) > maxBytes) return tooLarge(maxBytes);
  const encoding = header(answer, 'content-encoding') ?? 'identity';
  if (encoding !== 'identity') {
    return { kind: 'network', message: `the server sent content encoding \`${encoding}\`, which was not asked for` };
  }
  return undefined;
}

const tooLarge = (maxBytes: number): LoadFailure => ({
  kind: 'too-large',
  message: `it has more than ${maxBytes} bytes`,
});

const statusTexts: ReadonlyMap<number, string> = new Map([
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
  [410, 'Gone'],
  [429, 'Too Many Requests'],
  [500, 'Internal Server Error'],
  [502, 'Bad Gateway'],
  [503, 'Service Unavailable'],
  [504, 'Gateway Timeout'],
]);

const seconds = (ms: number): string => `${ms / 1000} s`;

function explain(error: unknown, timeouts: HttpTimeouts): LoadFailure {
  const { code, message } = rootOf(error);
  switch (code) {
    case nearCode:
      return nearFailure(message);
    case 'UND_ERR_CONNECT_TIMEOUT':
      return { kind: 'timeout', message: `no connection within ${seconds(timeouts.connect)}` };
    case 'UND_ERR_HEADERS_TIMEOUT':
      return { kind: 'timeout', message: `the server did not begin to answer within ${seconds(timeouts.headers)}` };
    case 'UND_ERR_BODY_TIMEOUT':
      return {
        kind: 'timeout',
        message: `the server stopped in the middle of its answer for ${seconds(timeouts.body)}`,
      };
    case 'TimeoutError':
      return { kind: 'timeout', message: `the answer was not complete within ${seconds(timeouts.total)}` };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { kind: 'network', message: `its host name cannot be resolved (${code})` };
    case 'ECONNREFUSED':
      return { kind: 'network', message: 'nothing listens at its host and port (ECONNREFUSED)' };
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return { kind: 'network', message: 'the connection was closed before the whole answer had come' };
    default:
      return {
        kind: 'network',
        message: `the request failed (${code === undefined ? message : `${code}: ${message}`})`,
      };
  }
}

function rootOf(error: unknown): { readonly code: string | undefined; readonly message: string } {
  const { code, name, message, cause } = error as Error & { code?: unknown };
  if (name === 'TimeoutError') return { code: name, message };
  if (typeof code === 'string') return { code, message };
  return cause instanceof Error ? rootOf(cause) : { code: undefined, message: String(message ?? error) };
}
