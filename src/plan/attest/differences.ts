import { canonicalJson, type JsonValue } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { runtimeParts } from './runtime-parts.ts';

/** How two plans differ, for people: what they were made of first, then which parts of them. */
export function planDifferences(before: DeploymentPlan, after: DeploymentPlan): readonly string[] {
  const same = (a: unknown, b: unknown): boolean => canonicalJson(a as JsonValue) === canonicalJson(b as JsonValue);
  const found: string[] = [];
  const [old, now] = [before, after].map((plan) => new Map(plan.sources.map((s) => [s.name, s.digest])));
  for (const name of [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].sort(compareText)) {
    const [a, b] = [old?.get(name), now?.get(name)];
    if (a === b) continue;
    found.push(
      a === undefined ? `\`${name}\` is new` : b === undefined ? `\`${name}\` is gone` : `\`${name}\` was changed`,
    );
  }
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
