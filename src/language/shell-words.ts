export type ShellWords =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly message: string };

/**
 * Splits a command as a POSIX shell would, without expansion: single quotes are literal, a backslash in double quotes escapes only
 * `$`, `` ` ``, `"`, `\` and a line end, a `#` at the start of a word begins a comment. O(length).
 */
export function splitShellWords(text: string): ShellWords {
  const words: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c === ' ' || c === '\t' || c === '\n') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (c === '#' && word === undefined) {
      const end = text.indexOf('\n', i);
      i = end < 0 ? text.length : end;
    } else if (c === "'") {
      const end = text.indexOf("'", i + 1);
      if (end < 0) return { ok: false, message: 'a single quote is not closed' };
      word = (word ?? '') + text.slice(i + 1, end);
      i = end;
    } else if (c === '"') {
      const quoted = doubleQuoted(text, i + 1);
      if (!quoted) return { ok: false, message: 'a double quote is not closed' };
      word = (word ?? '') + quoted.text;
      i = quoted.end;
    } else if (c === '\\') {
      const next = text[++i];
      if (next === undefined) return { ok: false, message: 'a backslash stands at the end' };
      word = (word ?? '') + (next === '\n' ? '' : next);
    } else word = (word ?? '') + c;
  }
  if (word !== undefined) words.push(word);
  return { ok: true, words };
}

function doubleQuoted(text: string, start: number): { readonly text: string; readonly end: number } | undefined {
  let out = '';
  for (let i = start; i < text.length; i++) {
    const c = text[i] as string;
    if (c === '"') return { text: out, end: i };
    const next = text[i + 1];
    if (c === '\\' && next !== undefined && '$`"\\\n'.includes(next)) {
      if (next !== '\n') out += next;
      i++;
    } else out += c;
  }
  return undefined;
}
