// @ts-check
/** A redactor on one edge: every request and every answer goes on with each term replaced, wherever a network cut it. */
import { startProxy } from '../lib/proxy.mjs';

/** @type {{ mark: string, decode: boolean, upgrade: 'pass' | 'refuse' }} */
const settings = JSON.parse(process.env['SETTINGS'] ?? '{}');
/** @type {string[]} */
const terms = JSON.parse(process.env['TERMS'] ?? '[]');
delete process.env['TERMS'];
const mark = Buffer.from(settings.mark);

/** As JSON writes it, with and without letters beyond ASCII; the second form in both cases of its digits. @param {string} term */
function spellings(term) {
  const json = JSON.stringify(term).slice(1, -1);
  /** @param {(code: string) => string} spell */
  const ascii = (spell) =>
    json.replace(/[^\x00-\x7f]/g, (c) => '\\u' + spell(c.charCodeAt(0).toString(16).padStart(4, '0')));
  const url = encodeURIComponent(term);
  const lower = url.replaceAll(/%../g, (code) => code.toLowerCase());
  const urls = [url, lower, url.replaceAll('%20', '+'), lower.replaceAll('%20', '+')];
  return [term, json, json.replaceAll('/', '\\/'), ascii((c) => c), ascii((c) => c.toUpperCase()), ...urls];
}

const needles = [...new Set(terms.filter((term) => term !== '').flatMap(spellings))]
  .map((text) => Buffer.from(text))
  .sort((a, b) => b.length - a.length);
const latin = needles.map((needle) => needle.toString('latin1'));
if (terms.includes('')) console.error('an empty term is never found');

/**
 * Where the end of the bytes may be the beginning of a needle; their length when it is not.
 * @param {Buffer} bytes
 * @param {number} from
 */
function openEnd(bytes, from) {
  let first = bytes.length;
  for (const needle of needles) {
    for (let at = Math.max(from, bytes.length - needle.length + 1); at < first; at++) {
      if (bytes[at] === needle[0] && bytes.compare(needle, 0, bytes.length - at, at) === 0) first = at;
    }
  }
  return first;
}

/**
 * The leftmost needle counts, and of several there the longest. What is left may go on in the next piece.
 * @param {Buffer} bytes
 * @param {boolean} last
 * @param {(piece: Buffer) => void} say
 * @returns {Buffer}
 */
function redactPiece(bytes, last, say) {
  const next = needles.map((needle) => bytes.indexOf(needle));
  let from = 0;
  let end = last ? bytes.length : openEnd(bytes, from);
  for (;;) {
    if (from > end) end = openEnd(bytes, from);
    let at = -1;
    let size = 0;
    for (const [index, needle] of needles.entries()) {
      let place = next[index] ?? -1;
      if (place >= 0 && place < from) {
        place = bytes.indexOf(needle, from);
        next[index] = place;
      }
      if (place >= 0 && (at < 0 || place < at)) {
        at = place;
        size = needle.length;
      }
    }
    if (at < 0 || at >= end) {
      if (end > from) say(bytes.subarray(from, end));
      return bytes.subarray(end);
    }
    if (at > from) say(bytes.subarray(from, at));
    say(mark);
    from = at + size;
  }
}

function redactBody() {
  /** @type {Buffer} */
  let held = Buffer.alloc(0);
  /** @param {Buffer} bytes @param {boolean} last */
  const redact = (bytes, last) => {
    /** @type {Buffer[]} */
    const pieces = [];
    const rest = redactPiece(bytes, last, (piece) => pieces.push(piece));
    // A copy: the piece that it is a part of would be kept as a whole.
    held = Buffer.from(rest);
    return pieces.length > 1 ? Buffer.concat(pieces) : pieces[0];
  };
  return {
    /** @param {Buffer} piece */
    push: (piece) => redact(held.length > 0 ? Buffer.concat([held, piece]) : piece, false),
    end: () => redact(held, true),
  };
}

/** Node reads heads as Latin-1, so that no byte is lost. @param {string} text */
function redactLine(text) {
  if (!latin.some((needle) => text.includes(needle))) return text;
  /** @type {Buffer[]} */
  const pieces = [];
  redactPiece(Buffer.from(text, 'latin1'), true, (piece) => pieces.push(piece));
  return Buffer.concat(pieces).toString('latin1');
}

startProxy({
  upgrade: settings.upgrade,
  decode: settings.decode,
  body: redactBody,
  line: redactLine,
  requestHeader: (_, value) => redactLine(value),
  // In a URL the mark has to be spelled, too.
  target: (target) => {
    const redacted = redactLine(target);
    return redacted === target ? target : redacted.replaceAll(settings.mark, encodeURIComponent(settings.mark));
  },
});
