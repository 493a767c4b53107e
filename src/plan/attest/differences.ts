import { canonicalJson, type JsonValue } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { runtimeParts } from './runtime-parts.ts';

type Sources = DeploymentPlan['sources'];

/** How two plans differ, for people: what they were made of first, then which parts of them. */
export function planDifferences(before: DeploymentPlan, after: DeploymentPlan): readonly string[] {
  const same = (a: unknown, b: unknown): boolean => canonicalJson(a as JsonValue) === canonicalJson(b as JsonValue);
  const found: string[] = [];
  found.push(...sourceDifferences(before.sources, after.sources));
  const answers = (plan: DeploymentPlan): ReadonlyMap<string, DeploymentPlan['policies'][number]> =>
    new Map(plan.policies.map((p, index) => [`${index} ${p.scope} ${p.policy}`, p]));
  const [asked, askedNow] = [answers(before), answers(after)];
  for (const [key, policy] of asked) {
    const other = askedNow.get(key);
    if (!other) continue;
    const who = `policy \`${policy.policy}\` of scope \`${policy.scope}\``;
    if (policy.requestDigest !== other.requestDigest) found.push(`${who} was shown another graph`);
    else if (policy.answerDigest !== other.answerDigest) found.push(`${who} gave another answer`);
  }
  const [ran, runs] = [runtimeParts(before), runtimeParts(after)];
  for (const name of [...new Set([...ran.keys(), ...runs.keys()])].sort(compareText))
    if (ran.get(name) !== runs.get(name)) found.push(`the settings say \`${name}\` otherwise`);
  const told = ['planDigest', 'sources', 'runtime'];
  const parts = Object.keys({ ...before, ...after }).filter((key) => !told.includes(key));
  for (const key of parts.sort(compareText)) {
    const [a, b] = [before, after].map((plan) => (plan as unknown as Record<string, unknown>)[key] ?? null);
    if (!same(a, b)) found.push(`part \`${key}\` differs`);
  }
  return found;
}

/** A manifest `go.yaml` and a program `go` have one name. */
function sourceDifferences(before: Sources, after: Sources): readonly string[] {
  const [old, now] = [before, after].map(
    (sources) => new Map(sources.map((source) => [`${source.name}\0${source.kind}`, source])),
  );
  const keys = [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].sort(compareText);
  return keys.flatMap((key) => {
    const [a, b] = [old?.get(key), now?.get(key)];
    if (a?.digest === b?.digest) return [];
    const name = `\`${(a ?? b)?.name}\``;
    if (!a) return [`${name} is new`];
    if (!b) return [`${name} is gone`];
    if (a.digest === null) return [`${name} is there, and was not`];
    return [b.digest === null ? `${name} is not there any more` : `${name} was changed`];
  });
}
