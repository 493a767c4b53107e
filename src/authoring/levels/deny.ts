/** `-D`: what counts as an error. */
import { codesNamed, nearestName } from '../../diagnostics/codes.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { raised } from './raised.ts';

/** Why a name would deny nothing. Codes of the reference implementation have `::` in them; one that is not known here is one of its others. */
export function deniedFault(name: string): string | undefined {
  if (name === 'warnings' || name.includes('::') || codesNamed(name).length > 0) return undefined;
  const near = nearestName(name);
  return `there is no such code${near === undefined ? '' : `; did you mean \`${near}\`?`}`;
}

export function denier(names: readonly string[]): (diagnostic: Diagnostic) => Diagnostic {
  const denied = new Set(names);
  return (d) => {
    if (d.severity !== 'warning') return d;
    const name =
      [d.code, ...d.aliases].find((code) => denied.has(code)) ?? (denied.has('warnings') ? 'warnings' : undefined);
    return name === undefined ? d : raised(d, `\`-D ${name}\``);
  };
}
