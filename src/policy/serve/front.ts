/** The address that stays while the policy behind it is started anew. */
import { createServer, type IncomingMessage, request as open, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where questions go now, or why there is nowhere. */
export type Behind = { readonly port: number } | { readonly fault: string };

export interface Front {
  readonly port: number;
  /** Settles when no question is in flight, at the latest after `ms`. */
  readonly quiet: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Requests wait for `behind`; only those that go through it are in flight. Rejects when it cannot listen. */
export async function openFront(host: string, port: number, behind: () => Promise<Behind>): Promise<Front> {
  let flying = 0;
  let onQuiet: (() => void) | undefined;
  const server = createServer((request, response) => {
    request.on('error', () => {});
    response.on('error', () => {});
    void behind().then((target) => {
      if (response.destroyed) return;
      flying++;
      response.once('close', () => {
        flying--;
        if (flying === 0) onQuiet?.();
      });
      pass(request, response, target);
    });
  });
  await new Promise<void>((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'it is in use by another program' : error.message;
      fail(new Error(`cannot listen on port ${port} of ${host}: ${why}`));
    });
    server.listen({ port, host }, done);
  });
  const quiet = (ms: number): Promise<void> =>
    new Promise((done) => {
      if (flying === 0) {
        done();
        return;
      }
      const timer = setTimeout(done, ms);
      onQuiet = () => {
        clearTimeout(timer);
        done();
      };
    });
  return {
    port: (server.address() as AddressInfo).port,
    quiet,
    close: async () => {
      const closed = new Promise((done) => server.close(done));
      server.closeIdleConnections();
      await quiet(10_000);
      server.closeAllConnections();
      await closed;
    },
  };
}

function pass(request: IncomingMessage, response: ServerResponse, target: Behind): void {
  if ('fault' in target) {
    refuse(request, response, target.fault);
    return;
  }
  const { method, url, headers } = request;
  const outgoing = open(
    { host: '127.0.0.1', port: target.port, method, path: url, headers, agent: false },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => response.destroy());
      answer.pipe(response);
    },
  );
  outgoing.on('error', (error) => {
    if (response.headersSent) response.destroy();
    else refuse(request, response, `the policy gave no answer: ${error.message}`);
  });
  response.once('close', () => outgoing.destroy());
  request.pipe(outgoing);
}

function refuse(request: IncomingMessage, response: ServerResponse, error: string): void {
  request.resume();
  const body = JSON.stringify({ error, code: 'policy' });
  response.writeHead(500, { 'content-type': 'application/json', connection: 'close' }).end(body);
}
