/** Whether every evidence statement is about this plan, and about things that are there. Digests were checked when it was read. */
import type { JsonValue } from '../../../base/json.ts';
import { probeNamed } from '../../../ir/action.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { DeploymentPlan } from '../../../ir/plan-schema.ts';
import type { Entry } from '../../../language/journal/entry.ts';
import { hexOf } from '../../attest/statement.ts';
import { evidenceStatement } from '../evidence-statement.ts';
import { fault, inspectThere } from '../fault.ts';
import { evidencePath, journalFile } from '../folder.ts';
import { whyNotOf } from '../probes.ts';
import type { Readings } from '../read.ts';

export function checkEvidence({ entries = [], evidence, plan }: Readings): readonly Blocked[] {
  return entries.flatMap((entry) => {
    const digest = entry.type === 'outcome' ? entry.data.evidence : undefined;
    const found = digest === undefined ? undefined : evidence.get(digest);
    if (digest === undefined || !found) return [];
    const reason = whyNot(entry, found.value, plan);
    if (reason === undefined) return [];
    const place = `${journalFile} line ${entry.seq + 1}`;
    return [fault('evidence_corrupt', evidencePath(digest), `${reason}; ${place} names it`, inspectThere)];
  });
}

function whyNot(entry: Entry, value: JsonValue | undefined, plan: DeploymentPlan | undefined): string | undefined {
  const statement = evidenceStatement(value);
  if (!statement) return 'it is not an evidence statement';
  const { subjects, predicate } = statement;
  if (plan && subjects.get('plan') !== hexOf(plan.planDigest)) return 'it is not about the plan of this run';
  if (entry.type !== 'outcome') return undefined;
  if (entry.action.type === 'probe.run') return whyNotOf(entry, value, probeNamed(entry.action), plan);
  const { environment, state } = entry.data;
  if (environment !== undefined && subjects.get('environment') !== environment.slice('sha256:'.length))
    return 'it is not about the environment that the entry names';
  if (predicate['probeKind'] === 'env.probe' && (predicate['passed'] === true) !== (state === 'succeeded'))
    return `it says that it ${predicate['passed'] === true ? 'passed' : 'did not pass'}, and its entry says ${state}`;
  return undefined;
}
