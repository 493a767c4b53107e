/** What the evidence of the required probes says by itself, whatever the journal and the gate make of it. */

import { canonicalJson, isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import { sha256Hex } from '../../base/sha256.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { Entry } from '../../language/journal/entry.ts';
import { hexOf } from '../attest/statement.ts';
import { evidenceStatement } from './evidence-statement.ts';
import type { Readings } from './read.ts';

type OutcomeOfProbe = Extract<Entry, { readonly type: 'outcome' }>;

/** Sorted; see `completion` of the plan. */
export const requiredIn = ({ runtime }: DeploymentPlan): readonly string[] => {
  const declared = Object.entries(runtime?.probes ?? {});
  const required =
    runtime?.completion?.requires ?? declared.filter(([, { required }]) => required).map(([name]) => name);
  return [...new Set(required)].sort();
};

export const declaredIn = ({ runtime }: DeploymentPlan): number => Object.keys(runtime?.probes ?? {}).length;

/** Whether the run is over before its services are. */
export const endsByItself = (plan: DeploymentPlan): boolean =>
  plan.runtime?.completion !== undefined || requiredIn(plan).length > 0;

/** The gate that each required probe closes; those that passed are not there. O(entries). */
export function closedBy(plan: DeploymentPlan, readings: Readings): ReadonlyMap<string, string> {
  const closed = new Map<string, string>();
  for (const name of requiredIn(plan)) {
    const gate = gateOf(plan, readings, name);
    if (gate !== undefined) closed.set(name, gate);
  }
  return closed;
}

function gateOf(plan: DeploymentPlan, readings: Readings, name: string): string | undefined {
  const { entries = [], evidence } = readings;
  // What was begun once more and came to no end is worth nothing; what was skipped takes nothing back.
  const last = entries.findLast(
    (entry) =>
      entry.action?.type === 'probe.run' &&
      entry.action.target === `probes.${name}` &&
      (entry.type === 'intent' || (entry.type === 'outcome' && entry.data.evidence !== undefined)),
  );
  const digest = last?.type === 'outcome' ? last.data.evidence : undefined;
  if (last?.type !== 'outcome' || digest === undefined) return 'probe_evidence_missing';
  const value = evidence.get(digest)?.value;
  const statement = evidenceStatement(value);
  if (!statement || whyNotOf(last, value, name, plan) !== undefined) return 'evidence_corrupt';
  const { passed, outcome } = statement.predicate;
  if (passed !== false && outcome === 'error') return 'probe_runner_error';
  if (!isAbout(statement.subjects, plan, entries)) return 'probe_evidence_missing';
  if (passed === false) return 'probe_failed';
  return passed === true && outcome === 'completed' ? undefined : 'probe_not_assessed';
}

/** Why the evidence that an outcome names is not what it says of it. */
export function whyNotOf(
  { data }: OutcomeOfProbe,
  value: JsonValue | undefined,
  name: string,
  plan: DeploymentPlan | undefined,
): string | undefined {
  const { probe } = data;
  if (!probe || !isObject(value)) return 'it is of no probe';
  const predicate = value['predicate'] as JsonObject;
  if (predicate['probe'] !== name) return `it is about the probe ${String(predicate['probe'])}, and not ${name}`;
  const declared = plan && own(plan.runtime?.probes ?? {}, name);
  if (predicate['probeKind'] !== probe.kind || (declared && declared.kind !== probe.kind))
    return 'it is of another kind than the plan says';
  if (predicate['passed'] !== probe.passed || predicate['outcome'] !== probe.outcome)
    return `it says passed: ${String(predicate['passed'])}, and its entry says ${String(probe.passed)}`;
  const subject = `sha256:${sha256Hex(canonicalJson(value['subject'] as JsonValue))}`;
  return subject === probe.subject ? undefined : 'it is about another subject than its entry says';
}

/** Of the plan, the place, and what each component executed last. Files as they lay there then are in the evidence alone. O(entries). */
function isAbout(subjects: ReadonlyMap<string, string>, plan: DeploymentPlan, entries: readonly Entry[]): boolean {
  const wanted = new Map<string, string>([['plan', hexOf(plan.planDigest)]]);
  const programs = new Map<string, string>();
  const tasks = new Map<string, number>();
  for (const entry of entries) {
    const { action } = entry;
    if (action === null) continue;
    const target = action.target ?? '';
    if (entry.type === 'outcome' && entry.data.environment !== undefined)
      wanted.set('environment', entry.data.environment.slice('sha256:'.length));
    const program = entry.type === 'outcome' || entry.type === 'progress' ? entry.data.program : undefined;
    if (program !== undefined) programs.set(target, program);
    if (action.type === 'task.run') tasks.set(target, entry.attempt);
  }
  for (const [target, program] of programs)
    if (!tasks.has(target)) wanted.set(`program ${target}`, program.slice('sha256:'.length));
  for (const [target, attempt] of tasks)
    wanted.set(`task ${target}`, sha256Hex(canonicalJson({ attempt, program: programs.get(target) ?? null })));
  return [...wanted].every(([name, digest]) => subjects.get(name) === digest);
}
