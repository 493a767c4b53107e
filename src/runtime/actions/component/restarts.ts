/** When a program that ended is started again. */

import { exitText } from '../../../base/exit-text.ts';
import type { Exit } from '../../../ports/environment.ts';
import type { Restart } from '../../component.ts';

export type Next =
  | { readonly kind: 'finished'; readonly code: number }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'restart'; readonly afterMs: number };

export interface RestartLimits {
  readonly firstMs: number;
  readonly longestMs: number;
  /** Restarts in a row; a program that then serves for `resetMs` has proved itself, and they count from 0 again. */
  readonly most: number;
  readonly resetMs: number;
}

export const restartLimits: RestartLimits = { firstMs: 500, longestMs: 30_000, most: 8, resetMs: 60_000 };

/**
 * A program that ends with 0 has finished, unless it is always to be there. `failures` counts restarts in a row; `told` is the end
 * in words.
 */
export function nextStep(
  restart: Restart,
  exit: Exit,
  failures: number,
  limits: RestartLimits = restartLimits,
  told: string = exitText(exit.code, exit.signal),
): Next {
  if (exit.code === 0 && restart !== 'always') return { kind: 'finished', code: 0 };
  if (restart === 'never') return { kind: 'failed', reason: told };
  if (failures >= limits.most) return { kind: 'failed', reason: `${told}${afterRestarts(failures)}` };
  return { kind: 'restart', afterMs: Math.min(limits.longestMs, limits.firstMs * 2 ** failures) };
}

function afterRestarts(count: number): string {
  if (count === 0) return '';
  return count === 1 ? ', after 1 restart' : `, after ${count} restarts in a row`;
}
