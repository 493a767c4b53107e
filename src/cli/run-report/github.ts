/** Probes that have not passed as workflow commands of GitHub Actions, which turn them into annotations. */

import { oneLine } from '../../base/one-line.ts';
import { escapeData, escapeProperty } from '../../diagnostics/render/github.ts';
import { gateOf, type ReportedRun, retryOfRun, summaryOf, verdictOn } from './told.ts';

/** Empty where all have passed. */
export const githubText = (run: ReportedRun): string =>
  run.probes
    .filter((one) => verdictOn(one) !== 'passed')
    .map((one) => {
      const level = one.required ? 'error' : verdictOn(one) === 'failed' ? 'warning' : 'notice';
      const title = escapeProperty(oneLine(`${gateOf(one)} ${one.probe}`, 200));
      const text = oneLine(`${summaryOf(one)}; \`${retryOfRun(run, one.probe)}\` runs it again`, 2_000);
      return `::${level} title=${title}::${escapeData(text)}\n`;
    })
    .join('');
