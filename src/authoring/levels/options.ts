import type { Settings } from '../../language/settings/index.ts';

export interface SettingsOf {
  readonly settings: Settings;
  /** Name of the settings' folder as files are named in the run: `''` or `.` where files have no folder before them. */
  readonly folder: string;
  /** The file as seen from that folder, where the two names alone do not tell (a folder that begins with `..`). */
  readonly path?: string | undefined;
}

export interface JudgeOptions {
  /** The settings that count for a file; `''` for what is in no file. */
  readonly settingsOf: (file: string) => SettingsOf | undefined;
  /** Names given with `-D`. */
  readonly deny: readonly string[];
  /** Every lint has seen this manifest: a suppression that met nothing is unused. */
  readonly complete: (file: string) => boolean;
  /** Policies were asked, so their findings would be there. Not, unless told. */
  readonly asked?: boolean;
}
