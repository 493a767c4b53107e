// @ts-check
/** A redactor between two components: passes every request on, with each term replaced, in both directions. */
import http from 'node:http';
import https from 'node:https';
import { buffer } from 'node:stream/consumers';

const upstream = new URL(process.env['UPSTREAM_URL'] ?? '');
const mark = '[REDACTED]';

/**
 * The longest first: a term may be a part of another one.
 * @type {string[]}
 */
const terms = JSON.parse(process.env['REDACTION_TERMS'] ?? '[]');
terms.sort((a, b) => b.length - a.length);

/** These speak of one connection. Host and length are set anew, and an encoding would hide the terms. */
const notPassedOn = [
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/**
 * Bytes read as Latin-1, so that none is lost.
 * @param {string} text
 */
function redactLine(text) {
  for (const term of terms) {
    if (term !== '') text = text.replaceAll(Buffer.from(term).toString('latin1'), mark);
  }
  return text;
}

/** @param {Buffer} body */
const redact = (body) => Buffer.from(redactLine(body.toString('latin1')), 'latin1');

/**
 * In a URL, a term may stand as it is or percent-encoded.
 * @param {string} target
 */
function redactTarget(target) {
  for (const term of terms) {
    const encoded = encodeURIComponent(term);
    for (const spelling of [encoded, encoded.replaceAll('%20', '+')]) {
      if (term !== '') target = target.replaceAll(spelling, mark);
    }
  }
  return redactLine(target).replaceAll(mark, encodeURIComponent(mark));
}

/**
 * Names and values in turn, as Node reads and writes heads.
 * @param {http.IncomingMessage} message
 * @param {string[]} more
 */
function headersOf(message, more = []) {
  const dropped = new Set([...notPassedOn, ...(message.headers.connection ?? '').toLowerCase().split(/\s*,\s*/)]);
  /** @type {string[]} */
  const headers = [];
  for (let i = 0; i + 1 < message.rawHeaders.length; i += 2) {
    const [name = '', value = ''] = message.rawHeaders.slice(i, i + 2);
    if (!dropped.has(name.toLowerCase())) headers.push(name, redactLine(value));
  }
  return [...headers, ...more];
}

/**
 * @param {http.IncomingMessage} request
 * @param {Buffer} body
 * @returns {Promise<http.IncomingMessage>}
 */
function pass(request, body) {
  const hasBody = body.length > 0 || request.headers['content-length'] !== undefined;
  const length = hasBody ? ['content-length', String(body.length)] : [];
  const { request: open } = upstream.protocol === 'https:' ? https : http;
  return new Promise((done, fail) => {
    const options = {
      method: request.method ?? 'GET',
      path: upstream.pathname.replace(/\/$/, '') + redactTarget(request.url ?? '/'),
      headers: ['host', upstream.host, ...headersOf(request, length)],
      agent: false,
      timeout: 60_000,
    };
    const outgoing = open(upstream, options, done);
    outgoing.on('timeout', () => outgoing.destroy(new Error('it takes too long'))).on('error', fail);
    outgoing.end(body);
  });
}

const server = http.createServer(async (request, response) => {
  /**
   * @param {number} status
   * @param {string} text
   */
  const refuse = (status, text) => response.writeHead(status, { 'content-type': 'text/plain' }).end(text + '\n');
  try {
    if (request.headers['content-encoding'] !== undefined) {
      refuse(415, 'the redactor reads bodies without an encoding');
      return;
    }
    const answer = await pass(request, redact(await buffer(request)));
    if ((answer.headers['content-encoding'] ?? 'identity') !== 'identity') {
      refuse(502, 'the redactor cannot read an encoded answer');
      return;
    }
    const body = redact(await buffer(answer));
    const bare = request.method === 'HEAD' || [204, 304].includes(answer.statusCode ?? 0);
    const length = bare ? [] : ['content-length', String(body.length)];
    response.writeHead(answer.statusCode ?? 502, redactLine(answer.statusMessage ?? ''), headersOf(answer, length));
    response.end(body);
  } catch (error) {
    refuse(502, redactLine('no answer from upstream: ' + String(error)));
  }
});

server.listen(Number(process.env['PORT']));
process.once('SIGTERM', () => server.close());
