// @ts-check
/**
 * Counts the calls of a model over one edge, and the tokens that they take, and tells the run of both. A call goes on when the run has
 * said that it may. Everything passes as it comes; what is looked for is looked for in a copy.
 */
import { Agent, request as askRun } from 'node:http';
import { createBrotliDecompress, createUnzip } from 'node:zlib';
import { startProxy } from '../lib/proxy.mjs';

/** @import { IncomingMessage } from 'node:http' */
/** @import { Exchange, Held, Refusal, Watch } from '../lib/proxy.mjs' */

/** @type {{ most: number }} Bytes of a request that is read to see whether it asks for a stream. */
const settings = JSON.parse(process.env['SETTINGS'] ?? '{}');
const control = process.env['HEADGATE_CONTROL_URL'];
/** Of one event of a stream, and of what is kept of an answer. */
const mostEvent = 8 * 1024 * 1024;

/** What the run was not told yet. */
const owed = { tokens: 0, unmeasured: 0 };
/** Reports that are under way: who asks for a call is asked for after them. */
let before = Promise.resolve();
const toRun = new Agent({ keepAlive: true, maxSockets: 1 });

/**
 * @param {object} body
 * @returns {Promise<{ status: number, text: string }>}
 */
const post = (body) =>
  new Promise((done, fail) => {
    const bytes = Buffer.from(JSON.stringify(body));
    const headers = { 'content-type': 'application/json', 'content-length': bytes.length };
    const asked = askRun(control + '/v1/usage', { method: 'POST', headers, agent: toRun, timeout: 5000 });
    asked.on('timeout', () => asked.destroy(new Error('no answer within 5 s')));
    asked.on('error', fail);
    asked.on('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece) => {
        text += piece;
      });
      answer.on('end', () => done({ status: answer.statusCode ?? 0, text }));
      answer.on('error', fail);
    });
    asked.end(bytes);
  });

/**
 * One at a time, with all that is owed; what could not be told stays owed.
 * @param {number} calls
 */
function tell(calls) {
  const told = before.then(async () => {
    if (control === undefined) throw new Error('it was not given a way to its run');
    const { tokens, unmeasured } = owed;
    // What came in between was told with another report.
    if (calls + tokens + unmeasured === 0) return true;
    owed.tokens = 0;
    owed.unmeasured = 0;
    try {
      const answer = await post({ calls, tokens, unmeasured });
      if (answer.status !== 200 && answer.status !== 429)
        throw new Error('the run says ' + answer.status + ': ' + answer.text);
      return answer.status === 200;
    } catch (error) {
      owed.tokens += tokens;
      owed.unmeasured += unmeasured;
      throw error;
    }
  });
  before = told.then(
    () => {},
    () => {},
  );
  return told;
}

/** @param {{ tokens: number, unmeasured: boolean }} used */
function report({ tokens, unmeasured }) {
  owed.tokens += tokens;
  owed.unmeasured += unmeasured ? 1 : 0;
  if (owed.tokens + owed.unmeasured > 0)
    tell(0).catch((error) => console.error('what a call took could not be told yet: ' + String(error)));
}

/** @param {Exchange} exchange */
const pathOf = ({ target }) => target.split('?')[0] ?? '';
const bodiless = ['GET', 'HEAD', 'OPTIONS'];
/** Everything that is sent, but for what only counts; nothing that is merely like it. @param {Exchange} exchange */
const isCall = (exchange) =>
  !bodiless.includes(exchange.method) &&
  !(exchange.method === 'POST' && pathOf(exchange) === '/v1/messages/count_tokens');

/** @returns {Promise<Refusal | undefined>} */
async function admit(/** @type {IncomingMessage} */ { headers }, /** @type {Exchange} */ exchange) {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = headers;
  if (bodiless.includes(exchange.method) && (coding !== undefined || Number(length) > 0))
    return { status: 400, text: 'a request with ' + exchange.method + ' has no body, since nobody would count it' };
  if (!isCall(exchange)) return undefined;
  try {
    if (await tell(1)) return undefined;
    return { status: 429, text: 'the budget of this run for models is used up' };
  } catch (error) {
    console.error('a call was refused: ' + String(error));
    return { status: 503, text: 'this call cannot be counted, so it is not made: the run cannot be reached' };
  }
}

/** Exchanges whose stream was asked to tell its tokens, and whose client did not ask. @type {WeakSet<Exchange>} */
const hiding = new WeakSet();

/**
 * A stream of OpenAI's form tells its tokens where it is asked to.
 * @param {IncomingMessage} request
 * @param {Exchange} exchange
 * @returns {Promise<Held | Refusal | undefined>}
 */
async function hold(request, exchange) {
  const { 'content-encoding': encoding, 'content-type': type = '' } = request.headers;
  if (!isCall(exchange) || !/\/completions$/.test(pathOf(exchange))) return undefined;
  if (encoding !== undefined || !/^application\/json\b/i.test(type)) return undefined;
  /** @type {Buffer[]} */
  const pieces = [];
  let size = 0;
  for await (const piece of request) {
    size += piece.length;
    if (size > settings.most)
      return { status: 413, text: 'a request of more than ' + settings.most + ' bytes is not passed on' };
    pieces.push(piece);
  }
  if (!request.complete) return { status: 400, text: 'the body was cut off' };
  const body = Buffer.concat(pieces);
  const asking = askingForUsage(body);
  if (!asking) return { body, without: [], more: [] };
  hiding.add(exchange);
  return { body: asking, without: ['accept-encoding'], more: ['accept-encoding', 'identity'] };
}

/** Undefined where nothing has to be changed. @param {Buffer} body */
function askingForUsage(body) {
  try {
    const asked = JSON.parse(body.toString('utf8'));
    if (asked?.stream !== true || asked.stream_options?.include_usage === true) return undefined;
    return Buffer.from(JSON.stringify({ ...asked, stream_options: { ...asked.stream_options, include_usage: true } }));
  } catch {
    return undefined;
  }
}

/** Numbers that add up, by every name that there is for them; a total stands for all. */
const parts = [
  'prompt_tokens',
  'completion_tokens',
  'input_tokens',
  'output_tokens',
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
];

/** What is known of the tokens of one call: of each number the highest, since they are told again as they grow. */
function createTally() {
  /** @type {Record<string, number>} */
  const seen = {};
  /** @param {unknown} usage */
  const add = (usage) => {
    if (typeof usage !== 'object' || usage === null) return false;
    let found = false;
    for (const [name, value] of Object.entries(usage)) {
      if (name !== 'total_tokens' && !parts.includes(name)) continue;
      if (!Number.isSafeInteger(value) || value < 0) continue;
      seen[name] = Math.max(seen[name] ?? 0, value);
      found = true;
    }
    return found;
  };
  return {
    add,
    total: () => seen['total_tokens'] ?? parts.reduce((sum, name) => sum + (seen[name] ?? 0), 0),
  };
}

/** The value of `usage` at the top of a JSON text, in any pieces; nothing else of it is kept. */
function createScanner() {
  let depth = 0;
  let isText = false;
  let isEscaped = false;
  /** A name at the top, as long as it may be the one. */
  let name = '';
  let isNamed = false;
  /** @type {string | undefined} */
  let kept;
  /** @type {unknown} */
  let found;
  /** @param {string} character */
  const keep = (character) => {
    if (kept === undefined) return;
    kept += character;
    if (kept.length > 65_536) kept = undefined;
  };
  /** @param {string} character */
  const step = (character) => {
    keep(character);
    if (isText) {
      if (isEscaped) isEscaped = false;
      else if (character === '\\') isEscaped = true;
      else if (character === '"') isText = false;
      else if (depth === 1 && name.length < 8) name += character;
      return;
    }
    if (character === '"') {
      isText = true;
      if (depth === 1) name = '';
    } else if (character === ':' && depth === 1) isNamed = name === 'usage';
    else if (character === '{' || character === '[') {
      depth++;
      if (depth === 2 && isNamed && character === '{') kept = character;
    } else if (character === '}' || character === ']') {
      depth--;
      if (depth !== 1 || kept === undefined) return;
      try {
        found = JSON.parse(kept);
      } catch {
        // Then nobody knows.
      }
      kept = undefined;
      isNamed = false;
    } else if (character === ',' && depth === 1) isNamed = false;
  };
  return {
    /** @param {string} text */
    push: (text) => {
      for (const character of text) step(character);
    },
    found: () => found,
  };
}

/**
 * Takes a stream apart into events, in any pieces, with the bytes of each as they came.
 * @param {(data: string, raw: Buffer) => void} onEvent
 * @param {(raw: Buffer) => void} onLarge One that is larger than anybody would send, in pieces.
 */
function createEvents(onEvent, onLarge) {
  /** @type {Buffer[]} */
  const raw = [];
  let size = 0;
  /** Bytes of this line so far. */
  let line = 0;
  /** The last byte ended a line, and a line feed would belong to it. */
  let isAfterReturn = false;
  /** That line was empty, so that the event is over. */
  let isOver = false;
  let isLarge = false;
  const flush = () => {
    const bytes = Buffer.concat(raw.splice(0));
    size = 0;
    isOver = false;
    if (isLarge) onLarge(bytes);
    else if (bytes.length > 0) onEvent(dataIn(bytes), bytes);
    isLarge = false;
  };
  return {
    /** @param {Buffer} piece */
    push: (piece) => {
      let from = 0;
      /** @param {number} to */
      const cut = (to) => {
        raw.push(Buffer.from(piece.subarray(from, to)));
        from = to;
        flush();
      };
      for (let at = 0; at < piece.length; at++) {
        const byte = piece[at];
        if (isAfterReturn) {
          isAfterReturn = false;
          if (byte === 10) {
            if (isOver) cut(at + 1);
            continue;
          }
          if (isOver) cut(at);
        }
        if (byte !== 10 && byte !== 13) {
          line++;
          continue;
        }
        const isEmpty = line === 0;
        line = 0;
        isAfterReturn = byte === 13;
        if (byte === 13) isOver = isEmpty;
        else if (isEmpty) cut(at + 1);
      }
      if (from === piece.length) return;
      raw.push(Buffer.from(piece.subarray(from)));
      size += piece.length - from;
      if (size <= mostEvent) return;
      isLarge = true;
      size = 0;
      onLarge(Buffer.concat(raw.splice(0)));
    },
    end: flush,
  };
}

/** @param {Buffer} event */
const dataIn = (event) =>
  event
    .toString('utf8')
    .split(/\r\n|\n|\r/)
    .flatMap((line) => (line.startsWith('data:') ? [line.slice(5).replace(/^ /, '')] : []))
    .join('\n');

/**
 * What an event says of tokens, of whichever form it is.
 * @param {string} data
 * @returns {{ usage?: unknown, isLast: boolean, isExtra: boolean }}
 */
function readEvent(data) {
  if (!data.includes('"usage"')) return { isLast: false, isExtra: false };
  try {
    const { type, usage, choices, message, response } = JSON.parse(data);
    // The beginning of a message tells what went in, and its end what came out.
    if (type === 'message_start') return { usage: message?.usage, isLast: false, isExtra: false };
    const told = usage ?? response?.usage;
    const isTold = typeof told === 'object' && told !== null;
    return { usage: told, isLast: isTold, isExtra: isTold && Array.isArray(choices) && choices.length === 0 };
  } catch {
    return { isLast: false, isExtra: false };
  }
}

/** @param {IncomingMessage} answer @returns {{ write(piece: Buffer): void, end(): void } | undefined} */
function decoderOf(answer, /** @type {(piece: Buffer) => void} */ onPiece, /** @type {() => void} */ onEnd) {
  const encoding = String(answer.headers['content-encoding'] ?? 'identity')
    .trim()
    .toLowerCase();
  if (encoding === 'identity') {
    let isOver = false;
    const end = () => {
      if (!isOver) onEnd();
      isOver = true;
    };
    return { write: onPiece, end };
  }
  if (!['gzip', 'x-gzip', 'deflate', 'br'].includes(encoding)) return undefined;
  const decoder = encoding === 'br' ? createBrotliDecompress() : createUnzip();
  let isOver = false;
  let isEnding = false;
  /** @type {() => void} */
  let settle = () => {};
  const end = () => {
    if (!isOver) onEnd();
    isOver = true;
    settle();
  };
  decoder.on('data', onPiece).on('end', end).on('error', end).on('close', end);
  return {
    write: (piece) => void decoder.write(piece),
    end: () => {
      if (isEnding) return;
      isEnding = true;
      decoder.end();
      // Who asks for a call meanwhile is asked for after this one is counted.
      if (!isOver)
        before = Promise.all([before, new Promise((done) => (settle = () => done(undefined)))]).then(() => {});
    },
  };
}

/**
 * @param {IncomingMessage} answer
 * @param {Exchange} exchange
 * @returns {Watch | undefined}
 */
function watch(answer, exchange) {
  if (!isCall(exchange)) return undefined;
  const status = answer.statusCode ?? 0;
  // What was refused took nothing, unless it says so.
  const isMade = status >= 200 && status < 300;
  const tally = createTally();
  let isMeasured = false;
  let isTold = false;
  const done = () => {
    if (isTold) return;
    isTold = true;
    report({ tokens: tally.total(), unmeasured: isMade && !isMeasured });
  };
  if (!/^text\/event-stream\b/i.test(answer.headers['content-type'] ?? '')) {
    const scanner = createScanner();
    const copy = decoderOf(
      answer,
      (piece) => scanner.push(piece.toString('latin1')),
      () => {
        isMeasured = tally.add(scanner.found());
        done();
      },
    );
    return { see: (piece) => copy?.write(piece), end: () => (copy ? copy.end() : done()) };
  }
  /** @param {string} data */
  const read = (data) => {
    const { usage, isLast, isExtra } = readEvent(data);
    if (tally.add(usage) && isLast) isMeasured = true;
    return isExtra;
  };
  if (!hiding.has(exchange) || answer.headers['content-encoding'] !== undefined) {
    const events = createEvents(read, () => {});
    const copy = decoderOf(answer, events.push, () => {
      events.end();
      done();
    });
    return { see: (piece) => copy?.write(piece), end: () => (copy ? copy.end() : done()) };
  }
  /** @type {Buffer[]} */
  let out = [];
  const events = createEvents(
    (data, raw) => {
      if (!read(data)) out.push(raw);
    },
    (raw) => out.push(raw),
  );
  const taken = () => {
    const bytes = out.length === 0 ? undefined : Buffer.concat(out);
    out = [];
    return bytes;
  };
  return {
    see: () => {},
    rewriter: {
      push: (piece) => {
        events.push(piece);
        return taken();
      },
      end: () => {
        events.end();
        return taken();
      },
    },
    end: () => {
      events.end();
      done();
    },
  };
}

startProxy({ upgrade: 'refuse', admit, hold, watch });
