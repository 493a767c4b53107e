/** `-D`: warnings that count as errors. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { isKnownCode, nearestCode } from './pages.ts';
import { UsageError } from './usage-error.ts';

/** Codes of the reference implementation have `::` in them and are taken as they are. */
export function denier(names: readonly string[]): (diagnostic: Diagnostic) => Diagnostic {
  for (const name of names) {
    if (name === 'warnings' || name.includes('::') || isKnownCode(name)) continue;
    const near = nearestCode(name);
    throw new UsageError(`-D ${name}: there is no such code${near === undefined ? '' : `; did you mean \`${near}\`?`}`);
  }
  const denied = new Set(names);
  return (d) => {
    if (d.severity !== 'warning') return d;
    const name =
      [d.code, ...d.aliases].find((code) => denied.has(code)) ?? (denied.has('warnings') ? 'warnings' : undefined);
    if (name === undefined) return d;
    const note = `this warning counts as an error because of \`-D ${name}\``;
    return { ...d, severity: 'error', help: d.help === undefined ? note : `${note}; ${d.help}` };
  };
}
