/**
 * Patterns of resources: `*` for any characters, `/` among them, `?` for one, and `{a,b}` for one of several; everything else means
 * itself. Resources are no paths, so no character parts them. O(pattern × resource).
 */

export type Pattern = readonly string[];
export type PatternResult = { readonly alternatives: readonly Pattern[] } | { readonly fault: string };

const mostAlternatives = 64;

/** The fault is told in words that follow "`x` is not a pattern: ". */
export function parsePattern(text: string): PatternResult {
  if (text === '') return { fault: 'it is empty' };
  let open: string[][] = [[]];
  const characters = [...text];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] as string;
    if (character === '}') return { fault: 'a brace is closed that was not opened' };
    if (character !== '{') {
      if (character !== '*' || characters[i - 1] !== '*') for (const one of open) one.push(character);
      continue;
    }
    const end = characters.indexOf('}', i);
    if (end < 0) return { fault: 'a brace is not closed' };
    const inside = characters.slice(i + 1, end).join('');
    if (inside.includes('{')) return { fault: 'there are braces within braces' };
    const choices = inside.split(',');
    if (choices.includes('')) return { fault: 'one of the choices in its braces is empty' };
    if (choices.length * open.length > mostAlternatives)
      return { fault: `its braces stand for more than ${mostAlternatives} patterns` };
    open = open.flatMap((before) => choices.map((choice) => [...before, ...choice]));
    i = end;
  }
  return { alternatives: open };
}

/** A pattern that cannot be read matches nothing. */
export function matchesResource(pattern: string, resource: string): boolean {
  const read = parsePattern(pattern);
  return 'alternatives' in read && read.alternatives.some((one) => matches(one, [...resource]));
}

/** Whether everything that `inner` matches is matched by `outer`; false where that cannot be seen. */
export function coversPattern(outer: string, inner: string): boolean {
  if (outer === inner) return true;
  const [wide, narrow] = [parsePattern(outer), parsePattern(inner)];
  if (!('alternatives' in wide) || !('alternatives' in narrow)) return false;
  // A star of the inner one is matched by a star alone: as a character of its own it is neither a literal nor a `?`.
  return narrow.alternatives.every((one) => wide.alternatives.some((other) => matches(other, one, true)));
}

function matches(pattern: Pattern, text: readonly string[], isPattern = false): boolean {
  const fits = (piece: string | undefined, character: string | undefined): boolean =>
    piece !== undefined && (piece === '?' ? !(isPattern && character === '*') : piece === character && piece !== '*');
  let p = 0;
  let back: { readonly p: number; t: number } | undefined;
  for (let t = 0; t < text.length; ) {
    if (pattern[p] === '*') back = { p: ++p, t };
    else if (fits(pattern[p], text[t])) {
      p++;
      t++;
    } else if (back) {
      t = ++back.t;
      p = back.p;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
