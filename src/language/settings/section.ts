import type { JsonObject } from '../../base/json.ts';
import type { Range } from '../../base/span.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Cursor } from '../decode/cursor.ts';
import type { Reporter } from '../decode/reporter.ts';
import type { Names } from './names-used.ts';

export interface SettingsContext extends Reporter {
  /** For faults that have a code of their own. */
  readonly tell: (diagnostic: Diagnostic) => void;
  /** What sections declare and use. */
  readonly names: Names;
  /** The same with another look at each diagnostic before it is told. */
  readonly through: (change: (diagnostic: Diagnostic) => Diagnostic) => SettingsContext;
  readonly at: (range: Range) => { readonly file: string; readonly range: Range };
}

/** One field at the top of the settings file. */
export interface Section<T> {
  /** As published; draft 2020-12. */
  readonly schema: JsonObject;
  /** Reports what is wrong and answers what is left; what an absent section means when there is no cursor. */
  readonly read: (ctx: SettingsContext, cursor: Cursor | undefined) => T;
}
