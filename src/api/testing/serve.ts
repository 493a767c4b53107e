/** Policies that are functions of the test, asked over HTTP like any other. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { selectionsHeader } from '../../ir/protocol.ts';
import { selectionsOf } from '../../ir/selections.ts';

/** What a policy is asked with beside the request. */
export interface AskedWith {
  readonly protocol: string;
  readonly scope: string;
  readonly policy: string;
}
type Answerer = (request: never, context: AskedWith) => unknown;
/** A URL of a policy that runs already, a function from request to answer, or a policy of an SDK. */
export type PolicyForTest = string | URL | Answerer | { readonly answer: Answerer };

export interface Served {
  readonly urls: ReadonlyMap<string, string>;
  readonly close: () => Promise<void>;
}

export async function servePolicies(policies: Readonly<Record<string, PolicyForTest>>): Promise<Served> {
  const urls = new Map<string, string>();
  const servers: Server[] = [];
  for (const [name, policy] of Object.entries(policies)) {
    if (typeof policy === 'string' || policy instanceof URL) {
      urls.set(name, String(policy));
      continue;
    }
    const answer = typeof policy === 'function' ? policy : policy.answer.bind(policy);
    const server = serve(answer as (request: unknown, context: AskedWith) => unknown);
    servers.push(server);
    await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
    urls.set(name, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  }
  return {
    urls,
    close: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise<void>((done) => server.close(() => done()));
      }
    },
  };
}

const serve = (answer: (request: unknown, context: AskedWith) => unknown): Server =>
  createServer((request, response) => {
    const reply = (status: number, body: string, selections?: string): void => {
      const more = selections === undefined ? {} : { [selectionsHeader]: selections };
      response.writeHead(status, { 'content-type': 'application/json', ...more }).end(body);
    };
    ask(request, answer).then(
      ({ body, selections }) => reply(200, body, selections),
      (error: unknown) => reply(500, JSON.stringify({ error: error instanceof Error ? error.message : String(error) })),
    );
  });

async function ask(
  request: IncomingMessage,
  answer: (request: unknown, context: AskedWith) => unknown,
): Promise<{ readonly body: string; readonly selections?: string | undefined }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  // The question whether anybody is there.
  if (request.method !== 'POST') return { body: '{}' };
  const header = (name: string): string => decodeURI(String(request.headers[name] ?? ''));
  const context = {
    protocol: header('headgate-protocol'),
    scope: header('headgate-scope'),
    policy: header('headgate-policy'),
  };
  const made = await answer(JSON.parse(Buffer.concat(chunks).toString('utf8')), context);
  return { body: JSON.stringify(made), selections: selectionsOf(made) };
}
