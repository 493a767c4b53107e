/** Marks stand in texts for what is put there last, so that it can be told from everything around it. */

/** Nobody's business but ours, and free of meaning; there are 6,400 of them. */
const FIRST = 0xe000;
const LAST = 0xf8ff;

/** A character that is in none of the texts: no mark can then be forged, nor come about by chance. */
export function freeMark(texts: readonly string[]): string {
  for (let code = FIRST; code <= LAST; code++) {
    const mark = String.fromCharCode(code);
    if (!texts.some((text) => text.includes(mark))) return mark;
  }
  throw new RangeError('the plan uses every character of the private use area');
}

export interface Marks<T> {
  readonly add: (meant: T) => string;
  readonly isIn: (text: string) => boolean;
  /** Literal texts, and what is meant by the marks between them. */
  readonly split: (text: string) => readonly (string | { readonly meant: T })[];
}

export function createMarks<T>(mark: string): Marks<T> {
  const all: T[] = [];
  return {
    add: (meant) => `${mark}${all.push(meant) - 1}${mark}`,
    isIn: (text) => text.includes(mark),
    split: (text) => {
      if (!text.includes(mark)) return text === '' ? [] : [text];
      const parts: (string | { readonly meant: T })[] = [];
      // Texts at even places, numbers of marks at odd ones.
      for (const [index, part] of text.split(mark).entries())
        if (index % 2 === 1) parts.push({ meant: all[Number(part)] as T });
        else if (part !== '') parts.push(part);
      return parts;
    },
  };
}
