import { printable } from '../diagnostics/render/width.ts';
import type { AuthorityTold } from '../runtime/authority/told.ts';
import { table } from './table.ts';

/** A delegation a line, then a right a line. */
export function authorityText({
  id,
  delegation,
  delegations,
  rights,
}: Omit<AuthorityTold, 'id'> & Partial<AuthorityTold>): string {
  const given = delegations.map((one) => [
    printable(one.id),
    one.state,
    printable(one.subject),
    one.gates.join(','),
    printable(one.resources.join(' ')),
    printable(one.reason ?? (one.expires === undefined ? '-' : `until ${one.expires}`)),
  ]);
  const head =
    delegation === null
      ? `${id === undefined ? 'a run of it' : `run ${id}`} stands on its plan alone\n`
      : `${table([['DELEGATION', 'STATE', 'SUBJECT', 'GATES', 'RESOURCES', 'WHY'], ...given])}`;
  const needed = rights.map((one) => [
    printable(one.subject),
    one.gate,
    printable(one.resource),
    printable(one.delegation ?? 'nothing'),
  ]);
  return needed.length === 0 ? head : `${head}\n${table([['WHO', 'GATE', 'RESOURCE', 'STANDS ON'], ...needed])}`;
}
