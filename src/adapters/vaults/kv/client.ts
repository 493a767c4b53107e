/**
 * Requests with a token. Reads that failed for a while are tried again; writes never are, for nobody knows whether they were done.
 * What a token that has ended was denied was not done, and is asked once more with another.
 */
import type { VaultFault } from '../../../ports/vault.ts';
import { noAnswer, statusFault } from './faults.ts';
import { backoff, maxReads, type Pace, within } from './pace.ts';
import type { Session, TokenAnswer } from './session.ts';
import { stateFault } from './state.ts';
import { type Answered, abortedBy, type Sent, type Transport } from './transport.ts';

export interface Answer {
  /** 200, 204, 400 or 404. */
  readonly status: number;
  readonly body: unknown;
}
export type Reply = Answer | { readonly fault: VaultFault };

export interface Client {
  readonly origin: string;
  readonly read: (path: string, signal?: AbortSignal) => Promise<Reply>;
  readonly write: (method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) => Promise<Reply>;
}

type Request = Omit<Sent, 'token'>;

export function createClient(transport: Transport, session: Session, pace: Pace): Client {
  const { origin } = transport;

  /** Whoever waits for a login of all does not wait longer than it was told to. */
  const tokenFor = ({ signal }: Request): Promise<TokenAnswer> =>
    Promise.race([session.token(), aborted(signal).then(() => ({ fault: noAnswer(abortedBy(signal), origin) }))]);

  async function once(request: Request): Promise<Answered | { readonly fault: VaultFault }> {
    const held = await tokenFor(request);
    return 'fault' in held ? held : transport.send({ ...request, token: held.token });
  }

  async function withLiveToken(request: Request): Promise<Answered | { readonly fault: VaultFault }> {
    const held = await tokenFor(request);
    if ('fault' in held) return held;
    const answered = await transport.send({ ...request, token: held.token });
    const denied = 'status' in answered && (answered.status === 403 || answered.status === 401);
    return denied && (await session.hasEnded(held.token, request.signal)) ? once(request) : answered;
  }

  async function ask(request: Request): Promise<Reply> {
    const answered = await withLiveToken(request);
    if ('fault' in answered) return answered;
    if ('failure' in answered) return { fault: noAnswer(answered.failure, origin) };
    const fault = statusFault(answered.status, origin);
    if (!fault) return answered;
    return { fault: answered.status === 503 ? ((await stateFault(transport, request.signal)) ?? fault) : fault };
  }

  return {
    origin,
    read: async (path, outer) => {
      const signal = within(pace.deadlineMs, outer);
      for (let failed = 0; ; ) {
        const reply = await ask({ method: 'GET', path, signal });
        if (!('fault' in reply) || !isPassing(reply.fault)) return reply;
        failed++;
        if (failed === maxReads) return reply;
        await pace.wait(backoff(failed - 1, pace.random), signal);
        if (signal.aborted) return reply;
      }
    },
    write: (method, path, body) =>
      ask({ method, path, signal: within(pace.deadlineMs), ...(body === undefined ? {} : { body }) }),
  };
}

const passing: ReadonlySet<string> = new Set(['connection_cut', 'server_error', 'too_many_requests', 'unreachable']);
const isPassing = ({ detail }: VaultFault): boolean => passing.has(detail);

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
