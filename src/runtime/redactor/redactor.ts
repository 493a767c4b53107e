/** Takes the values of secrets out of text, whatever form they have there. */
import { type Automaton, buildAutomaton } from './automaton.ts';
import { formsOf, shortest } from './forms.ts';
import { scan } from './scan.ts';

const mark = '[secret]';

export interface Redactor {
  /**
   * Looks for these values as well, in all that is looked through from now on, streams that are open included. To be called with what
   * a process is about to be given, before it starts. What is known already costs nothing; else the next text that is looked through
   * waits until all the forms of all the values are laid out anew: some 30 ms for 100 values.
   */
  readonly add: (values: readonly string[]) => void;
  /** A text as a whole. The very same one where nothing is in it. O(its length). */
  readonly redact: (text: string) => string;
  /** A text in pieces. */
  readonly stream: () => RedactedStream;
  /** How many of the values are too short to be looked for. */
  readonly tooShort: number;
}

export interface RedactedStream {
  /** What can be told by now: less than the longest form is kept back, and only where one may have begun. */
  readonly write: (piece: string) => string;
  /** The rest. */
  readonly end: () => string;
}

/** One for a run: all that it tells goes through it. */
export function createRedactor(values: readonly string[] = []): Redactor {
  const known = new Set<string>();
  const forms = new Set<string>();
  let tooShort = 0;
  let laidOut = 0;
  let automaton = buildAutomaton([]);
  /** Laid out only when there is something to look through: values often come one by one. */
  const current = (): Automaton => {
    if (laidOut < forms.size) {
      automaton = buildAutomaton([...forms]);
      laidOut = forms.size;
    }
    return automaton;
  };
  const add = (more: readonly string[]): void => {
    for (const value of new Set(more)) {
      if (known.has(value)) continue;
      known.add(value);
      if (value.length < shortest) tooShort++;
      else for (const form of formsOf(value)) forms.add(form);
    }
  };
  add(values);

  const redact = (text: string): string => {
    const spans: Span[] = [];
    scan(current(), text, 0, 0, (start, end) => join(spans, start, end));
    if (spans.length === 0) return text;
    let out = '';
    let told = 0;
    for (const { start, end } of spans) {
      out += text.slice(told, start) + mark;
      told = end;
    }
    return out + text.slice(told);
  };

  const stream = (): RedactedStream => {
    let by = current();
    /** Read, and not told yet: a form may have begun in it. */
    let kept = '';
    let state = 0;
    /** In `kept`, in order. */
    let spans: Span[] = [];
    /** Of `kept`, the first characters belong to something for which the mark has been told. */
    let hidden = 0;
    const found = (start: number, end: number): void => join(spans, start, end);
    const tellTo = (text: string, cut: number): string => {
      let out = '';
      let told = hidden;
      const open: Span[] = [];
      for (const { start, end } of spans) {
        if (start >= cut) open.push({ start: start - cut, end: end - cut });
        else {
          // What overlaps with something that was told has its mark already.
          if (start >= told) out += text.slice(told, start) + mark;
          told = Math.max(told, end);
        }
      }
      if (told < cut) out += text.slice(told, cut);
      spans = open;
      hidden = Math.max(0, told - cut);
      kept = text.slice(cut);
      return out;
    };
    return {
      write: (piece) => {
        if (by !== current()) {
          by = current();
          state = scan(by, kept, 0, 0, found);
        }
        const text = kept + piece;
        state = scan(by, text, kept.length, state, found);
        return tellTo(text, text.length - (by.depths[state] as number));
      },
      end: () => {
        const rest = tellTo(kept, kept.length);
        state = 0;
        return rest;
      },
    };
  };

  return {
    add,
    redact,
    stream,
    get tooShort() {
      return tooShort;
    },
  };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** They are found in the order of their ends; what overlaps becomes one. */
function join(spans: Span[], from: number, end: number): void {
  let start = from;
  for (let last = spans.at(-1); last && last.end > start; last = spans.at(-1)) {
    start = Math.min(start, last.start);
    spans.pop();
  }
  spans.push({ start, end });
}
