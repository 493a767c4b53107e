/** What to say of a name that a component does not have. A scenario may misspell as many names as it has bindings. */
import { cutText } from '../../base/cut.ts';
import { suggest } from '../../base/suggest.ts';

type Names = ReadonlyMap<string, unknown>;

const few = 100;
const maxSearches = 100;

/** The name that was probably meant. */
export type Nearest = (wanted: string, names: Names) => string | undefined;

/** For one link: every search looks at every name, so that many names are searched a hundred times and no more. */
export function createNearest(): Nearest {
  let searches = 0;
  return (wanted, names) => (names.size > few && searches++ >= maxSearches ? undefined : suggest(wanted, names.keys()));
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
