/** The listeners of a HAProxy configuration. What else could make it listen or pass something on is refused. */

export interface Listener {
  /** What its description says. */
  readonly key: string;
  /** As they stand there, with variables filled in. */
  readonly binds: readonly string[];
  readonly servers: readonly string[];
}

/** In front of the sections, and in those that say how, not where to. */
const harmless = /^(?:log (?:stdout|global)\b.*|mode tcp|timeout (?:connect|client|server) \w+|retries \d+)$/;

/** Throws a `SyntaxError` that names the line. */
export function readHaproxy(text: string, variables: Readonly<Record<string, string>>): readonly Listener[] {
  const listeners: { key: string; binds: string[]; servers: string[] }[] = [];
  let section = '';
  for (const [index, whole] of text.split('\n').entries()) {
    if (whole === '') continue;
    const words = wordsOf(whole, variables);
    const word = words[0] ?? '';
    if (word === '') continue;
    const current = listeners.at(-1);
    if (!isSpace(whole.charCodeAt(0))) {
      section = word;
      if (word === 'listen') listeners.push({ key: '', binds: [], servers: [] });
      else if (word !== 'global' && word !== 'defaults') throw unknown(index, word);
    } else if (section !== 'listen') {
      if (!harmless.test(words.join(' '))) throw unknown(index, word);
    } else if (current && word === 'description') current.key = words.slice(1).join(' ');
    else if (current && word === 'bind' && words.length === 2) current.binds.push(words[1] as string);
    else if (
      current &&
      word === 'server' &&
      (words.length === 3 || words.slice(3).join(' ') === 'init-addr last,libc,none')
    )
      current.servers.push(words[2] as string);
    else throw unknown(index, word);
  }
  return listeners;
}

const unknown = (index: number, word: string): SyntaxError =>
  new SyntaxError(`line ${index + 1}: nobody knows what \`${word}\` does there`);

/** Between single quotes everything is itself, between double ones variables are filled in. */
function wordsOf(line: string, variables: Readonly<Record<string, string>>): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; ) {
    const code = line.charCodeAt(at);
    if (isSpace(code)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at++;
      continue;
    }
    if (code === HASH) break;
    const close = code === SINGLE || code === DOUBLE ? line.indexOf(line[at] as string, at + 1) : -1;
    let end = at + 1;
    let piece: string;
    if (close >= 0) {
      end = close + 1;
      const inner = line.slice(at + 1, close);
      piece = code === SINGLE ? inner : filled(inner, variables);
    } else if (code === BACKSLASH && end < line.length) piece = line[end++] as string;
    else {
      while (end < line.length && isOrdinary(line.charCodeAt(end))) end++;
      piece = line.slice(at, end);
    }
    word = word === undefined ? piece : word + piece;
    at = end;
  }
  if (word !== undefined) words.push(word);
  return words;
}

const DOUBLE = 34;
const HASH = 35;
const SINGLE = 39;
const BACKSLASH = 92;

const isSpace = (code: number): boolean =>
  code === 32 || (code >= 9 && code <= 13) || (code > 127 && /\s/.test(String.fromCharCode(code)));

const isOrdinary = (code: number): boolean =>
  code !== DOUBLE && code !== HASH && code !== SINGLE && code !== BACKSLASH && !isSpace(code);

const filled = (text: string, variables: Readonly<Record<string, string>>): string =>
  text.includes('$') ? text.replace(/\$\{(\w+)\}/g, (whole, name: string) => variables[name] ?? whole) : text;
