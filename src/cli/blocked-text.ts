import { printable } from '../diagnostics/render/width.ts';
import type { Blocked } from '../ir/blocked.ts';

export const blockedText = ({ gate, subject, reasons, remedy }: Blocked): string =>
  `blocked[${gate}]: ${printable(`${subject}: ${reasons.join('; ')}`)}\n  = help: ${printable(remedy)}\n`;

/** What counts otherwise than it was written, of a run that goes on. */
export const warningText = ({ gate, subject, reasons, remedy }: Blocked): string =>
  `warning[${gate}]: ${printable(`${subject}: ${reasons.join('; ')}`)}\n  = help: ${printable(remedy)}\n`;

/** Everything that a run, or what would have been one, was refused for; the last line is that of every end. */
export const refusedText = (blocked: readonly Blocked[], id?: string): string =>
  `${blocked.map(blockedText).join('')}BLOCKED${id === undefined ? '' : ` ${id}`}\n`;
