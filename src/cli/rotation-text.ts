/** What became of secrets that were rotated, as people read it. */
import { printable } from '../diagnostics/render/width.ts';
import type { Reacted } from '../runtime/bindings/rotation.ts';
import type { Rotation } from '../runtime/journal/rotations.ts';
import { table } from './table.ts';

type Told = Omit<Reacted, 'state'> & Pick<Rotation, 'state'>;

/** As a command says it that has just rotated the secret. */
export function reactionText(one: Told): string {
  return `${one.component} (\`config.${one.path}\`) ${becameText(one)}`;
}

function becameText({ does, state, reason = '' }: Told): string {
  switch (state) {
    case 'begun':
      return 'is restarted';
    case 'done':
      return 'was restarted';
    case 'replaced':
      return 'has its file replaced';
    case 'skipped':
      return does === 'none' ? `keeps what it has until its next start: ${reason}` : `is left as it is: ${reason}`;
    case 'kept':
      return `goes on with what it has, since the new value cannot be used: ${reason}`;
    case 'failed':
      return does === 'restart' ? `is not ready again: ${reason}` : `keeps what it has: ${reason}`;
  }
}

export function rotationTable(rotations: readonly Rotation[]): string {
  if (rotations.length === 0) return '';
  const rows = rotations.map((one) => [
    printable(`${one.vault}/${one.key}`),
    `${one.component} ${printable(one.path)}`,
    one.does,
    one.state,
    one.at,
    printable(one.reason ?? '-'),
  ]);
  return table([['ROTATED', 'OF', 'DOES', 'STATE', 'AT', 'REASON'], ...rows]);
}
