import type { Range } from '../../base/span.ts';
import type { SourceText } from '../../base/text.ts';
import * as D from '../../diagnostics/catalogue/parse.ts';
import type { Definition } from '../../diagnostics/define.ts';
import { guessText } from '../../diagnostics/fixes.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import { shownPath } from './cursor.ts';
import type { Fault, Reporter } from './reporter.ts';

const definitions: Readonly<Record<Fault, Definition<{ readonly path: string; readonly message: string }>>> = {
  'unknown-field': D.unknownField,
  'wrong-type': D.wrongType,
  'missing-field': D.missingField,
  'duplicate-field': D.duplicateField,
  'duplicate-name': D.duplicateName,
  'invalid-value': D.invalidValue,
  'invalid-interpolation': D.invalidInterpolation,
  'invalid-when-path': D.invalidWhenPath,
  'invalid-each-path': D.invalidEachPath,
  'unclosed-quote': D.unclosedQuote,
  'mixed-binding-form': D.mixedBindingForm,
  'binding-target-self': D.bindingTargetSelf,
  'invalid-policy-ref': D.invalidPolicyRef,
  'both-spellings': D.bothSpellings,
  'program-kind': D.programKind,
};

/** Faults of a manifest become diagnostics in its file. */
export const manifestReporter = (source: SourceText, sink: Sink): Reporter => ({
  report: (fault, range, path, message, help, meant, further) => {
    const { file } = source;
    const fixes = meant && guessText({ file, range: meant.range }, meant.text);
    const first = further?.first;
    const related = first && [{ message: 'given first here', at: { file, range: first } }];
    const place = {
      at: { file, range },
      help: swallowed(source, range) ?? help,
      fixes,
      related,
      focus: further?.focus,
    };
    sink.report(definitions[fault]({ path: shownPath(path), message }, place));
  },
});

/** References begin with the mark that begins comments in YAML: without quotes there is no value. */
function swallowed({ text }: SourceText, { start, end }: Range): string | undefined {
  if (start !== end) return undefined;
  const hidden = /^[ \t]*(#[^\s#,}\]]+)/.exec(text.slice(start, start + 200))?.[1];
  return hidden && `\`${hidden}\` is a comment here: put it in quotes, \`"${hidden}"\``;
}
