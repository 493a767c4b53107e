/**
 * A server before AWS's stand-in that is stricter than the stand-in: moto makes up a token where a write has none, AWS refuses it. It
 * writes down every request, and fails the ones that it is told to.
 */
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { JsonObject } from '../../../src/base/json.ts';
import type { MemoryAws } from './memory-aws.ts';

export interface ShimRequest {
  readonly operation: string;
  readonly input: JsonObject;
  readonly headers: IncomingMessage['headers'];
}

export type ShimFault =
  /** With a status and a type; the provider is not asked. */
  | { readonly kind: 'refuse'; readonly status: number; readonly type?: string; readonly body?: string }
  /** Nothing is ever answered; whoever waits may be told that the time is over. */
  | { readonly kind: 'hang'; readonly run?: () => void }
  /** The connection ends before the provider is asked. */
  | { readonly kind: 'unsent' }
  /** The provider does it, and the connection ends before anybody hears of it. */
  | { readonly kind: 'unheard' }
  /** Half of the answer. */
  | { readonly kind: 'half' }
  /** Runs before the provider is asked, which then is. */
  | { readonly kind: 'then'; readonly run: () => void | Promise<void> }
  /** Runs when the provider has done it; the connection ends. */
  | { readonly kind: 'after'; readonly run: () => void | Promise<void> };

export interface Shim {
  readonly url: string;
  readonly requests: readonly ShimRequest[];
  /** Connections that were made to it. */
  readonly connections: () => number;
  /** For each request in turn; the last one stays until told otherwise. `null` is none. */
  readonly fail: (fault: (request: ShimRequest, index: number) => ShimFault | null) => void;
  /** What AWS would refuse, so that nothing of it goes unnoticed. */
  readonly faults: readonly string[];
  readonly close: () => Promise<void>;
}

/** Those that need a token. */
const tokenOperations = new Set(['CreateSecret', 'PutSecretValue']);

export async function startShim(upstream: MemoryAws | string): Promise<Shim> {
  const requests: ShimRequest[] = [];
  const faults: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let failing: (request: ShimRequest, index: number) => ShimFault | null = () => null;

  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  server.on('connection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const target = String(incoming.headers['x-amz-target'] ?? '');
    const operation = target.replace(/^secretsmanager\./, '');
    const refuse = (why: string, type: string): void => {
      faults.push(`${operation}: ${why}`);
      reply(outgoing, 400, JSON.stringify({ __type: type }));
    };
    let input: JsonObject;
    try {
      input = JSON.parse(body) as JsonObject;
    } catch {
      return refuse('not JSON', 'SerializationException');
    }
    const request: ShimRequest = { operation, input, headers: incoming.headers };
    requests.push(request);
    if (incoming.method !== 'POST' || incoming.url !== '/') return refuse('not POST /', 'UnknownOperationException');
    if (!target.startsWith('secretsmanager.')) return refuse('no target', 'UnknownOperationException');
    if (incoming.headers['content-type'] !== 'application/x-amz-json-1.1')
      return refuse('content type', 'UnknownOperationException');
    if (
      !/^AWS4-HMAC-SHA256 Credential=[^,]+\/secretsmanager\/aws4_request, /.test(incoming.headers.authorization ?? '')
    )
      return refuse('not signed', 'MissingAuthenticationTokenException');
    const signed = /SignedHeaders=([^,]+)/.exec(incoming.headers.authorization ?? '')?.[1]?.split(';') ?? [];
    for (const header of ['host', 'x-amz-date', 'x-amz-target', 'content-type'])
      if (!signed.includes(header)) return refuse(`${header} is not signed`, 'IncompleteSignatureException');
    const token = input['ClientRequestToken'];
    if (tokenOperations.has(operation) && (typeof token !== 'string' || token.length < 32 || token.length > 64))
      return refuse('no ClientRequestToken', 'InvalidRequestException');

    const fault = failing(request, requests.length - 1);
    if (fault?.kind === 'hang') return fault.run?.();
    if (fault?.kind === 'unsent') return void incoming.socket.destroy();
    if (fault?.kind === 'refuse')
      return reply(
        outgoing,
        fault.status,
        fault.body ??
          JSON.stringify(fault.type === undefined ? {} : { __type: fault.type, Message: 'provider-text-7c1f' }),
      );
    if (fault?.kind === 'then') await fault.run();
    const told = typeof upstream === 'string' ? await forward(upstream, incoming, body) : remembered(upstream, request);
    if (fault?.kind === 'after') await fault.run();
    if (fault?.kind === 'unheard' || fault?.kind === 'after') return void incoming.socket.destroy();
    if (fault?.kind === 'half') {
      outgoing.writeHead(told.status, { 'content-length': Buffer.byteLength(told.body) });
      outgoing.write(told.body.slice(0, told.body.length / 2));
      return void setImmediate(() => incoming.socket.destroy());
    }
    reply(outgoing, told.status, told.body);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    connections: () => connections,
    fail: (fault) => {
      failing = fault;
    },
    faults,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Told {
  readonly status: number;
  readonly body: string;
}

function reply(outgoing: ServerResponse, status: number, body: string): void {
  outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  outgoing.end(body);
}

function remembered(aws: MemoryAws, { operation, input }: ShimRequest): Told {
  const { status, body } = aws.answer(operation, input);
  // AWS sends nothing at all for these.
  const isEmpty = status === 200 && (operation === 'TagResource' || operation === 'UntagResource');
  return { status, body: isEmpty ? '' : JSON.stringify(body) };
}

/** moto says in XML who may not come in, and AWS in JSON. */
const inJson: Readonly<Record<string, string>> = {
  AccessDenied: 'AccessDeniedException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
};
function translated(status: number, body: string): string {
  const code = /<Code>(\w+)<\/Code>/.exec(body)?.[1];
  return status === 403 && code !== undefined ? JSON.stringify({ __type: inJson[code] ?? code }) : body;
}

/** With its headers as they came: they are signed, `host` too. */
async function forward(upstream: string, { headers }: IncomingMessage, body: string): Promise<Told> {
  const outgoing = httpRequest(upstream, {
    method: 'POST',
    headers: { ...headers, connection: 'close' },
    agent: false,
  });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const status = answer.statusCode ?? 0;
  return { status, body: translated(status, Buffer.concat(chunks).toString('utf8')) };
}
