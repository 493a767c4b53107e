/** `-D`: the names that it takes. What they do is in src/levels. */
import { codesNamed, nearestName } from '../diagnostics/codes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { denier as levelDenier } from '../levels/deny.ts';
import { UsageError } from './usage-error.ts';

/** Codes of the reference implementation have `::` in them; one that is not known here is one of its others. */
export function checkDenied(names: readonly string[]): void {
  for (const name of names) {
    if (name === 'warnings' || name.includes('::') || codesNamed(name).length > 0) continue;
    const near = nearestName(name);
    throw new UsageError(`-D ${name}: there is no such code${near === undefined ? '' : `; did you mean \`${near}\`?`}`);
  }
}

export function denier(names: readonly string[]): (diagnostic: Diagnostic) => Diagnostic {
  checkDenied(names);
  return levelDenier(names);
}
