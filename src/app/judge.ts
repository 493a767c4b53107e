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
  const byFolder = new Map<string, SettingsOf | undefined>();
  const look = async (file: string): Promise<void> => {
    const folder = folderOf(file);
    if (!byFolder.has(folder)) byFolder.set(folder, await settings.of(file));
  };
  // Also of files without a diagnostic: a suppression that met nothing makes one.
  for (const file of linted) if (!byFolder.has(folderOf(file))) await look(file);
  const named = new Set(diagnostics.map(({ at }) => at?.file ?? ''));
  for (const file of named) await look(file);
  const settingsOf = (file: string): SettingsOf | undefined => {
    const found = linted.has(file) || named.has(file) ? byFolder.get(folderOf(file)) : undefined;
    return found && seenFrom(cwd, found, file);
  };
  const texts = settings.sources.size === 0 ? sources : new Map([...sources, ...settings.sources]);
  const reported = [...diagnostics, ...settings.diagnostics];
  // Levels and suppressions know every code there is, which a scenario without fault does not load.
  if (reported.length === 0 && ![...texts.values()].some(({ text }) => text.includes(mark)))
    return { diagnostics: [], sources: texts };
  const { judge } = await import('../authoring/levels/index.ts');
  const judged = judge(reported, texts, {
    settingsOf,
    deny,
    complete: (file) => linted.has(file),
    asked,
  });
  return { diagnostics: judged, sources: texts };
}

/** Files of one folder have the same settings. */
const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/') + 1);
