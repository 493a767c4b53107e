/** Probes that have not passed as SARIF 2.1.0: a result each, at the settings that declare them. */
import { version } from '../../base/version.ts';
import { gateOf, type ReportedRun, retryOfRun, summaryOf, verdictOn } from './told.ts';

const rules: Readonly<Record<string, string>> = {
  probe_evidence_missing: 'There is no evidence about what is there now.',
  probe_failed: 'A probe has not passed.',
  probe_not_assessed: 'A probe could not be assessed.',
  probe_runner_error: 'What runs a probe broke.',
};
const levels = { failed: 'error', error: 'error', skipped: 'note' } as const;

export function sarifText(run: ReportedRun): string {
  const ids = Object.keys(rules);
  const results = run.probes.flatMap((one) => {
    const verdict = verdictOn(one);
    if (verdict === 'passed') return [];
    const ruleId = gateOf(one);
    return [
      {
        ruleId,
        ruleIndex: ids.indexOf(ruleId),
        level: verdict === 'failed' && !one.required ? 'warning' : levels[verdict],
        message: { text: `${one.probe}: ${summaryOf(one)}\n\nhelp: \`${retryOfRun(run, one.probe)}\` runs it again` },
        locations: [
          {
            physicalLocation: { artifactLocation: { uri: 'headgate.yaml' } },
            logicalLocations: [{ name: one.probe, fullyQualifiedName: `probes.${one.probe}`, kind: 'member' }],
          },
        ],
        partialFingerprints: { 'headgate/v1': `${ruleId}/${one.probe}` },
        ...(one.found
          ? { properties: { statement: one.found.statement, subjectDigest: one.found.subjectDigest } }
          : {}),
      },
    ];
  });
  const driver = {
    name: 'headgate',
    version,
    semanticVersion: version,
    rules: ids.map((id) => ({ id, shortDescription: { text: rules[id] } })),
  };
  const told = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, automationDetails: { id: `headgate/run/${run.id}` }, results }],
  };
  return `${JSON.stringify(told, null, 2)}\n`;
}
