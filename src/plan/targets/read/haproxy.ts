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
    const words = wordsOf(whole, variables);
    const [word = '', ...rest] = words;
    if (word === '') continue;
    const current = listeners.at(-1);
    if (!/^\s/.test(whole)) {
      section = word;
      if (word === 'listen') listeners.push({ key: '', binds: [], servers: [] });
      else if (word !== 'global' && word !== 'defaults') throw unknown(index, word);
    } else if (section !== 'listen') {
      if (!harmless.test(words.join(' '))) throw unknown(index, word);
    } else if (current && word === 'description') current.key = rest.join(' ');
    else if (current && word === 'bind' && rest.length === 1) current.binds.push(rest[0] as string);
    else if (
      current &&
      word === 'server' &&
      (rest.length === 2 || rest.slice(2).join(' ') === 'init-addr last,libc,none')
    )
      current.servers.push(rest[1] as string);
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
    const rest = line.slice(at);
    const [single] = /^'[^']*'/.exec(rest) ?? [];
    const [double] = /^"[^"]*"/.exec(rest) ?? [];
    if (single !== undefined) word = (word ?? '') + single.slice(1, -1);
    else if (double !== undefined)
      word =
        (word ?? '') + double.slice(1, -1).replace(/\$\{(\w+)\}/g, (whole, name: string) => variables[name] ?? whole);
    else if (rest.startsWith('\\') && rest.length > 1) word = (word ?? '') + rest[1];
    else if (/^\s/.test(rest)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (rest.startsWith('#')) break;
    else word = (word ?? '') + rest[0];
    at += single?.length ?? double?.length ?? (rest.startsWith('\\') && rest.length > 1 ? 2 : 1);
  }
  if (word !== undefined) words.push(word);
  return words;
}
