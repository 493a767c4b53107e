import type { Blocked } from '../ir/blocked.ts';

export const blockedText = ({ gate, subject, reasons, remedy }: Blocked): string =>
  `blocked[${gate}]: ${subject}: ${reasons.join('; ')}\n  = help: ${remedy}\n`;

/** Everything that a run, or what would have been one, was refused for; the last line is that of every end. */
export const refusedText = (blocked: readonly Blocked[], id?: string): string =>
  `${blocked.map(blockedText).join('')}BLOCKED${id === undefined ? '' : ` ${id}`}\n`;
