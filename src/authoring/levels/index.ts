/**
 * How loud each diagnostic is. In: what a run reported, its texts, its settings. Out: the same, sorted, without what comments
 * suppress and settings switch off, at the severity that settings and `-D` give. Errors are never changed.
 */
import type { Sources } from '../../base/text.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { sortDiagnostics } from '../../diagnostics/sink.ts';
import { denier } from './deny.ts';
import type { JudgeOptions } from './options.ts';
import { applySettings } from './settings.ts';
import { suppress } from './suppress.ts';

export type { JudgeOptions, SettingsOf } from './options.ts';

export function judge(diagnostics: readonly Diagnostic[], sources: Sources, options: JudgeOptions): Diagnostic[] {
  const heard = suppress(diagnostics, sources, options);
  const levelled = heard.flatMap((d) => applySettings(d, options.settingsOf(d.at?.file ?? '')) ?? []);
  return sortDiagnostics(levelled.map(denier(options.deny)));
}
