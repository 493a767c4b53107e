/** What a policy service answers to one request. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { canonicalJson, type JsonObject, type JsonValue } from '../../base/json.ts';
import {
  offersSharing,
  type ProtocolVersion,
  protocolHeader,
  protocolVersion,
  protocolVersions,
  selectionsHeader,
  versionsHeader,
} from '../../ir/protocol.ts';
import type { PolicyRequest } from '../../ir/request.ts';
import { selectionsOf } from '../../ir/selections.ts';
import type { Policy, PolicyAnswer } from './define.ts';
import type { PolicyError } from './error.ts';
import type { Context } from './scope-types.ts';
import { expandQuestion, shareTemplates } from './sharing.ts';

const lingerMs = 2000;

export interface Service {
  readonly policy: Policy;
  readonly path: string;
  readonly config: JsonObject;
  readonly maxBodyBytes: number;
  readonly log: (line: string) => void;
  readonly closing: () => boolean;
}

/** What is no HTTP. */
export function refuseBytes(socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({ error: 'this is no HTTP request', code: 'http' });
  const head = `HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close`;
  socket.end(`${head}\r\n\r\n${body}`);
}

interface Reply {
  readonly status: number;
  /** JSON. */
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** For the log; nothing is said without. */
  readonly note?: string;
}

const refusal = (status: number, code: string, error: string, headers: Reply['headers'] = {}): Reply => ({
  status,
  body: JSON.stringify({ error, code }),
  headers,
  note: `${status} ${error}`,
});

export async function respond(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const start = performance.now();
  // The caller may go away at any time.
  request.on('error', () => {});
  response.on('error', () => {});
  const reply = await replyTo(service, request);
  const text = reply.body;
  if (reply.note !== undefined) service.log(`${reply.note} (${(performance.now() - start).toFixed(1)} ms)`);
  response.writeHead(reply.status, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    [protocolHeader]: protocolVersion,
    // What was not read would be taken for the next request.
    ...(request.complete && !service.closing() ? {} : { connection: 'close' }),
    ...reply.headers,
  });
  if (request.method !== 'HEAD') response.write(text);
  if (!request.complete && !request.destroyed) {
    response.flushHeaders();
    await rest(request);
  }
  response.end();
}

/** Closing on a caller who is still sending would reset the connection, and the reply would be lost: the rest is read and dropped. */
function rest(request: IncomingMessage): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, lingerMs);
    request.once('close', () => {
      clearTimeout(timer);
      done();
    });
    request.resume();
  });
}

async function replyTo(service: Service, request: IncomingMessage): Promise<Reply> {
  const { method = '', headers } = request;
  const [path = '/'] = (request.url ?? '/').split('?');
  const here = path === service.path;
  if (!here && path !== '/' && path !== '/health') {
    return refusal(404, 'path', `there is nothing at this path; questions are posted to ${service.path}`);
  }
  if (method === 'GET' || method === 'HEAD') {
    const health = { status: 'ok', policy: service.policy.name, protocol: protocolVersion };
    return { status: 200, body: JSON.stringify(health), headers: { [versionsHeader]: protocolVersions } };
  }
  if (method !== 'POST') {
    return refusal(405, 'method', 'a policy is asked with POST', { allow: here ? 'GET, HEAD, POST' : 'GET, HEAD' });
  }
  if (!here) return refusal(404, 'path', `questions are posted to ${service.path}`);
  const protocol = headers[protocolHeader] ?? protocolVersion;
  if (protocol !== '1' && protocol !== '2')
    return refusal(400, 'protocol', 'the question is in another protocol; this policy speaks versions 1 and 2');
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    return refusal(415, 'encoding', 'a question has no content encoding');
  }
  const text = await readText(request, service.maxBodyBytes);
  return typeof text === 'string' ? answer(service, text, protocol, headers) : text;
}

async function readText(request: IncomingMessage, max: number): Promise<string | Reply> {
  const tooLong = (): Reply => refusal(413, 'length', `the question is longer than ${max} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > max) return tooLong();
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > max) return tooLong();
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    return error instanceof TypeError
      ? refusal(400, 'request', 'the question is not in UTF-8')
      : refusal(400, 'request', 'the question ended too early');
  }
}

function answer(service: Service, text: string, protocol: ProtocolVersion, headers: IncomingMessage['headers']): Reply {
  const context: Context = {
    protocol: protocolVersion,
    scope: decoded(headers['headgate-scope']),
    policy: decoded(headers['headgate-policy']),
    config: service.config,
  };
  try {
    const question = protocol === '2' ? (expandQuestion(text) as unknown as PolicyRequest) : text;
    const made = service.policy.answer(question, context);
    const { interpositions, findings = [] } = made;
    const about = context.policy === '' ? 'a question' : `${context.policy} of ${context.scope}`;
    // Here, so that what cannot be written as JSON is a fault of the policy.
    const plain = JSON.parse(JSON.stringify(made)) as PolicyAnswer;
    const mayShare = protocol === '2' || offersSharing(String(headers[versionsHeader]));
    const sharing = mayShare ? shareTemplates(plain) : undefined;
    const body = canonicalJson((sharing ?? plain) as unknown as JsonValue);
    const note = `answered ${about}: interpositions ${interpositions.length}, findings ${findings.length}`;
    const selections = selectionsOf(made);
    return {
      status: 200,
      body,
      note,
      headers: {
        ...(sharing ? { [protocolHeader]: '2' } : {}),
        ...(selections === undefined ? {} : { [selectionsHeader]: selections }),
      },
    };
  } catch (error) {
    const known = policyErrorOf(error);
    if (known?.code === 'request') return refusal(400, 'request', known.message);
    const message = wordsOf(error);
    if (error instanceof Error && !known) service.log(String(error.stack));
    return refusal(500, known?.code ?? 'decide', `policy \`${service.policy.name}\` failed: ${message}`);
  }
}

/** Also one of another copy of the SDK. */
const policyErrorOf = (error: unknown): PolicyError | undefined =>
  error instanceof Error && error.name === 'PolicyError' ? (error as PolicyError) : undefined;

/** Anything can be thrown, also what has no text. */
function wordsOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : String(error);
  } catch {
    return 'it threw something that has no text';
  }
}

/** Header values are percent-encoded like a URL. */
function decoded(value: string | readonly string[] | undefined): string {
  const text = typeof value === 'string' ? value : '';
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
}
