import type { Reporter } from './reporter.ts';

export interface DecodeContext extends Reporter {
  /** Texts of `{file: …}` by path as written. A path that is missing here was reported when it was loaded. */
  readonly sidecars: ReadonlyMap<string, string>;
}
