// @ts-check
/**
 * One edge, HTTP/1.1 in both directions, and nothing held that can be passed on: an interposer adds what it has to say in hooks.
 * The text of this file travels in the answer of a policy, together with the text of the interposer: see lib/policy.mjs. A reference
 * of a manifest must not stand in it.
 */
import http from 'node:http';
import https from 'node:https';
import zlib from 'node:zlib';

/** @import { Socket } from 'node:net' */
/** @import { Readable, Transform, Writable } from 'node:stream' */

/**
 * @typedef {object} Exchange What is known of one request, and of its answer.
 * @property {string} method
 * @property {string} target Path and query.
 * @property {number} started Milliseconds of a steady clock.
 * @property {number} status 0 as long as there is none.
 * @property {number} sent Bytes of the request's body, as they came.
 * @property {number} received Bytes of the answer's body, as they came.
 * @property {'answered' | 'refused' | 'unreachable' | 'broken' | 'upgraded'} outcome `broken`: a peer went away.
 *
 * @typedef {object} Refusal
 * @property {number} status
 * @property {string} text
 * @property {string[]} [headers] Names and values in turn.
 *
 * @typedef {object} Rewriter One body, piece by piece.
 * @property {(piece: Buffer) => Buffer | undefined} push
 * @property {() => Buffer | undefined} end
 *
 * @typedef {object} Held A body that was taken, and is sent as this.
 * @property {Buffer} body
 * @property {string[]} without Headers of the request that do not go on, in lower case.
 * @property {string[]} more Names and values in turn.
 *
 * @typedef {object} Watch
 * @property {(piece: Buffer) => void} see Pieces of the body, as they come.
 * @property {Rewriter} [rewriter] Of a body without a content encoding; it passes as it comes unless given.
 * @property {() => void} end The answer is over, whole or not; called again, it does nothing.
 *
 * @typedef {object} Hooks
 * @property {(request: http.IncomingMessage, exchange: Exchange, response: http.ServerResponse) => Refusal | undefined | Promise<Refusal | undefined>} [admit]
 *   Before anything is sent on. It may destroy the connection.
 * @property {(name: string, value: string) => string | undefined} [requestHeader] By lower-case name; without a value it is left out.
 * @property {(value: string) => string} [target]
 * @property {string[]} [more] Headers that every request gets, names and values in turn.
 * @property {() => Rewriter} [body] Rewrites a body, in both directions.
 * @property {(text: string) => string} [line] Rewrites values of an answer's head, and of trailers in both directions.
 * @property {(request: http.IncomingMessage, exchange: Exchange) => Promise<Held | Refusal | undefined>} [hold] Takes the whole body of a
 *   request, and answers what goes on in its place; of those that it leaves alone nothing may be read.
 * @property {(answer: http.IncomingMessage, exchange: Exchange) => Watch | undefined} [watch] Looks on while an answer passes.
 * @property {boolean} [decode] What `body` does with a content encoding: decodes it, or refuses the message.
 * @property {'pass' | 'refuse'} upgrade
 * @property {(exchange: Exchange) => void} [done]
 */

/** They speak of one connection, not of the message. */
const hopByHop = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);
/** They would be wrong of a body that was rewritten. */
const ofBytes = ['content-digest', 'content-encoding', 'content-md5', 'digest', 'repr-digest'];
/** A part of a body could hold a part of what is looked for, and an encoding would hide it. */
const ofChoice = ['accept-encoding', 'if-range', 'range'];
const decoders = ['br', 'deflate', 'gzip', 'x-gzip'];

/** @param {http.IncomingMessage} message */
const hasBody = (message) =>
  message.headers['transfer-encoding'] !== undefined || Number(message.headers['content-length'] ?? 0) > 0;

/**
 * Names and values in turn, as they were written.
 * @param {http.IncomingMessage} message
 * @param {string[]} without
 * @param {(name: string, value: string) => string | undefined} rewrite
 */
function headersOf(message, without, rewrite) {
  const own = (message.headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  /** @type {string[]} */
  const headers = [];
  for (let i = 0; i + 1 < message.rawHeaders.length; i += 2) {
    const name = message.rawHeaders[i] ?? '';
    const lower = name.toLowerCase();
    if (hopByHop.has(lower) || own.includes(lower) || without.includes(lower)) continue;
    const kept = rewrite(lower, message.rawHeaders[i + 1] ?? '');
    if (kept !== undefined) headers.push(name, kept);
  }
  return headers;
}

/** @param {http.IncomingMessage} message @returns {string[]} Innermost last, as the header has them. */
const encodingsOf = (message) =>
  String(message.headers['content-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');

/**
 * In the order in which they undo the encodings.
 * @param {string[]} names
 * @returns {Transform[]}
 */
const undo = (names) =>
  [...names].reverse().map((name) => (name === 'br' ? zlib.createBrotliDecompress() : zlib.createUnzip()));

/**
 * Passes everything on as fast as the slower side takes it. When the source fails, the sink is cut off.
 * @param {http.IncomingMessage} source
 * @param {{ decoders: Transform[], rewriter: Rewriter | undefined }} through
 * @param {Writable & { addTrailers(trailers: [string, string][]): void }} sink
 * @param {(text: string) => string} line
 * @param {(error: Error | undefined, where: 'source' | 'sink') => void} done Called once.
 */
function flow(source, { decoders, rewriter }, sink, line, done) {
  let over = false;
  /** @type {Readable} */
  let last = source;
  /** @param {Error | undefined} error @param {'source' | 'sink'} where */
  const finish = (error, where) => {
    if (over) return;
    over = true;
    done(error, where);
    if (!error) return;
    source.unpipe();
    source.pause();
    for (const decoder of decoders) decoder.destroy();
    sink.destroy();
  };
  for (const part of [source, ...decoders]) part.on('error', (error) => finish(error, 'source'));
  source.on(
    'close',
    () => source.complete || finish(new Error('the connection was closed in the middle of a body'), 'source'),
  );
  sink.on('error', (error) => finish(error, 'sink'));
  sink.on('close', () => finish(new Error('the connection was closed'), 'sink'));
  sink.on('finish', () => finish(undefined, 'sink'));
  sink.on('drain', () => last.resume());
  for (const decoder of decoders) last = last.pipe(decoder);
  let corked = false;
  /** What comes in one turn leaves in one packet. @param {Buffer | undefined} piece */
  const write = (piece) => {
    if (!piece || piece.length === 0) return;
    if (!corked) {
      corked = true;
      sink.cork();
      setImmediate(() => {
        corked = false;
        sink.uncork();
      });
    }
    if (!sink.write(piece)) last.pause();
  };
  last.on('data', (chunk) => over || write(rewriter ? rewriter.push(chunk) : chunk));
  last.on('end', () => {
    if (over) return;
    /** @type {[string, string][]} */
    const trailers = [];
    for (let i = 0; i + 1 < source.rawTrailers.length; i += 2)
      trailers.push([source.rawTrailers[i] ?? '', line(source.rawTrailers[i + 1] ?? '')]);
    try {
      write(rewriter?.end());
      if (trailers.length > 0) sink.addTrailers(trailers);
      sink.end();
    } catch (error) {
      finish(/** @type {Error} */ (error), 'source');
    }
  });
}

/**
 * What stands against passing a request on, whatever the hooks say. Its length and its target are written anew, so that both sides
 * agree on where it ends and on what it asks for.
 * @param {http.IncomingMessage} request
 * @returns {Refusal | undefined}
 */
function faultOf(request) {
  const coding = request.headers['transfer-encoding'];
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked')
    return { status: 501, text: 'only the transfer encoding `chunked` is understood here' };
  if (coding !== undefined && request.httpVersion !== '1.1')
    return { status: 400, text: 'a transfer encoding takes HTTP/1.1' };
  if (coding !== undefined && request.headers['content-length'] !== undefined)
    return { status: 400, text: 'a body has one length, and this one has two' };
  if (targetOf(request) === undefined) return { status: 400, text: 'the target is neither a path nor a URL' };
  return undefined;
}

/**
 * A target has no fragment: servers differ in whether they read one as a part of the path.
 * @param {http.IncomingMessage} request
 */
function targetOf({ url = '/' }) {
  if (url.includes('#')) return undefined;
  if (url.startsWith('/') || url === '*') return url;
  if (!/^https?:\/\/[^/?@\\]+(?:[/?][^\\]*)?$/i.test(url) || !URL.canParse(url)) return undefined;
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/**
 * Connections that end with the answer that they have been given. What follows on them was perhaps a part of what was refused.
 * @type {WeakSet<object>}
 */
const ending = new WeakSet();

/** @param {http.ServerResponse} response @param {Refusal} refusal @param {boolean} [close] */
function refuse(response, { status, text, headers = [] }, close = false) {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (close) ending.add(response.req.socket);
  const body = Buffer.from(text + '\n');
  const head = ['content-type', 'text/plain; charset=utf-8', 'content-length', String(body.length), ...headers];
  response.writeHead(status, close ? [...head, 'connection', 'close'] : head).end(body);
}

/**
 * Listens at PORT, and leads to UPSTREAM_URL.
 * @param {Hooks} hooks
 */
export function startProxy(hooks) {
  const upstream = new URL(process.env['UPSTREAM_URL'] ?? '');
  if (!['http:', 'https:'].includes(upstream.protocol)) throw new Error('upstream does not speak HTTP: ' + upstream);
  const { request: open, Agent } = upstream.protocol === 'https:' ? https : http;
  // Servers close idle connections after 2 s and more: a request on one that is being closed would be lost.
  const agent = new Agent({ keepAlive: true, timeout: 1500, maxFreeSockets: 128 });
  // Not the URL itself, which would be taken apart for every request.
  const { hostname, port } = upstream;
  const place = { host: hostname.replace(/^\[|\]$/g, ''), ...(port === '' ? {} : { port }) };
  const { line = (/** @type {string} */ text) => text, body } = hooks;

  /**
   * @param {http.IncomingMessage} request
   * @param {http.ServerResponse} response
   * @param {boolean} expects
   */
  async function serve(request, response, expects) {
    if (ending.has(request.socket)) return;
    const exchange = newExchange(request);
    const { done } = hooks;
    if (done)
      response.on('close', () => {
        if (exchange.outcome === 'answered' && !response.writableFinished) exchange.outcome = 'broken';
        done(exchange);
      });
    const bodied = hasBody(request);
    /** @param {Refusal} refusal */
    const no = (refusal) => {
      exchange.status = refusal.status;
      if (exchange.outcome !== 'unreachable') exchange.outcome = 'refused';
      refuse(response, refusal, bodied);
    };
    const encodings = bodied && body ? encodingsOf(request) : [];
    const fault =
      faultOf(request) ??
      (hooks.upgrade === 'refuse' && /websocket/i.test(request.headers.upgrade ?? '')
        ? { status: 403, text: 'no WebSockets over this edge' }
        : undefined) ??
      (!readable(encodings)
        ? { status: 415, text: 'a body with this content encoding is not passed on' }
        : undefined) ??
      (await hooks.admit?.(request, exchange, response));
    if (response.destroyed) return;
    if (fault) {
      no(fault);
      return;
    }
    const taken = bodied ? await hooks.hold?.(request, exchange) : undefined;
    if (response.destroyed) return;
    if (taken && 'status' in taken) {
      no(taken);
      return;
    }
    const rewrites = bodied && body !== undefined;
    const headers = [
      'host',
      upstream.host,
      ...headersOf(
        request,
        [...(body ? [...ofChoice, ...(bodied ? ofBytes : [])] : []), ...(taken?.without ?? [])],
        hooks.requestHeader ?? keep,
      ),
      ...(hooks.more ?? []),
      ...(taken?.more ?? []),
      ...(taken ? ['content-length', String(taken.body.length)] : framing(request, rewrites)),
      ...(expects && !taken ? ['expect', '100-continue'] : []),
    ];
    const through = { decoders: undo(encodings), rewriter: rewrites ? body() : undefined };
    send(request, response, exchange, { headers, through, bodied, expects, held: taken?.body, no });
  }

  /** @param {string[]} encodings */
  const readable = (encodings) =>
    encodings.length === 0 ||
    (hooks.decode === true && encodings.length < 4 && encodings.every((name) => decoders.includes(name)));

  /**
   * @param {http.IncomingMessage} request
   * @param {http.ServerResponse} response
   * @param {Exchange} exchange
   * @param {{ headers: string[], through: Parameters<typeof flow>[1], bodied: boolean, expects: boolean, held?: Buffer | undefined, no: (refusal: Refusal) => void }} how
   */
  function send(request, response, exchange, { headers, through, bodied, expects, held, no }, again = false) {
    const path = pathOf(exchange.target);
    // Who does not read a body would take it for the next request: such a connection ends with its answer.
    const outgoing = open({ ...place, method: exchange.method, path, headers, agent: bodied ? false : agent });
    let answered = false;
    outgoing.on('response', (answer) => {
      answered = true;
      relaySafely(answer, response, exchange);
    });
    outgoing.on('error', (error) => {
      if (answered || response.destroyed) return;
      const stale =
        outgoing.reusedSocket &&
        !bodied &&
        !again &&
        ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'].includes(exchange.method);
      if (stale) send(request, response, exchange, { headers, through, bodied, expects, no }, true);
      else if (exchange.outcome !== 'refused') {
        exchange.outcome = 'unreachable';
        no({
          status: 502,
          text:
            'no answer from upstream: ' +
            line(String(/** @type {NodeJS.ErrnoException} */ (error).code ?? error.message)),
        });
      }
    });
    response.on('close', () => {
      if (response.writableFinished) return;
      exchange.outcome = 'broken';
      outgoing.destroy();
    });
    if (!bodied || held) {
      outgoing.end(held);
      return;
    }
    const begin = () => {
      if (begun) return;
      begun = true;
      if (expects && !response.headersSent) response.writeContinue();
      request.on('data', (chunk) => {
        exchange.sent += chunk.length;
      });
      flow(request, through, outgoing, line, (error, where) => {
        // What was sent is not what its head said; a peer that went away is told of elsewhere.
        if (!error || where === 'sink' || answered || !request.complete) return;
        no({ status: 400, text: 'the body is not what its content encoding says' });
      });
    };
    let begun = false;
    if (!expects) begin();
    else {
      outgoing.on('continue', begin);
      outgoing.flushHeaders();
      // Who expects may begin without being told, and so may this.
      setTimeout(() => answered || begin(), 1000).unref();
    }
  }

  /**
   * A head that cannot be written anew must not end this program.
   * @param {http.IncomingMessage} answer
   * @param {http.ServerResponse} response
   * @param {Exchange} exchange
   */
  function relaySafely(answer, response, exchange) {
    try {
      relay(answer, response, exchange);
    } catch {
      exchange.outcome = 'refused';
      exchange.status = 502;
      answer.destroy();
      refuse(response, { status: 502, text: 'the head of the answer is not passed on' }, true);
    }
  }

  /**
   * @param {http.IncomingMessage} answer
   * @param {http.ServerResponse} response
   * @param {Exchange} exchange
   */
  function relay(answer, response, exchange) {
    const status = answer.statusCode ?? 502;
    const bare = exchange.method === 'HEAD' || status === 204 || status === 304;
    const rewrites = body !== undefined && !bare;
    const encodings = rewrites ? encodingsOf(answer) : [];
    const fault =
      rewrites && status === 206
        ? 'parts of a body are'
        : readable(encodings)
          ? undefined
          : 'an answer with this content encoding is';
    if (fault) {
      exchange.status = 502;
      exchange.outcome = 'refused';
      answer.destroy();
      refuse(response, { status: 502, text: fault + ' not passed on' });
      return;
    }
    exchange.status = status;
    exchange.outcome = 'answered';
    const watch = hooks.watch?.(answer, exchange);
    const rewriter = body?.() ?? watch?.rewriter;
    const length = answer.headers['content-length'];
    const framed = length !== undefined && (rewriter === undefined || length === '0') ? ['content-length', length] : [];
    const headers = [...headersOf(answer, rewriter ? ofBytes : [], (_, value) => line(value)), ...framed];
    response.writeHead(status, line(answer.statusMessage ?? ''), headers);
    if (bare) {
      watch?.end();
      answer.resume();
      response.end();
      return;
    }
    // Of an answer that says something now and then, the head must not wait for the first word.
    setImmediate(() => exchange.received > 0 || response.writableEnded || response.flushHeaders());
    answer.on('data', (chunk) => {
      exchange.received += chunk.length;
      watch?.see(chunk);
    });
    // Before whoever asked knows that it is over.
    answer.on('end', () => watch?.end());
    const through = { decoders: undo(encodings), rewriter };
    flow(answer, through, response, line, (error) => {
      watch?.end();
      if (!error) return;
      exchange.outcome = 'broken';
      answer.destroy();
    });
  }

  /** @param {string} target */
  const pathOf = (target) => upstream.pathname.replace(/\/$/, '') + (hooks.target?.(target) ?? target);

  /**
   * Two connections that become one, whatever is spoken over it.
   * @param {http.IncomingMessage} request
   * @param {Socket} socket
   * @param {Buffer} first
   */
  async function upgrade(request, socket, first) {
    if (ending.has(socket)) {
      socket.destroySoon();
      return;
    }
    const exchange = newExchange(request);
    const response = new http.ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.on('finish', () => socket.destroySoon());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      response.destroy();
      hooks.done?.(exchange);
    });
    const fault =
      faultOf(request) ??
      (hasBody(request) ? { status: 400, text: 'an upgrade has no body' } : undefined) ??
      (await hooks.admit?.(request, exchange, response));
    if (socket.destroyed) return;
    if (fault) {
      exchange.status = fault.status;
      exchange.outcome = 'refused';
      refuse(response, fault, true);
      return;
    }
    const kept = headersOf(request, [], hooks.requestHeader ?? keep);
    const more = ['connection', 'upgrade', 'upgrade', request.headers.upgrade ?? ''];
    const headers = ['host', upstream.host, ...kept, ...(hooks.more ?? []), ...more];
    const outgoing = open({ ...place, method: exchange.method, path: pathOf(exchange.target), headers, agent: false });
    socket.on('close', () => outgoing.destroy());
    outgoing.on('response', (answer) => relaySafely(answer, response, exchange));
    outgoing.on('error', () => {
      exchange.status = 502;
      exchange.outcome = 'unreachable';
      refuse(response, { status: 502, text: 'no answer from upstream' }, true);
    });
    outgoing.on('upgrade', (answer, duplex, early) => {
      const other = /** @type {Socket} */ (duplex);
      exchange.status = 101;
      exchange.outcome = 'upgraded';
      response.detachSocket(socket);
      const lines = ['HTTP/1.1 101 ' + (answer.statusMessage ?? '')];
      const all = [
        ...headersOf(answer, [], keep),
        ...['connection', 'upgrade', 'upgrade', answer.headers.upgrade ?? ''],
      ];
      for (let i = 0; i < all.length; i += 2) lines.push(all[i] + ': ' + all[i + 1]);
      socket.write(lines.join('\r\n') + '\r\n\r\n', 'latin1');
      socket.write(early);
      other.write(first);
      exchange.sent += first.length;
      exchange.received += early.length;
      join(socket, other, (bytes) => {
        exchange.sent += bytes;
      });
      join(other, socket, (bytes) => {
        exchange.received += bytes;
      });
    });
    outgoing.end();
  }

  const server = http.createServer({
    insecureHTTPParser: false,
    requestTimeout: 0,
    keepAliveTimeout: 60_000,
    noDelay: true,
  });
  /** @param {http.ServerResponse} response */
  const unwritable = (response) => () =>
    refuse(response, { status: 400, text: 'the head of the request is not passed on' }, true);
  server.on('request', (request, response) => void serve(request, response, false).catch(unwritable(response)));
  server.on('checkContinue', (request, response) => void serve(request, response, true).catch(unwritable(response)));
  server.on('connect', (_, socket) =>
    socket.end('HTTP/1.1 405 Method Not Allowed\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'),
  );
  // Without a listener, node takes a request that would upgrade for one that would not.
  if (hooks.upgrade === 'pass')
    server.on(
      'upgrade',
      (request, socket, first) =>
        void upgrade(request, /** @type {Socket} */ (socket), first).catch(() => socket.destroy()),
    );
  // Where what it leads to is on the loopback, so is who asks. In a container, who asks comes from another address.
  const near = hostname === '127.0.0.1' || hostname === '[::1]' || hostname === 'localhost';
  server.listen(Number(process.env['PORT']), near ? '127.0.0.1' : undefined);
  process.once('SIGTERM', () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => process.exit(0), 5000).unref();
  });
  return server;
}

/** @param {string} _ @param {string} value */
const keep = (_, value) => value;

/** @param {http.IncomingMessage} request @returns {Exchange} */
const newExchange = (request) => ({
  method: request.method ?? 'GET',
  target: targetOf(request) ?? '/',
  started: performance.now(),
  status: 0,
  sent: 0,
  received: 0,
  outcome: 'broken',
});

/**
 * How the end of a request's body is known upstream.
 * @param {http.IncomingMessage} request
 * @param {boolean} rewrites
 */
function framing(request, rewrites) {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  if (coding !== undefined || (rewrites && length !== '0')) return ['transfer-encoding', 'chunked'];
  if (length !== undefined) return ['content-length', length];
  return ['POST', 'PUT', 'PATCH'].includes(request.method ?? '') ? ['content-length', '0'] : [];
}

/**
 * @param {Socket} from
 * @param {Socket} to
 * @param {(bytes: number) => void} count
 */
function join(from, to, count) {
  from.on('data', (chunk) => count(chunk.length));
  from.pipe(to);
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroySoon());
}
