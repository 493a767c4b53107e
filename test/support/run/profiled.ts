/** A plan whose `runtime` is put in by hand: what the settings of a scenario would be lowered to. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { digestOf } from '../../../src/base/digest.ts';
import { canonicalJson, type JsonValue } from '../../../src/base/json.ts';
import type { PlanRuntime } from '../../../src/ir/plan-runtime-schema.ts';
import type { DeploymentPlan } from '../../../src/ir/plan-schema.ts';
import { runCli } from '../cli.ts';

/** Compiles the scenario, and answers the path of its plan with this `runtime`; what the settings say of components stays. */
export function planWith(scenario: string, runtime: PlanRuntime): string {
  const cwd = dirname(scenario);
  const path = join(cwd, 'plan.json');
  const { status, stderr } = runCli(['compile', scenario, '--trust-settings', '--emit', `plan=${path}`], {
    cwd,
    env: { HOME: '/nonexistent' },
  });
  if (status !== 0) throw new Error(stderr);
  const { planDigest: _, ...plan } = JSON.parse(readFileSync(path, 'utf8')) as DeploymentPlan;
  const components = { ...plan.runtime?.components };
  for (const [moniker, one] of Object.entries(runtime.components ?? {}))
    components[moniker] = { ...components[moniker], ...one };
  const whole = { ...plan, runtime: { ...plan.runtime, ...runtime, components } } as unknown as JsonValue;
  const planDigest = digestOf(canonicalJson(whole));
  writeFileSync(path, `${canonicalJson({ ...(whole as object), planDigest } as unknown as JsonValue)}\n`);
  // Some runs of it are somebody else's.
  chmodSync(path, 0o644);
  return path;
}
