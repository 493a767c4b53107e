/** The results as a table for people, and as files for machines. */
import { cutText } from '../../base/cut.ts';
import { sortedJson } from '../../base/json.ts';
import type { Palette } from '../../diagnostics/render/palette.ts';
import { protocolVersion } from '../../ir/protocol.ts';
import type { CaseResult } from './run.ts';

export interface Tally {
  readonly passed: number;
  readonly warnings: number;
  readonly failed: number;
  readonly skipped: number;
}

export function tallyOf(results: readonly CaseResult[]): Tally {
  const count = (wanted: CaseResult['result']): number => results.filter(({ result }) => result === wanted).length;
  return { passed: count('passed'), warnings: count('warning'), failed: count('failed'), skipped: count('skipped') };
}

const marks = { passed: 'passed', warning: 'warned', failed: 'FAILED', skipped: '-' } as const;

export function table(results: readonly CaseResult[], palette: Palette): string {
  const width = Math.max(...results.map(({ name }) => name.length));
  const lines = results.map(({ name, result, ms, detail }) => {
    const { severity, frame } = palette;
    const paint = { passed: severity.hint, warning: severity.warning, failed: severity.error, skipped: frame }[result];
    const time = `${ms} ms`.padStart(8);
    // What a policy answered may be in it.
    const seen = cutText(detail.replaceAll(/[\p{Cc}\p{Cf}]/gu, '·'), 500);
    return `${paint(marks[result].padEnd(6))}  ${name.padEnd(width)}  ${time}  ${seen}`;
  });
  return `${lines.join('\n')}\n\n${summary(tallyOf(results))}\n`;
}

const summary = ({ passed, warnings, failed, skipped }: Tally): string =>
  [
    `${passed + warnings} passed`,
    ...(warnings > 0 ? [`${warnings} of them with a warning`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} not tried`] : []),
  ].join(', ');

export function resultJson(policy: string, results: readonly CaseResult[], version: string): string {
  const cases = results.map(({ name, about, result, detail, ms }) => ({ name, about, result, detail, ms }));
  const summary = { ...tallyOf(results) };
  const found = {
    schema: 'headgate.policy-torture',
    version: 1,
    headgate: version,
    protocol: protocolVersion,
    policy,
    summary,
    cases,
  };
  return `${sortedJson(found)}\n`;
}

/** As badge services read it. */
export function badgeJson(results: readonly CaseResult[]): string {
  const { passed, warnings, failed, skipped } = tallyOf(results);
  const tried = results.length - skipped;
  const color = failed > 0 ? 'red' : warnings > 0 ? 'yellow' : 'brightgreen';
  const message = `${passed + warnings}/${tried}${warnings > 0 ? `, ${warnings} warned` : ''}`;
  return `${JSON.stringify({ schemaVersion: 1, label: 'policy torture', message, color })}\n`;
}
