import { at } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/test.ts';
import { allNames } from '../../../diagnostics/codes.ts';
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import type { DiagnosticExpectation, Expectations, List } from '../expect.ts';
import { isKnown, type Judging } from '../report.ts';
import { judgeList } from './list.ts';

const shown = ({ code, message }: Diagnostic): string => `\`${code}\`: ${message}`;

const expected = ({ code, message }: DiagnosticExpectation): string =>
  [...(code ? [`with code \`${code.value}\``] : []), ...(message ? [message.shown] : [])].join(' ');

function surplus(ctx: Judging, severity: 'error' | 'warning', range: { readonly start: number; readonly end: number }) {
  return (found: Diagnostic): void => {
    const what = severity === 'error' ? 'an error' : 'a warning';
    const related = found.at ? [{ message: 'it was reported here', at: found.at }] : [];
    const help = found.help === undefined ? {} : { help: found.help };
    ctx.verdict.failures.push(
      D.unexpected({ what, found: shown(found) }, { at: at(ctx.file, range), related, ...help }),
    );
  };
}

function judgeOne(
  ctx: Judging,
  list: List<DiagnosticExpectation>,
  severity: 'error' | 'warning',
  found: readonly Diagnostic[],
): void {
  judgeList<DiagnosticExpectation, Diagnostic>(ctx, {
    one: severity,
    list,
    found,
    test: ({ code, message }) =>
      code && !isCode(ctx, code)
        ? undefined
        : (d) =>
            (!code || d.code === code.value || d.aliases.includes(code.value)) && (!message || message.fits(d.message)),
    expected,
    shown,
    surplus: surplus(ctx, severity, list.range),
  });
}

/** Codes are known whether the scenario could be linked or not. */
const isCode = (ctx: Judging, code: NonNullable<DiagnosticExpectation['code']>): boolean =>
  isKnown({ ...ctx, facts: { ...ctx.facts, linked: true } }, 'diagnostic code', code, allNames());

/**
 * An error fails every test that does not expect it: by `errors`, by `counts.errors`, or by `findings` when a policy said it.
 * Answers whether there was such an error, after which nothing else can be said.
 */
export function judgeErrors(ctx: Judging, { errors, findings, counts }: Expectations): boolean {
  const said = ctx.facts.errors.filter(({ code }) => code === 'govern/finding-error');
  const found = findings ? ctx.facts.errors.filter((d) => !said.includes(d)) : ctx.facts.errors;
  if (errors) judgeOne(ctx, errors, 'error', found);
  else if (!counts.some(({ name }) => name === 'errors'))
    for (const d of found) surplus(ctx, 'error', ctx.testRange)(d);
  return ctx.verdict.failures.length > 0;
}

export function judgeWarnings(ctx: Judging, { warnings }: Expectations): void {
  if (warnings) judgeOne(ctx, warnings, 'warning', ctx.facts.warnings);
}
