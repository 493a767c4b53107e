/** What to say of a name that a component does not have. A scenario may misspell as many names as it has bindings. */
import { cutText } from '../../base/cut.ts';
import { suggest } from '../../base/suggest.ts';
import type { Sink } from '../../diagnostics/sink.ts';

type Names = ReadonlyMap<string, unknown>;

/** Searches of many names that were made for a sink: each looks at every name. */
const searches = new WeakMap<Sink, number>();
const few = 100;
const maxSearches = 100;

/** The name that was probably meant. */
export function nearestName(wanted: string, names: Names, sink: Sink): string | undefined {
  if (names.size > few) {
    const made = searches.get(sink) ?? 0;
    if (made >= maxSearches) return undefined;
    searches.set(sink, made + 1);
  }
  return suggest(wanted, names.keys());
}

const maxListed = 8;

/** In backticks; the first of many. */
export function listNames(names: Names): string {
  const shown: string[] = [];
  for (const name of names.keys()) {
    if (shown.length === maxListed) {
      shown.push(`${names.size - maxListed} more`);
      break;
    }
    shown.push(`\`${cutText(name, 60)}\``);
  }
  return shown.join(', ');
}
