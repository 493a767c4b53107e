/** A request and its answer: bodies within bounds, faults as JSON. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault } from './schema.ts';

/** What is refused, with its status. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly fault: Fault;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, fault: Fault, headers: Readonly<Record<string, string>> = {}) {
    super(fault.message);
    this.status = status;
    this.fault = fault;
    this.headers = headers;
  }
}

export const maxBodyBytes = 64 * 1024;

export const jsonText = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

export function sendJson(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(text);
}

export function sendFault(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    // Too late to say anything: the reader sees that it was cut off.
    response.destroy();
    return;
  }
  const refusal =
    error instanceof Refusal
      ? error
      : new Refusal(500, {
          code: 'internal',
          message: `headgate could not answer: ${error instanceof Error ? error.message : String(error)}`,
          remedy: 'ask again; `headgate status` tells from the folder of the run what is so',
        });
  sendJson(response, refusal.status, jsonText(refusal.fault), refusal.headers);
}

/** Undefined for no body. `example` is what may be sent. */
export async function readJson(
  request: IncomingMessage,
  most: number = maxBodyBytes,
  example = '{"graceMs": 1000}, or no body',
): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > most) throw tooLarge(most, example);
    chunks.push(chunk);
  }
  if (bytes === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    throw new Refusal(400, {
      code: 'body_invalid',
      message: 'the body is not JSON',
      remedy: `send a JSON object such as ${example}`,
    });
  }
}

const tooLarge = (most: number, example: string): Refusal =>
  new Refusal(
    413,
    {
      code: 'body_too_large',
      message: `the body has more than ${most} bytes`,
      remedy: `send a JSON object such as ${example}`,
    },
    // The rest of it is not read.
    { connection: 'close' },
  );

/** Resolves with true when there is room for more, with false when the reader is gone. */
export function writeTo(response: ServerResponse, text: string): Promise<boolean> {
  if (response.destroyed || response.writableEnded) return Promise.resolve(false);
  if (response.write(text)) return Promise.resolve(true);
  return new Promise((done) => {
    const settle = (): void => {
      response.off('drain', settle).off('close', settle);
      done(!response.destroyed);
    };
    response.on('drain', settle).on('close', settle);
  });
}
