/** Stands between a client and a server, notes what is asked, and loses what it is told to lose. */
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Passing {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

export interface CuttingProxy {
  readonly address: string;
  readonly seen: readonly Passing[];
  /** `request`: it does not arrive. `answer`: it is done, and nobody is told. */
  readonly lose: (fate: (passing: Passing) => 'request' | 'answer' | undefined) => void;
  readonly forget: () => void;
  readonly close: () => void;
}

export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  let fate: (passing: Passing) => 'request' | 'answer' | undefined = () => undefined;
  const seen: Passing[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    const body = await buffer(incoming);
    const passing = { method, path: url, headers };
    seen.push(passing);
    const lost = fate(passing);
    if (lost === 'request') return incoming.socket.destroy();
    const onward = httpRequest(`${target}${url}`, { method, headers, agent: false }, async (answer) => {
      const bytes = await buffer(answer);
      if (lost === 'answer') return incoming.socket.destroy();
      const { 'transfer-encoding': _, ...kept } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 500, { ...kept, 'content-length': bytes.length });
      outgoing.end(bytes);
    });
    onward.on('error', () => incoming.socket.destroy());
    onward.end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    lose: (next) => {
      fate = next;
    },
    forget: () => {
      seen.length = 0;
      fate = () => undefined;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
