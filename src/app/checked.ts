/** What a search of folders came to: how many scenarios were checked, and what was left out. */
import { printable } from '../diagnostics/render/width.ts';

export interface LeftOut {
  /** From the current folder. */
  readonly file: string;
  readonly reason: string;
}

export interface Checked {
  readonly scenarios: number;
  readonly leftOut: readonly LeftOut[];
}

/** Longer lists are not read; JSON has all of it. */
const MOST = 10;

/** Empty where errors have said already that there was nothing. */
export function checkedText({ scenarios, leftOut }: Checked): string {
  if (scenarios === 0 && leftOut.length === 0) return '';
  const lines = leftOut.slice(0, MOST).map(({ file, reason }) => `left out ${printable(file)}: ${reason}`);
  const more = leftOut.length > MOST ? [`... and ${leftOut.length - MOST} more left out`] : [];
  return [`checked ${scenarios} ${scenarios === 1 ? 'scenario' : 'scenarios'}`, ...lines, ...more]
    .map((line) => `${line}\n`)
    .join('');
}
