import { cutText } from '../base/cut.ts';
import type { Location, Range } from '../base/span.ts';
import type { Diagnostic, Related, Severity } from './diagnostic.ts';
import type { Fix } from './fix.ts';

export interface Place {
  readonly at?: Location | undefined;
  readonly focus?: Range | undefined;
  readonly label?: string | undefined;
  readonly conceals?: readonly Range[] | undefined;
  readonly related?: readonly Related[] | undefined;
  readonly help?: string | undefined;
  readonly fixes?: readonly Fix[] | undefined;
}

export interface Definition<A> {
  readonly code: string;
  readonly aliases: readonly string[];
  readonly severity: Severity;
  readonly title: string;
  (args: A, place: Place): Diagnostic;
}

export interface DefinitionSpec<A> {
  readonly severity: Severity;
  /** One line for lists and for SARIF's rule table. */
  readonly title: string;
  /** The reference implementation's code for the same fault. */
  readonly aliases?: readonly string[];
  readonly message: (args: A) => string;
  readonly help?: string | ((args: A) => string | undefined);
}

/** A name may be megabytes long, and may be told of at thousands of places. */
const longestQuote = 1000;
const longestText = 10_000;

/** Texts in backticks are cut where no person would read on, and so is the whole. */
function readable(text: string): string {
  if (text.length <= longestQuote) return text;
  const short = text.replace(/`[^`]*`/g, (quoted) =>
    quoted.length > longestQuote ? `${cutText(quoted, longestQuote)}\`` : quoted,
  );
  return cutText(short, longestText);
}

const readableRelated = (related: readonly Related[]): readonly Related[] =>
  related.some(({ message }) => message.length > longestQuote)
    ? related.map(({ message, at }) => ({ message: readable(message), at }))
    : related;

/** Declares one diagnostic; calling the result builds it. */
export function define<A>(code: string, spec: DefinitionSpec<A>): Definition<A> {
  const aliases = spec.aliases ?? [];
  const build = (args: A, place: Place): Diagnostic => {
    const help = place.help ?? (typeof spec.help === 'function' ? spec.help(args) : spec.help);
    return {
      code,
      aliases,
      severity: spec.severity,
      message: readable(spec.message(args)),
      ...(place.label === undefined ? {} : { label: readable(place.label) }),
      ...(place.at === undefined ? {} : { at: place.at }),
      ...(place.focus === undefined ? {} : { focus: place.focus }),
      ...(place.conceals === undefined ? {} : { conceals: place.conceals }),
      related: readableRelated(place.related ?? []),
      ...(help === undefined ? {} : { help: readable(help) }),
      ...(place.fixes === undefined ? {} : { fixes: place.fixes }),
    };
  };
  return Object.assign(build, { code, aliases, severity: spec.severity, title: spec.title });
}
