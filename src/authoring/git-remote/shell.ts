/** A text of the shell → the words of its commands, as far as they are known without running it. Reads what `sh`, `bash` and `zsh` share. */
import { hole } from './words.ts';

export interface ShellCommand {
  readonly words: readonly string[];
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
}

export interface ShellText {
  readonly commands: readonly ShellCommand[];
  readonly comments: readonly { readonly start: number; readonly text: string }[];
}

/** What is nested deeper is a hole. */
const deepest = 20;

/** Commands inside of `$(…)` and backquotes come besides the one that they stand in. O(length × nesting). */
export function readShell(text: string): ShellText {
  const { commands, comments } = read(text, 0);
  const git = otherNames(text);
  return {
    comments,
    commands: commands.map((one) =>
      git.has(one.words[0] ?? '') ? { ...one, words: ['git', ...one.words.slice(1)] } : one,
    ),
  };
}

/** Longer names and bodies are no wrappers of one command. */
const longestName = 80;
const longestBody = 2_000;

/** Functions and aliases that hand what they are given to git. O(length): what is looked at around each place is bounded. */
function otherNames(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { index } of text.matchAll(/\(\)\s{0,20}\{/g)) {
    const [, name] = /([A-Za-z_][\w-]*)\s*$/.exec(text.slice(Math.max(0, index - longestName), index)) ?? [];
    const [body = ''] = text.slice(index + 3, index + longestBody).split('}', 1);
    if (name !== undefined && body.split('\n').some((line) => /\bgit\b.*\$[@*]/.test(line))) names.add(name);
  }
  for (const [, name = ''] of text.matchAll(/\balias\s{1,20}([A-Za-z_][\w-]{0,79})=['"]?git['"]?(?=\s|;|$)/g))
    names.add(name);
  return names;
}

function read(text: string, depth: number): ShellText {
  const commands: ShellCommand[] = [];
  const comments: { start: number; text: string }[] = [];
  const known = new Map<string, string>();
  let words: string[] = [];
  let word: string | undefined;
  let start = 0;
  let at = 0;
  const endWord = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const endCommand = (): void => {
    endWord();
    if (words.length > 0) commands.push({ words: given(words, known), start, end: at });
    words = [];
  };
  const add = (more: string): void => {
    if (word === undefined && words.length === 0) start = at;
    word = (word ?? '') + more;
  };
  /** Everything in it is looked at by itself. */
  const nested = (inner: string, from: number): void => {
    const found = depth < deepest ? read(inner, depth + 1) : { commands: [] };
    for (const one of found.commands) commands.push({ words: one.words, start: from + one.start, end: from + one.end });
    add(hole);
  };
  while (at < text.length) {
    const char = text[at] as string;
    if (char === '\\') {
      if (text[at + 1] === '\n') at += 2;
      else {
        add(text[at + 1] ?? '');
        at += 2;
      }
    } else if (char === "'") {
      const close = closing(text, at + 1, "'");
      add(text.slice(at + 1, close));
      at = close + 1;
    } else if (char === '"') {
      const close = closing(text, at + 1, '"');
      add(expanded(text.slice(at + 1, close), known, (inner, from) => nested(inner, at + 1 + from)));
      at = close + 1;
    } else if (char === '$' && text[at + 1] === '(' && text[at + 2] !== '(') {
      const close = closingParenthesis(text, at + 2);
      nested(text.slice(at + 2, close), at + 2);
      at = close + 1;
    } else if (char === '`') {
      const close = closing(text, at + 1, '`');
      nested(text.slice(at + 1, close), at + 1);
      at = close + 1;
    } else if (char === '$') {
      const [whole = '$', braced, plain] =
        /^\$(?:\{([^}]*)\}|([A-Za-z_][A-Za-z0-9_]*|[@*#?0-9!$-]))?/.exec(text.slice(at, at + 200)) ?? [];
      const value = variable(braced ?? plain, known);
      // Unquoted, it may be several words.
      if (value?.includes(' ') && word === undefined) {
        if (words.length === 0) start = at;
        words.push(...value.split(/\s+/).filter((one) => one !== ''));
      } else add(value ?? hole);
      at += whole.length;
    } else if (char === '#' && word === undefined) {
      const end = lineEnd(text, at);
      comments.push({ start: at, text: text.slice(at + 1, end) });
      at = end;
    } else if (/[;&|()\n]/.test(char)) {
      endCommand();
      at++;
    } else if (/\s/.test(char)) {
      endWord();
      at++;
    } else {
      add(char);
      at++;
    }
  }
  endCommand();
  return { commands, comments };
}

/** Assignments before a command are kept for later ones; functions and aliases are looked at where they are written. */
function given(words: readonly string[], known: Map<string, string>): readonly string[] {
  let first = 0;
  for (; first < words.length; first++) {
    const [, name, value] = /^(?:([A-Za-z_][A-Za-z0-9_]*)\+?=)([\s\S]*)$/.exec(words[first] as string) ?? [];
    if (name === undefined || value === undefined) {
      if (/^(export|local|readonly|declare|typeset)$/.test(words[first] as string)) continue;
      break;
    }
    if (value.includes(hole)) known.delete(name);
    else known.set(name, value);
  }
  const rest = words.slice(first);
  // `alias gp='git push'`, `sh -c 'git push'`: the text of a command in one word.
  return rest.flatMap((word) =>
    /\s/.test(word) ? [word, ...word.split(/[\s;&|()=]+/).filter((one) => one !== '')] : [word],
  );
}

function expanded(
  text: string,
  known: ReadonlyMap<string, string>,
  nested: (inner: string, from: number) => void,
): string {
  let out = '';
  for (let at = 0; at < text.length; ) {
    const char = text[at] as string;
    if (char === '\\') {
      out += text[at + 1] ?? '';
      at += 2;
    } else if (char === '$' && text[at + 1] === '(') {
      const close = closingParenthesis(text, at + 2);
      nested(text.slice(at + 2, close), at + 2);
      at = close + 1;
    } else if (char === '$') {
      const [whole = '$', braced, plain] =
        /^\$(?:\{([^}]*)\}|([A-Za-z_][A-Za-z0-9_]*|[@*#?0-9!$-]))?/.exec(text.slice(at, at + 200)) ?? [];
      out += variable(braced ?? plain, known) ?? hole;
      at += whole.length;
    } else {
      out += char;
      at++;
    }
  }
  return out;
}

const variable = (name: string | undefined, known: ReadonlyMap<string, string>): string | undefined =>
  name === undefined ? '$' : known.get(name);

/** Where it closes, or the end of the text. */
function closing(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\' && quote !== "'") at++;
    else if (text[at] === quote) return at;
  }
  return text.length;
}

function closingParenthesis(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') at++;
    else if (char === "'" || char === '"') at = closing(text, at + 1, char);
    else if (char === '(') depth++;
    else if (char === ')' && --depth === 0) return at;
  }
  return text.length;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
