/** A run's own interface as a program of somebody else uses it: HTTP on the socket that control.json names. */
import { existsSync, readFileSync } from 'node:fs';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';

export const controlPath = (stateDir: string, id: string): string => join(stateDir, 'runs', id, 'control.json');

/** Undefined where there is no control.json. */
export function socketOf(stateDir: string, id: string): string | undefined {
  const path = controlPath(stateDir, id);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { socket: string }).socket : undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Asking {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** When the head of the answer is there; its body is read by whoever asked. */
export function begin(
  socketPath: string,
  path: string,
  { method, body, headers }: Asking = {},
): Promise<IncomingMessage> {
  return new Promise((done, fail) => {
    const asked = request({ socketPath, path, method: method ?? 'GET', agent: false, headers: { ...headers } }, done);
    asked.on('error', fail);
    asked.end(body);
  });
}

export async function ask(socketPath: string, path: string, asking: Asking = {}): Promise<Answer> {
  const response = await begin(socketPath, path, asking);
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}

/** Bytes as they are, and everything that comes back. */
export function raw(socketPath: string, bytes: string): Promise<string> {
  return new Promise((done, fail) => {
    let text = '';
    connect(socketPath)
      .on('error', fail)
      .on('data', (chunk) => {
        text += chunk.toString();
      })
      .on('close', () => done(text))
      .end(bytes);
  });
}

export interface ServerEvent {
  readonly id: string | undefined;
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Events until the stream ends, or until one of this name. */
export async function eventsOf(response: IncomingMessage, until?: string): Promise<readonly ServerEvent[]> {
  const events: ServerEvent[] = [];
  let rest = '';
  for await (const chunk of response.setEncoding('utf8')) {
    const parts = `${rest}${chunk}`.split('\n\n');
    rest = parts.pop() ?? '';
    events.push(...parts.map(eventIn));
    if (until !== undefined && events.some(({ name }) => name === until)) break;
  }
  return events;
}

function eventIn(text: string): ServerEvent {
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1];
  return {
    id: field('id'),
    name: field('event') ?? '',
    data: JSON.parse(field('data') ?? 'null') as Record<string, unknown>,
  };
}
