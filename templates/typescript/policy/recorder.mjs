/**
 * A recorder on an edge: passes every request on, and writes one line of JSON for each to standard output.
 * This file becomes part of the plan, where a dollar sign before a brace begins a reference: write none.
 */
import http from 'node:http';
import https from 'node:https';
import { buffer } from 'node:stream/consumers';

const edge = process.env.EDGE;
const upstream = new URL(process.env.UPSTREAM_URL);

/** These speak of one connection, or are set anew. */
const notPassedOn = [
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Names and values in turn, as Node reads and writes heads. */
function headersOf(message, more = []) {
  const headers = [];
  for (let i = 0; i + 1 < message.rawHeaders.length; i += 2) {
    const [name, value] = message.rawHeaders.slice(i, i + 2);
    if (!notPassedOn.includes(name.toLowerCase())) headers.push(name, value);
  }
  return [...headers, ...more];
}

function pass(request, body) {
  const length = body.length > 0 || 'content-length' in request.headers ? ['content-length', String(body.length)] : [];
  const options = {
    method: request.method,
    path: upstream.pathname.replace(/\/$/, '') + request.url,
    headers: ['host', upstream.host, ...headersOf(request, length)],
    agent: false,
    timeout: 60_000,
  };
  return new Promise((done, fail) => {
    const outgoing = (upstream.protocol === 'https:' ? https : http).request(upstream, options, done);
    outgoing.on('timeout', () => outgoing.destroy(new Error('it takes too long'))).on('error', fail);
    outgoing.end(body);
  });
}

const server = http.createServer(async (request, response) => {
  // What stands behind the question mark may be secret.
  const path = request.url.split('?')[0];
  const record = (status) => console.log(JSON.stringify({ edge, method: request.method, path, status }));
  try {
    const answer = await pass(request, await buffer(request));
    const body = await buffer(answer);
    const bare = request.method === 'HEAD' || [204, 304].includes(answer.statusCode);
    const length = bare ? [] : ['content-length', String(body.length)];
    record(answer.statusCode);
    response.writeHead(answer.statusCode, headersOf(answer, length)).end(body);
  } catch (error) {
    record(502);
    response.writeHead(502, { 'content-type': 'text/plain' }).end('no answer from upstream: ' + error.message + '\n');
  }
});

server.listen(Number(process.env.PORT));
process.once('SIGTERM', () => server.close());
