import * as D from '../../diagnostics/catalogue/resolve.ts';
import type { Diagnostic, Related } from '../../diagnostics/diagnostic.ts';
import type { LoadedManifest } from '../../ir/tree.ts';
import { describe, ends, type Frame } from './frame.ts';
import { nounOf } from './noun.ts';
import type { Reference } from './references.ts';

/**
 * `reference` of the top frame leads to the manifest that `path[start]` is an instance of. A long circle loses its middle;
 * O(what is shown).
 */
export function cycleAt(
  reference: Reference,
  child: LoadedManifest,
  path: readonly Frame[],
  start: number,
): Diagnostic {
  const { head, tail } = ends(start, path.length, 10);
  const nameOf = (frame: Frame): string => frame.document.display;
  const stepTo = ({ via, document }: Frame): Related[] =>
    via ? [{ message: `${nounOf(via)} is \`${document.display}\``, at: via.at }] : [];
  const first = path[start] as Frame;
  const names = [
    ...path.slice(start, head).map(nameOf),
    ...(head === tail ? [] : [`… ${tail - head} more …`]),
    ...path.slice(tail).map(nameOf),
    child.display,
  ];
  return D.cycle(
    {
      reference: reference.ref.url.value,
      what: describe(reference, path),
      path: names.join(' → '),
      same: child.display === nameOf(first) ? undefined : nameOf(first),
    },
    {
      at: reference.at,
      label: 'closes the circle',
      related: [...path.slice(start + 1, head), ...path.slice(Math.max(tail, start + 1))].flatMap(stepTo),
    },
  );
}
