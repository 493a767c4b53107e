/** What an attestation says: this plan was made of these materials. In-toto Statement v1; see docs/attest.md. */
import { digestOf } from '../../base/digest.ts';
import { canonicalJson, type JsonObject, type JsonValue } from '../../base/json.ts';
import { sortedBy } from '../../base/order.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { runtimeParts } from './runtime-parts.ts';

export const payloadType = 'application/vnd.in-toto+json';
export const statementType = 'https://in-toto.io/Statement/v1';
export const predicateType = 'urn:headgate:attestation:plan:1';

export interface Material {
  readonly name: string;
  readonly kind:
    | 'manifest'
    | 'sidecar'
    | 'program'
    | 'probe'
    | 'delegation'
    | 'ir'
    | 'policy'
    | 'request'
    | 'answer'
    | 'settings';
  /** `sha256:` and base64. */
  readonly digest: string;
}

/** Of a manifest the digest is that of its canonical content: the same in YAML and JSON5, and no digest of the file. */
const algorithm = (kind: Material['kind']): string =>
  kind === 'manifest' || kind === 'policy' ? 'headgateManifest1' : 'sha256';

/** Everything that a plan was made of, in the order of the plan. */
export function materialsOf(plan: DeploymentPlan): readonly Material[] {
  // Nothing was made of a program that was not there; that it was not stands in the plan.
  const sources = plan.sources.flatMap(({ name, digest, kind }): Material[] =>
    digest === null ? [] : [{ name, kind, digest }],
  );
  const asked = plan.policies.flatMap(({ scope, policy, manifestDigest, requestDigest, answerDigest }) => {
    const name = `${scope} ${policy}`;
    const materials: Material[] = [
      { name, kind: 'policy', digest: manifestDigest },
      { name, kind: 'request', digest: requestDigest },
    ];
    if (answerDigest !== null) materials.push({ name, kind: 'answer', digest: answerDigest });
    return materials;
  });
  const settings = [...runtimeParts(plan)].map(
    ([name, text]): Material => ({ name, kind: 'settings', digest: digestOf(text) }),
  );
  return [...sources, ...asked, ...sortedBy(settings, ({ name }) => name)];
}

export interface StatementInput {
  readonly plan: DeploymentPlan;
  /** SHA-256 of the bytes of the plan's file: `sha256:` and base64. */
  readonly fileDigest: string;
  /** Version of headgate. */
  readonly version: string;
}

export function statementOf({ plan, fileDigest, version }: StatementInput): JsonObject {
  return {
    _type: statementType,
    subject: [{ name: `${plan.scenario.root}.plan.json`, digest: { sha256: hexOf(fileDigest) } }],
    predicateType,
    predicate: {
      plan: { schema: plan.schema, version: plan.version, planDigest: plan.planDigest },
      builder: { name: 'headgate', version },
      materials: materialsOf(plan).map(({ name, kind, digest }) => ({
        name,
        digest: { [algorithm(kind)]: hexOf(digest) },
        annotations: { kind },
      })),
    },
  };
}

export const statementBytes = (statement: JsonObject): Uint8Array =>
  Buffer.from(canonicalJson(statement as JsonValue), 'utf8');

/** `sha256:` and base64 → the hexadecimal form that attestations use. */
export const hexOf = (digest: string): string =>
  Buffer.from(digest.slice(digest.indexOf(':') + 1), 'base64').toString('hex');
