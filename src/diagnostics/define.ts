import type { Location } from '../base/span.ts';
import type { Diagnostic, Related, Severity } from './diagnostic.ts';
import type { Fix } from './fix.ts';

export interface Place {
  readonly at?: Location | undefined;
  readonly label?: string | undefined;
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

/** Declares one diagnostic; calling the result builds it. */
export function define<A>(code: string, spec: DefinitionSpec<A>): Definition<A> {
  const aliases = spec.aliases ?? [];
  const build = (args: A, place: Place): Diagnostic => {
    const help = place.help ?? (typeof spec.help === 'function' ? spec.help(args) : spec.help);
    return {
      code,
      aliases,
      severity: spec.severity,
      message: spec.message(args),
      ...(place.label === undefined ? {} : { label: place.label }),
      ...(place.at === undefined ? {} : { at: place.at }),
      related: place.related ?? [],
      ...(help === undefined ? {} : { help }),
      ...(place.fixes === undefined ? {} : { fixes: place.fixes }),
    };
  };
  return Object.assign(build, { code, aliases, severity: spec.severity, title: spec.title });
}
