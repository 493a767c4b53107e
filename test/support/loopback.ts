/** HTTP on loopback for tests: an upstream that remembers, and a client that sends any header. */
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, text } from 'node:stream/consumers';

export interface Stub {
  readonly url: string;
  readonly seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string } | undefined;
  readonly close: () => void;
}

/** Keeps what it was sent, and answers with a secret in its head and one in its body. */
export async function startStub(secrets: { readonly cookie: string; readonly body: string }): Promise<Stub> {
  let seen: Stub['seen'];
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    seen = { method, url, headers, body: await text(request) };
    response.writeHead(418, [
      ['content-type', 'text/plain; charset=utf-8'],
      ['set-cookie', 'a=1'],
      ['set-cookie', `b=${secrets.cookie}`],
    ]);
    response.end(`ä ${secrets.body}!`);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get seen() {
      return seen;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export interface Sent {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** With `connection` and other headers that `fetch` does not let through. */
export const send = (
  url: string,
  { method, headers, body }: Sent,
): Promise<{ status: number; headers: IncomingMessage['headers']; body: string }> =>
  new Promise((done, fail) => {
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = httpRequest(url, { method, headers: { ...headers, ...length }, agent: false }, async (answer) => {
      const bytes = await buffer(answer);
      done({ status: answer.statusCode ?? 0, headers: answer.headers, body: bytes.toString('utf8') });
    });
    outgoing.on('error', fail);
    outgoing.end(body);
  });
