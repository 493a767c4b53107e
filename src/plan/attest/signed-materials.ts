import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { parseEnvelope } from './dsse.ts';
import { statementOf } from './statement.ts';

/**
 * What an attestation names otherwise than a plan, for people. Its signature must have been verified. Nothing where all materials
 * are the same, and only the bytes differ.
 */
export function materialDifferences(text: string, plan: DeploymentPlan): readonly string[] {
  const envelope = parseEnvelope(text);
  if (typeof envelope === 'string') return [];
  const signed = digestsIn(JSON.parse(Buffer.from(envelope.payload).toString('utf8')) as JsonValue);
  const found = digestsIn(statementOf({ plan, fileDigest: plan.planDigest, version: '' }));
  return [...new Set([...signed.keys(), ...found.keys()])].sort(compareText).flatMap((name) => {
    const [before, now] = [signed.get(name), found.get(name)];
    if (before === now) return [];
    const shown = `${name.slice(0, name.indexOf(' '))} \`${name.slice(name.indexOf(' ') + 1)}\``;
    if (now === undefined) return [`${shown} was signed, and is not in this plan`];
    return [before === undefined ? `${shown} was not signed` : `${shown} differs from what was signed`];
  });
}

/** `kind name` → canonical digest. */
function digestsIn(statement: JsonValue): ReadonlyMap<string, string> {
  const predicate = isObject(statement) ? statement['predicate'] : undefined;
  const materials = isObject(predicate) ? predicate['materials'] : undefined;
  const digests = new Map<string, string>();
  for (const item of Array.isArray(materials) ? (materials as readonly JsonValue[]) : []) {
    if (!isObject(item)) continue;
    const annotations = item['annotations'] as JsonObject | undefined;
    digests.set(`${String(annotations?.['kind'])} ${String(item['name'])}`, JSON.stringify(item['digest']));
  }
  return digests;
}
