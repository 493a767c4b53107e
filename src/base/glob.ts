/**
 * Globs over paths with `/`: `*` and `?` inside one name, `**` as a whole name for any number of them, `{a,b}`, and `\` before a
 * special character that is meant as it is. What matches a folder matches everything in it. Case counts. No regular expressions:
 * matching takes time in the order of pattern times path.
 */
export interface Glob {
  /** Each a list of names; one of them has to match. */
  readonly alternatives: readonly (readonly Name[])[];
}

/** A literal character, any one, or any number of them; `**` stands for whole names. */
type Name = '**' | readonly Piece[];
type Piece = { readonly char: string } | 'one' | 'many';

/** The fault is told in words that follow "`x` is not a glob: ". */
export type GlobResult = { readonly glob: Glob } | { readonly fault: string };

const maxAlternatives = 256;

export function parseGlob(text: string): GlobResult {
  const read = tokens(text);
  if (typeof read === 'string') return { fault: read };
  let open: Token[][] = [[]];
  for (let i = 0; i < read.length; i++) {
    if (read[i] !== '{') {
      for (const alternative of open) alternative.push(read[i] as Token);
      continue;
    }
    const end = read.indexOf('}', i);
    if (end < 0) return { fault: 'a brace is not closed' };
    const inside = read.slice(i + 1, end);
    if (inside.includes('{')) return { fault: 'there are braces within braces' };
    const choices = split(inside, ',');
    if (choices.length * open.length > maxAlternatives)
      return { fault: `its braces stand for more than ${maxAlternatives} patterns` };
    open = open.flatMap((before) => choices.map((choice) => [...before, ...choice]));
    i = end;
  }
  const alternatives: Name[][] = [];
  for (const alternative of open) {
    const names = split(alternative, '/').map(nameOf);
    const fault = names.map(faultOf).find((found) => found !== undefined);
    if (fault !== undefined) return { fault };
    alternatives.push(names);
  }
  return { glob: { alternatives } };
}

/** Special characters as themselves; what is meant as it is as an object. */
type Token = { readonly char: string } | '*' | '?' | '{' | '}' | ',' | '/';

function tokens(text: string): readonly Token[] | string {
  const out: Token[] = [];
  let depth = 0;
  const characters = [...text];
  for (let i = 0; i < characters.length; i++) {
    const c = characters[i] as string;
    if (c === '\\') {
      const next = characters[++i] ?? '';
      if (!'*?{}[]!,\\'.includes(next) || next === '')
        return '`\\` stands only before a special character; folders are parted by `/`';
      out.push({ char: next });
      continue;
    }
    if (c === '[' || c === ']')
      return 'brackets have no meaning here; write the choices as `{a,b}`, or `\\[` for the character';
    if (c === '{') depth++;
    if (c === '}' && --depth < 0) return 'a brace is closed that was not opened; write `\\}` for the character';
    out.push(
      c === '*' || c === '?' || c === '{' || c === '}' || c === '/' || (c === ',' && depth > 0) ? c : { char: c },
    );
  }
  return out;
}

function split(list: readonly Token[], at: Token): Token[][] {
  const parts: Token[][] = [[]];
  for (const token of list) {
    if (token === at) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

function nameOf(list: readonly Token[]): Name {
  if (list.length === 2 && list[0] === '*' && list[1] === '*') return '**';
  return list.flatMap((token, i): Piece[] => {
    if (token === '*') return list[i - 1] === '*' ? [] : ['many'];
    return token === '?' ? ['one'] : typeof token === 'object' ? [token] : [];
  });
}

function faultOf(name: Name): string | undefined {
  if (name === '**') return undefined;
  if (name.length === 0) return 'a name between two `/` is empty, or the pattern begins or ends with `/`';
  const plain = name.map((piece) => (typeof piece === 'object' ? piece.char : '*')).join('');
  return plain === '.' || plain === '..'
    ? `\`${plain}\` cannot stand in it, since paths begin in the folder of the settings`
    : undefined;
}

/** Also true when a folder around `path` matches. */
export function matchesGlob({ alternatives }: Glob, path: string): boolean {
  const names = path.split('/').map((name) => [...name]);
  return alternatives.some((pattern) => matches([...pattern, '**'], names, '**', matchesName));
}

const matchesName = (piece: Name, name: readonly string[]): boolean =>
  piece !== '**' && matches(piece, name, 'many', (one, char) => one === 'one' || (one !== 'many' && one.char === char));

/** After a mismatch, only the last `star` has to take one more. */
function matches<P, T>(
  pattern: readonly P[],
  text: readonly T[],
  star: P,
  fits: (piece: P, item: T) => boolean,
): boolean {
  let p = 0;
  let back: { readonly p: number; t: number } | undefined;
  for (let t = 0; t < text.length; ) {
    const piece = pattern[p];
    if (p < pattern.length && piece === star) back = { p: ++p, t };
    else if (p < pattern.length && fits(piece as P, text[t] as T)) {
      p++;
      t++;
    } else if (back) {
      t = ++back.t;
      p = back.p;
    } else return false;
  }
  while (p < pattern.length && pattern[p] === star) p++;
  return p === pattern.length;
}
