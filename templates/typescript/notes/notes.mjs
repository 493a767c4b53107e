/**
 * Keeps notes in memory: GET /notes lists them, POST /notes adds the text of the body.
 * This file becomes part of the manifest, where a dollar sign before a brace begins a reference: write none.
 */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const notes = ['Wire it', 'Govern it'];

const server = createServer(async (request, response) => {
  const reply = (status, content) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
  if (request.url !== '/notes') {
    reply(404, { error: 'there is only /notes' });
  } else if (request.method === 'POST') {
    notes.push(await text(request));
    reply(201, notes);
  } else {
    reply(200, notes);
  }
});

server.listen(Number(process.env.PORT));
process.once('SIGTERM', () => server.close());
