import { canonicalJson, type JsonValue } from '../../base/json.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';

/** What the settings said, each in a part of its own, so that a difference can be named: `/web egress` → its canonical text. */
export function runtimeParts({ runtime }: DeploymentPlan): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const [moniker, settings] of Object.entries(runtime?.components ?? {}))
    for (const [key, value] of Object.entries(settings))
      parts.set(`${moniker} ${key}`, canonicalJson(value as JsonValue));
  return parts;
}
