/** Requests to AWS, over connections that are kept. No proxy, no redirect, and nothing without a deadline. */
import type { Agent } from 'undici';
import type { VaultAnswer } from '../../../ports/vault.ts';
import { aborted, timedOut, unexpected, unreachable } from './faults.ts';

export interface HttpRequest {
  readonly origin: string;
  /** With its query. */
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds, from the connection to the last byte of the answer. */
  readonly deadline: number;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Http {
  readonly send: (request: HttpRequest) => Promise<VaultAnswer<HttpAnswer>>;
  readonly close: () => Promise<void>;
}

/** To one host; whoever comes later waits for one of them. */
const maxConnections = 8;
/** A page of a hundred secrets with as many tags as they may have takes a quarter of it. */
const maxBody = 8 << 20;

export function createHttp(): Http {
  let agent: Promise<Agent> | undefined;
  return {
    async send(request) {
      const deadline = AbortSignal.timeout(request.deadline);
      const signal = request.signal ? AbortSignal.any([deadline, request.signal]) : deadline;
      try {
        agent ??= connect();
        const answer = await (await agent).request({
          origin: request.origin,
          path: request.path,
          method: request.method,
          headers: { ...request.headers },
          body: request.body ?? null,
          signal,
        });
        const body = await read(answer.body);
        if (body === null) return { fault: unexpected };
        return { value: { status: answer.statusCode, headers: answer.headers, body } };
      } catch {
        if (request.signal?.aborted) return { fault: aborted };
        return { fault: deadline.aborted ? timedOut : unreachable };
      }
    },
    close: async () => {
      await (await agent)?.destroy();
      agent = undefined;
    },
  };
}

async function connect(): Promise<Agent> {
  // undici is CommonJS: once bundled, only its default export is there.
  const { Agent } = (await import('undici')).default;
  // The deadline of a request ends it; `0` is for what undici would otherwise do by itself.
  return new Agent({ connections: maxConnections, connect: { timeout: 10_000 }, headersTimeout: 0, bodyTimeout: 0 });
}

/** Null for more than anything that AWS answers. */
async function read(body: AsyncIterable<Uint8Array>): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBody) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
