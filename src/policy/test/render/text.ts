/** A run of tests for people: one line a test, then every failure with its place. */
import { positionAt } from '../../../base/text.ts';
import type { Palette } from '../../../diagnostics/render/palette.ts';
import { renderText } from '../../../diagnostics/render/text.ts';
import { printable } from '../../../diagnostics/render/width.ts';
import type { PolicyCoverage } from '../coverage.ts';
import type { RunResult, TestResult } from '../run.ts';

export interface TextOptions {
  readonly width: number;
  readonly palette: Palette;
}

export function renderTests({ tests, sources }: RunResult, options: TextOptions): string {
  const files = [...new Set(tests.map(({ file }) => file))];
  const lines: string[] = [];
  for (const file of files) {
    lines.push(file.source.file);
    for (const result of tests.filter((test) => test.file === file)) lines.push(`  ${line(result, options.palette)}`);
  }
  const failures = tests.flatMap((test) => test.failures);
  const told = failures.length === 0 ? '' : `\n${renderText(failures, sources, options)}`;
  return `${lines.join('\n')}\n${told}${summary(tests)}\n`;
}

function line({ file, test, failures, compared }: TestResult, palette: Palette): string {
  if (failures.length === 0) return `ok    ${printable(test.name)} (${compared} compared)`;
  const where = positionAt(file.source, test.nameRange.start).line + 1;
  return `${palette.severity.error('FAIL')}  ${printable(test.name)} (line ${where})`;
}

export function summary(tests: readonly TestResult[]): string {
  const failed = tests.filter(({ failures }) => failures.length > 0).length;
  const compared = tests.reduce((sum, test) => sum + test.compared, 0);
  const all = `${tests.length} ${tests.length === 1 ? 'test' : 'tests'}`;
  return failed === 0 ? `${all} passed, ${compared} compared` : `${failed} of ${all} failed`;
}

export function renderCoverage(rows: readonly PolicyCoverage[]): string {
  const lines: string[] = [];
  for (const { source, scope, policy, asked, edges, neverHit, selections, selectionsLeftOut } of rows) {
    const hit = edges.filter((edge) => edge.hit).length;
    const expected = edges.filter((edge) => edge.expected).length;
    lines.push(
      `${policy} of ${scope} in ${source}: asked ${asked}x, ${edges.length} edges shown, ${hit} hit, ${expected} named by a test`,
    );
    for (const edge of edges) {
      lines.push(`  ${edge.hit ? 'hit ' : '-   '} ${edge.edge}${edge.expected ? '' : '  (no test names it)'}`);
    }
    for (const { name, matched } of selections) {
      const matches = matched === 0 ? 'never hit' : `${matched} ${matched === 1 ? 'match' : 'matches'}`;
      lines.push(`  ${matched === 0 ? '-   ' : 'hit '} selection \`${name}\`: ${matches}`);
    }
    if (selectionsLeftOut > 0)
      lines.push(`  and ${selectionsLeftOut} more selections, for which the answer had no room`);
    const told = new Set(selections.map(({ name }) => name));
    for (const message of neverHit) if (!told.has(message)) lines.push(`  never hit: ${message}`);
  }
  return lines.length === 0 ? 'coverage: no policy was asked\n' : `coverage\n${lines.map(printable).join('\n')}\n`;
}
