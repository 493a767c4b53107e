/** One question over HTTP, each phase with a limit of its own. */
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { Client } from 'undici';
import { printable } from '../../base/printable.ts';
import { offersSharing, protocolVersions, versionsHeader } from '../../ir/protocol.ts';
import type { PolicyLimits, PolicyOutcome } from '../../ports/policy-client.ts';
import { headerOf, readAnswer } from './answer.ts';

export interface PolicyAddress {
  readonly origin: string;
  readonly path: string;
  /** Of the edge into a sandbox. Whoever holds it is the policy, so a certificate proves nothing more. */
  readonly socketPath?: string;
}

/** Ends everything that is under way, with the outcome that it then has. */
export interface PassEnd {
  readonly signal: AbortSignal;
  readonly phase: () => 'cancelled' | 'deadline' | undefined;
  readonly message: () => string;
}

export type Failure = Extract<PolicyOutcome, { ok: false }>;
export type Undici = Pick<typeof import('undici'), 'Client' | 'buildConnector'>;

/** undici takes tens of milliseconds to load; meanwhile the processes start. */
export async function loadUndici(): Promise<Undici> {
  // undici is CommonJS: once bundled, only its default export is there.
  return (await import('undici')).default;
}

export async function postQuestion(
  undici: Undici,
  address: PolicyAddress,
  question: { readonly body: string; readonly headers: Readonly<Record<string, string>> },
  limits: PolicyLimits,
  pass: PassEnd,
): Promise<PolicyOutcome> {
  const start = performance.now();
  const timer = createPhases(limits, pass);
  const client = createClient(undici, address, limits.connectMs, timer.signal);
  client.once('connect', () => timer.enter('headers'));
  try {
    const response = await client.request({
      method: 'POST',
      path: address.path,
      headers: {
        'content-type': 'application/json',
        accept: '*/*',
        [versionsHeader]: protocolVersions,
        ...question.headers,
      },
      body: Buffer.from(question.body),
      signal: timer.signal,
      reset: true,
    });
    timer.enter('body');
    const answer = await readAnswer(response, limits);
    return 'text' in answer
      ? { ok: true, ...answer, elapsedMs: since(start) }
      : { ok: false, elapsedMs: timer.elapsed(), ...answer };
  } catch (error) {
    return timer.failure(error as Error);
  } finally {
    timer.stop();
    // Without an error the destroyed socket would be waited for.
    client.destroy(new Error('done')).catch(() => {});
  }
}

function createClient(
  undici: Undici,
  { origin, socketPath }: PolicyAddress,
  connectMs: number,
  signal: AbortSignal,
): Client {
  const connect = undici.buildConnector(
    socketPath === undefined ? { timeout: connectMs } : { timeout: connectMs, socketPath, rejectUnauthorized: false },
  );
  return new undici.Client(origin, {
    connect: (options, callback) => {
      // Neither the signal of a request nor the end of a client ends a connection that is still being made.
      const socket = connect(options, callback) as unknown as Socket | undefined;
      const end = (): unknown => socket?.destroy(new Error('it took too long'));
      signal.addEventListener('abort', end, { once: true });
      socket?.once('close', () => signal.removeEventListener('abort', end));
      if (signal.aborted) end();
    },
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: 65_536,
    pipelining: 1,
  });
}

export interface Probed {
  readonly status: number;
  /** Whether a question in version 2 of the protocol is understood. */
  readonly readsSharing: boolean;
}

/** What `GET /` tells; undefined when there was no HTTP answer within the time. */
export async function probe(
  undici: Undici,
  address: PolicyAddress,
  ms: number,
  signal: AbortSignal,
): Promise<Probed | undefined> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
  const client = createClient(undici, address, ms, either);
  try {
    const { statusCode, headers, body } = await client.request({
      method: 'GET',
      path: '/',
      headers: { accept: '*/*' },
      signal: either,
      reset: true,
    });
    body.on('error', () => {});
    body.destroy();
    return { status: statusCode, readsSharing: offersSharing(headerOf(headers, versionsHeader)) };
  } catch {
    return undefined;
  } finally {
    client.destroy(new Error('done')).catch(() => {});
  }
}

interface Phases {
  readonly signal: AbortSignal;
  readonly enter: (phase: 'headers' | 'body') => void;
  readonly elapsed: () => number;
  readonly failure: (error: Error) => Failure;
  readonly stop: () => void;
}

function createPhases(limits: PolicyLimits, pass: PassEnd): Phases {
  const controller = new AbortController();
  const allowed = { connect: limits.connectMs, headers: limits.headersMs, body: limits.bodyMs };
  const waitedFor = { connect: 'no connection', headers: 'no answer', body: 'the answer was not complete' };
  let phase: keyof typeof allowed = 'connect';
  let started = performance.now();
  let expired = false;
  const expire = (): void => {
    expired = true;
    controller.abort();
  };
  let timer = setTimeout(expire, allowed.connect);
  const end = (): void => controller.abort();
  pass.signal.addEventListener('abort', end, { once: true });
  if (pass.signal.aborted) end();
  return {
    signal: controller.signal,
    enter: (next) => {
      if (next === phase || phase === 'body') return;
      clearTimeout(timer);
      phase = next;
      started = performance.now();
      timer = setTimeout(expire, allowed[phase]);
    },
    elapsed: () => since(started),
    failure: (error) => {
      const ended = pass.phase();
      if (ended !== undefined) {
        const message = ended === 'deadline' ? `${pass.message()}: ${waitedFor[phase]}` : pass.message();
        return { ok: false, phase: ended, message, elapsedMs: since(started) };
      }
      const message = expired ? `${waitedFor[phase]} within ${seconds(allowed[phase])}` : transportFault(phase, error);
      return { ok: false, phase, message, elapsedMs: since(started) };
    },
    stop: () => {
      clearTimeout(timer);
      pass.signal.removeEventListener('abort', end);
    },
  };
}

function transportFault(phase: 'connect' | 'headers' | 'body', error: Error): string {
  const code = (error as NodeJS.ErrnoException).code ?? (error.cause as NodeJS.ErrnoException | undefined)?.code;
  if (phase === 'connect') return `cannot connect: ${printable(error.message || String(code))}`;
  if (error.name === 'HTTPParserError' || String(code).startsWith('HPE_'))
    return `the answer is not HTTP: ${printable(error.message)}`;
  if (phase === 'headers' && code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH')
    return 'the answer is not HTTP: what its head says of its length is a contradiction';
  const closed =
    code === 'UND_ERR_SOCKET' ||
    code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' ||
    code === 'ECONNRESET' ||
    code === 'EPIPE';
  if (closed)
    return phase === 'headers'
      ? 'the connection was closed before there was an answer'
      : 'the connection was closed in the middle of the answer';
  return `${phase === 'headers' ? 'before the answer' : 'in the middle of the answer'}: ${printable(error.message)}`;
}

export const since = (start: number): number => Math.round(performance.now() - start);
export const seconds = (ms: number): string => `${ms % 1000 === 0 ? ms / 1000 : (ms / 1000).toFixed(1)} s`;
