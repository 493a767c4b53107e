/** What `headgate check` says of one scenario: a compile, and then comments, settings and `deny` on how loud everything is. */

import { deniedFault } from '../../authoring/levels/deny.ts';
import { judge } from '../../authoring/levels/index.ts';
import type { SettingsOf } from '../../authoring/levels/options.ts';
import type { Sources } from '../../base/text.ts';
import { type CompileOptions, type CompileResult, compile } from '../../compile.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { displayName } from '../../language/urls.ts';
import type { SettingsFile } from './settings.ts';

export interface LevelOptions {
  /** As given to `compile`: what the names of files are relative to. */
  readonly baseDir: string;
  /** What `readSettings` answered. */
  readonly settings?: SettingsFile;
  /** Warnings that count as errors: codes, or `warnings` for all. */
  readonly deny?: readonly string[];
  /** Policies were asked, so that a suppression of a finding of theirs can be unused. */
  readonly asked?: boolean;
}

/** `settings` also says how policies and components run, unless `policySettings` and `runtime` do. */
export interface CheckOptions extends CompileOptions, Omit<LevelOptions, 'asked'> {}

export interface CheckResult {
  /** Without an error. */
  readonly ok: boolean;
  /** By file, place and code; those of the settings are among them. */
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: Sources;
}

/** Asks policies when there is a `policyClient`, as `--apply-policies` does. */
export async function check(options: CheckOptions): Promise<CheckResult> {
  const { settings: file, deny = [], ...rest } = options;
  refuseUnknown(deny);
  const policySettings = options.policySettings ?? file?.settings?.policies ?? [];
  const runtime = options.runtime ?? file?.settings?.running;
  const result = await compile({ ...rest, policySettings, ...(runtime ? { runtime } : {}) });
  return applyLevels(result, { ...options, asked: options.policyClient !== undefined || options.frozen === true });
}

/** The same for a compile that was made already: without what comments suppress, at the levels of the settings and `deny`. */
export function applyLevels(result: CompileResult, options: LevelOptions): CheckResult {
  const { settings: file, baseDir, deny = [], asked = false } = options;
  refuseUnknown(deny);
  const sources = new Map([...result.sources, ...(file?.sources ?? [])]);
  const diagnostics = judge([...result.diagnostics, ...(file?.diagnostics ?? [])], sources, {
    settingsOf: (name) => settingsOf(name, baseDir, file),
    deny,
    complete: (name) => result.linted.has(name),
    asked,
  });
  return { ok: !diagnostics.some(({ severity }) => severity === 'error'), diagnostics, sources };
}

/** Globs of settings are paths from the folder of the settings, wherever names are relative to. */
function settingsOf(name: string, baseDir: string, file: SettingsFile | undefined): SettingsOf | undefined {
  if (!file?.settings) return undefined;
  const { url, settings } = file;
  const folder = new URL('.', url).href;
  if (name === '' || !URL.canParse(baseDir)) return { settings, folder: '' };
  const escaped = name.split('/').map(encodeURIComponent).join('/');
  const path = URL.canParse(name) ? name : displayName(new URL(escaped, baseDir).href, folder);
  return { settings, folder: '', path };
}

/** A name that does not exist would deny nothing, in silence. */
function refuseUnknown(deny: readonly string[]): void {
  for (const name of deny) {
    const fault = deniedFault(name);
    if (fault !== undefined) throw new RangeError(`deny: \`${name}\`: ${fault}`);
  }
}
