/** Passes requests on, with every number of a card masked but for its last four digits. */
import { createServer, request as open } from 'node:http';
import { text } from 'node:stream/consumers';

const upstream = new URL(process.env.UPSTREAM);
const masked = (said) => said.replaceAll(/\b(?:\d[ -]?){9,15}(\d{4})\b/g, '**** $1');

const server = createServer(async (request, response) => {
  const refuse = (error) => response.writeHead(502).end('no answer from upstream: ' + error.message + '\n');
  try {
    const body = masked(await text(request));
    const { method, url, headers } = request;
    const { host, connection, 'transfer-encoding': _, ...kept } = headers;
    const passed = { ...kept, 'content-length': Buffer.byteLength(body) };
    open(new URL(masked(url), upstream), { method, headers: passed, agent: false }, async (answer) => {
      response.writeHead(answer.statusCode, { 'content-type': answer.headers['content-type'] ?? 'text/plain' });
      response.end(masked(await text(answer)));
    })
      .on('error', refuse)
      .end(body);
  } catch (error) {
    refuse(error);
  }
});
// In a container, who asks comes from another address.
server.listen(Number(process.env.PORT));
process.once('SIGTERM', () => process.exit(0));
