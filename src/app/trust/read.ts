/** What a settings file says and what it asks for, in one: a command without settings loads neither. */
import type { SourceText } from '../../base/text.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import { readSettings, type Settings } from '../../language/settings/index.ts';
import type { Cli } from '../cli.ts';
import { type Asked, askedByText, type TrustSettings, type Untrusted, untrusted } from './judge-trust.ts';

export interface ReadSettings {
  readonly settings: Settings;
  readonly asked: Asked;
  readonly untrusted: (env: Cli['env'], flags: TrustSettings) => Untrusted | undefined;
}

/** Undefined after an error was reported. */
export function readWithRights(path: string, source: SourceText, sink: Sink): ReadSettings | undefined {
  const settings = readSettings(source, sink);
  if (!settings) return undefined;
  const asked = askedByText(path, source);
  return { settings, asked, untrusted: (env, flags) => untrusted(env, asked, flags) };
}
