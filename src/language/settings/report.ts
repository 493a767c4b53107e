import { at, type Range } from '../../base/span.ts';
import * as D from '../../diagnostics/catalogue/settings.ts';
import type { Definition } from '../../diagnostics/define.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { shownPath } from '../decode/cursor.ts';
import type { Fault } from '../decode/reporter.ts';
import { type Names, noNames } from './names-used.ts';
import type { SettingsContext } from './section.ts';

const shapes: Readonly<Partial<Record<Fault, Definition<{ readonly path: string; readonly message: string }>>>> = {
  'unknown-field': D.unknownField,
  'wrong-type': D.wrongType,
  'missing-field': D.missingField,
  'duplicate-field': D.duplicateField,
  'duplicate-name': D.duplicateField,
};

/** Faults of a settings file become diagnostics in it. */
export const settingsReporter = (
  file: string,
  tell: (diagnostic: Diagnostic) => void,
  names: Names = noNames(),
): SettingsContext => ({
  tell,
  names,
  through: (change) => settingsReporter(file, (diagnostic) => tell(change(diagnostic)), names),
  at: (range: Range) => at(file, range),
  report: (fault, range, path, message, help) => {
    const definition = shapes[fault] ?? D.invalidValue;
    tell(definition({ path: shownPath(path), message }, { at: at(file, range), help }));
  },
});
