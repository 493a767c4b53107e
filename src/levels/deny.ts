/** `-D`: what counts as an error. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { raised } from './raised.ts';

export function denier(names: readonly string[]): (diagnostic: Diagnostic) => Diagnostic {
  const denied = new Set(names);
  return (d) => {
    if (d.severity !== 'warning') return d;
    const name =
      [d.code, ...d.aliases].find((code) => denied.has(code)) ?? (denied.has('warnings') ? 'warnings' : undefined);
    return name === undefined ? d : raised(d, `\`-D ${name}\``);
  };
}
