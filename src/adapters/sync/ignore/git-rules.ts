/** What a `.gitignore` says: the rules of gitignore(5), read as git reads them, in bytes. */
import type { NamePattern, Segments, Token } from './pattern.ts';

/** The last rule that matches a path counts. */
export interface GitRules {
  readonly isNegated: readonly boolean[];
  /** Of folders alone. */
  readonly isOfFolders: readonly boolean[];
  /** Of a name at any depth: indexes by the literal name, the last first. */
  readonly literals: ReadonlyMap<string, readonly number[]>;
  readonly names: readonly (readonly [rule: number, pattern: NamePattern])[];
  /** Of a path from the folder of the file. */
  readonly paths: readonly (readonly [rule: number, segments: Segments])[];
}

/** It runs as text in every thread (see scan/program.ts), and calls nothing else. `text` is latin1: a character is a byte. */
export function readGitRules(text: string): GitRules {
  const isNegated: boolean[] = [];
  const isOfFolders: boolean[] = [];
  const literals = new Map<string, number[]>();
  const names: [number, NamePattern][] = [];
  const paths: [number, Segments][] = [];

  for (const line of text.replace(/^\xef\xbb\xbf/, '').split('\n')) {
    if (line.startsWith('#')) continue;
    // The system's own texts end where a byte 0 is.
    let pattern = withoutSpaces(line.replace(/\r$/, '').split('\0')[0] as string);
    const negated = pattern.startsWith('!');
    if (negated) pattern = pattern.slice(1);
    const ofFolders = pattern.endsWith('/');
    if (ofFolders) pattern = pattern.slice(0, -1);
    if (pattern === '') continue;
    const rule = isNegated.length;
    if (!add(rule, pattern)) continue;
    isNegated.push(negated);
    isOfFolders.push(ofFolders);
  }
  return { isNegated, isOfFolders, literals, names, paths };

  function add(rule: number, pattern: string): boolean {
    if (!pattern.includes('/')) {
      const name = /[*?[\\]/.test(pattern) ? nameOf(tokensOf(pattern)) : literal(pattern);
      if (name === undefined) return false;
      if (name.kind === 'literal') literals.set(name.text, [rule, ...(literals.get(name.text) ?? [])]);
      else names.push([rule, name]);
      return true;
    }
    const segments = segmentsOf(pattern.startsWith('/') ? pattern.slice(1) : pattern);
    if (segments) paths.push([rule, segments]);
    return segments !== undefined;
  }

  function segmentsOf(pattern: string): Segments | undefined {
    const tokens = tokensOf(pattern);
    if (!tokens) return undefined;
    const out: ('**' | NamePattern)[] = [];
    let from = 0;
    for (let to = 0; to <= tokens.length; to++) {
      if (to < tokens.length && tokens[to] !== '/') continue;
      const part = tokens.slice(from, to);
      from = to + 1;
      // Two stars or more, as a whole name.
      const isAny = part.length > 1 && part.every((token) => token === 'many');
      const name = isAny ? '**' : nameOf(part);
      if (name === undefined) return undefined;
      out.push(name);
    }
    // At the end it stands for what is in a folder, not for the folder.
    if (out.at(-1) === '**') out.splice(-1, 1, { kind: 'suffix', text: '' }, '**');
    return out;
  }

  /** Undefined for what matches no name at all. */
  function nameOf(tokens: readonly Token[] | undefined): NamePattern | undefined {
    if (!tokens || tokens.length === 0) return undefined;
    const rest = tokens.slice(1);
    if (tokens.every(isLiteral)) return literal(tokens.join(''));
    if (tokens[0] === 'many' && rest.every(isLiteral)) return { kind: 'suffix', text: rest.join('') };
    return { kind: 'tokens', tokens, text: false };
  }

  function isLiteral(token: Token): boolean {
    return typeof token === 'string' && token.length === 1;
  }

  function literal(name: string): NamePattern {
    return { kind: 'literal', text: name };
  }

  /** Undefined where it is not well formed: such a pattern matches nothing. */
  function tokensOf(pattern: string): readonly Token[] | undefined {
    const tokens: Token[] = [];
    for (let i = 0; i < pattern.length; i++) {
      const c = pattern[i] as string;
      if (c === '*') tokens.push('many');
      else if (c === '?') tokens.push('one');
      else if (c === '\\') {
        const next = pattern[++i];
        if (next === undefined) return undefined;
        tokens.push(next);
      } else if (c === '[') {
        const read = setOf(pattern, i + 1);
        if (!read) return undefined;
        tokens.push({ set: read.set });
        i = read.end;
      } else tokens.push(c);
    }
    return tokens;
  }

  /** What stands between brackets. `end` is where the closing one is. */
  function setOf(pattern: string, from: number): { set: Uint8Array; end: number } | undefined {
    const set = new Uint8Array(256);
    let i = from;
    const not = pattern[i] === '!' || pattern[i] === '^';
    if (not) i++;
    let last = -1;
    for (let isFirst = true; ; isFirst = false, i++) {
      let c = pattern[i];
      if (c === undefined) return undefined;
      if (c === ']' && !isFirst) break;
      if (c === '-' && last >= 0 && pattern[i + 1] !== undefined && pattern[i + 1] !== ']') {
        let to = pattern[++i] as string;
        if (to === '\\') {
          const next = pattern[++i];
          if (next === undefined) return undefined;
          to = next;
        }
        for (let code = last; code <= to.charCodeAt(0); code++) set[code] = 1;
        last = -1;
        continue;
      }
      if (c === '[' && pattern[i + 1] === ':') {
        const end = pattern.indexOf(']', i + 2);
        if (end < 0) return undefined;
        if (end > i + 2 && pattern[end - 1] === ':') {
          if (!addClass(set, pattern.slice(i + 2, end - 1))) return undefined;
          i = end;
          last = -1;
          continue;
        }
        // No class: a bracket like any other character.
      }
      if (c === '\\') {
        c = pattern[++i];
        if (c === undefined) return undefined;
      }
      last = c.charCodeAt(0);
      set[last] = 1;
    }
    if (not) for (let code = 0; code < 256; code++) set[code] = set[code] === 1 ? 0 : 1;
    return { set, end: i };
  }

  function addClass(set: Uint8Array, name: string): boolean {
    const classes: Readonly<Record<string, RegExp>> = {
      alnum: /[0-9A-Za-z]/,
      alpha: /[A-Za-z]/,
      blank: /[ \t]/,
      cntrl: /[\x00-\x1f\x7f]/,
      digit: /[0-9]/,
      graph: /[!-~]/,
      lower: /[a-z]/,
      print: /[ -~]/,
      punct: /[!-/:-@[-`{-~]/,
      space: /[\t-\r ]/,
      upper: /[A-Z]/,
      xdigit: /[0-9A-Fa-f]/,
    };
    const found = Object.hasOwn(classes, name) ? classes[name] : undefined;
    if (!found) return false;
    for (let code = 0; code < 256; code++) if (found.test(String.fromCharCode(code))) set[code] = 1;
    return true;
  }

  /** At the end of a line, unless a backslash stands before them. */
  function withoutSpaces(line: string): string {
    let end = 0;
    for (let i = 0; i < line.length; i++) {
      if (line[i] === '\\') {
        end = Math.min(i + 2, line.length);
        i++;
      } else if (line[i] !== ' ') end = i + 1;
    }
    return line.slice(0, end);
  }
}
