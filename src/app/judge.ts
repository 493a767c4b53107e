/** From what compiles report to what is told: suppressions, settings, `-D`. */

import { mark } from '../authoring/levels/directive.ts';
import type { SettingsOf } from '../authoring/levels/options.ts';
import type { Sources } from '../base/text.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type SettingsFiles, seenFrom } from './settings-files.ts';

export interface Reported {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: Sources;
  /** Names of the manifests that all lints have seen. */
  readonly linted: ReadonlySet<string>;
}

export interface Judged {
  /** Sorted. */
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: Sources;
}

export interface JudgeFlags {
  readonly deny: readonly string[];
  /** Policies were asked. */
  readonly asked: boolean;
}

export async function judgeReported(
  { diagnostics, sources, linted }: Reported,
  settings: SettingsFiles,
  cwd: string,
  { deny, asked }: JudgeFlags,
): Promise<Judged> {
  const byFile = new Map<string, SettingsOf | undefined>();
  // Also of files without a diagnostic: a suppression that met nothing makes one.
  for (const file of new Set([...linted, ...diagnostics.map(({ at }) => at?.file ?? '')])) {
    const found = await settings.of(file);
    byFile.set(file, found && seenFrom(cwd, found, file));
  }
  const texts = new Map([...sources, ...settings.sources]);
  const reported = [...diagnostics, ...settings.diagnostics];
  // Levels and suppressions know every code there is, which a scenario without fault does not load.
  if (reported.length === 0 && ![...texts.values()].some(({ text }) => text.includes(mark)))
    return { diagnostics: [], sources: texts };
  const { judge } = await import('../authoring/levels/index.ts');
  const judged = judge(reported, texts, {
    settingsOf: (file) => byFile.get(file),
    deny,
    complete: (file) => linted.has(file),
    asked,
  });
  return { diagnostics: judged, sources: texts };
}
