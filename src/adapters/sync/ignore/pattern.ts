/** Patterns of paths in bytes, of globs and of git alike, as a snapshot uses them: data that goes to another thread. */

/** Of one name. Characters are bytes, or, with `text`, whole characters of UTF-8. */
export type NamePattern =
  | { readonly kind: 'literal'; readonly text: string }
  /** `*` and then this. */
  | { readonly kind: 'suffix'; readonly text: string }
  | { readonly kind: 'tokens'; readonly tokens: readonly Token[]; readonly text: boolean };

/** A literal character; one of a set of bytes; any one; any number. */
export type Token = string | { readonly set: Uint8Array } | 'one' | 'many';

/** `**` stands for any number of names. */
export type Segments = readonly ('**' | NamePattern)[];

/** Where in its segments each pattern may stand after the names of a folder. */
export interface Place {
  readonly segments: Segments;
  readonly at: readonly number[];
}

export interface Patterns {
  readonly start: (segments: Segments) => Place;
  /** After one more name; undefined where the pattern matches nothing there and below. */
  readonly step: (place: Place, name: string) => Place | undefined;
  /** Whether it matches the path of these names. */
  readonly isEnd: (place: Place) => boolean;
  readonly matchesName: (pattern: NamePattern, name: string) => boolean;
}

/** It runs as text in every thread (see scan/program.ts), and calls nothing else. No regular expression: time is that of pattern times name. */
export function patterns(): Patterns {
  function closed(segments: Segments, first: readonly number[]): readonly number[] {
    const at = new Set(first);
    // A set is walked with what is added meanwhile.
    for (const one of at) if (segments[one] === '**') at.add(one + 1);
    return [...at];
  }

  function step({ segments, at }: Place, name: string): Place | undefined {
    const next: number[] = [];
    for (const one of at) {
      const segment = segments[one];
      if (segment === '**') next.push(one);
      else if (segment !== undefined && matchesName(segment, name)) next.push(one + 1);
    }
    return next.length === 0 ? undefined : { segments, at: closed(segments, next) };
  }

  function matchesName(pattern: NamePattern, name: string): boolean {
    if (pattern.kind === 'literal') return pattern.text === name;
    if (pattern.kind === 'suffix') return name.endsWith(pattern.text);
    // Only ASCII is one byte a character.
    const isPlain = !pattern.text || !/[\x80-\xff]/.test(name);
    return matchesTokens(pattern.tokens, isPlain ? name : charactersOf(name));
  }

  /** After a mismatch, only the last `*` has to take one more. */
  function matchesTokens(tokens: readonly Token[], name: ArrayLike<string>): boolean {
    let p = 0;
    let star = -1;
    let from = 0;
    for (let t = 0; t < name.length; ) {
      const token = tokens[p];
      if (token === 'many') {
        star = ++p;
        from = t;
      } else if (token !== undefined && fits(token, name[t] as string)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star;
        t = ++from;
      } else return false;
    }
    while (tokens[p] === 'many') p++;
    return p === tokens.length;
  }

  function fits(token: Token, character: string): boolean {
    if (token === 'one') return true;
    return typeof token === 'object' ? token.set[character.charCodeAt(0)] === 1 : token === character;
  }

  /** Sequences of UTF-8, and bytes that begin none. */
  function charactersOf(name: string): readonly string[] {
    return name.match(/[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\s\S]/g) ?? [];
  }

  return {
    start: (segments) => ({ segments, at: closed(segments, [0]) }),
    step,
    isEnd: ({ segments, at }) => at.includes(segments.length),
    matchesName,
  };
}
