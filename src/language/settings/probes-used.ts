import * as D from '../../diagnostics/catalogue/settings.ts';
import type { SettingsContext } from './section.ts';
import type { Sections } from './sections.ts';

/** A list of what a run requires leaves the other probes to whoever asks for them by hand; those say so with `required: false`. */
export function checkProbesUsed(ctx: SettingsContext, { probes, completion }: Sections): void {
  const requires = completion?.requires;
  if (!requires) return;
  for (const [name, range] of ctx.names.declared.get('probes') ?? []) {
    if (requires.includes(name) || probes[name]?.required === false) continue;
    const help = 'add it to `completion.requires`, or write `required: false`';
    ctx.tell(D.unusedName({ what: 'probe', name }, { at: ctx.at(range), help }));
  }
}
