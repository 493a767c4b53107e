/** `-D`: the names that it takes. What they do is in src/levels. */

import { deniedFault, denier as levelDenier } from '../authoring/levels/deny.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { UsageError } from './usage-error.ts';

export function checkDenied(names: readonly string[]): void {
  for (const name of names) {
    const fault = deniedFault(name);
    if (fault !== undefined) throw new UsageError(`-D ${name}: ${fault}`);
  }
}

export function denier(names: readonly string[]): (diagnostic: Diagnostic) => Diagnostic {
  checkDenied(names);
  return levelDenier(names);
}
