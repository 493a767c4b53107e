/** Serves the policy: headgate starts this program while it compiles, asks once with POST, and ends it. */
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { answer } from './audit.ts';
import type { Question } from './wire.ts';

const server = createServer(async (request, response) => {
  if (request.method !== 'POST') {
    response.writeHead(405).end();
    return;
  }
  const { scope } = (await json(request)) as Question;
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer(scope)));
});

server.listen(Number(process.env['PORT']), '127.0.0.1');
