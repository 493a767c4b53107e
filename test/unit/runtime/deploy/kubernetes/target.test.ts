/** Whether a run in a cluster may be called enforced: over a `kubectl` that answers what a test says. */
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { JsonObject } from '../../../../../src/base/json.ts';
import type { DeploymentPlan } from '../../../../../src/ir/plan-schema.ts';
import type { Called, Caller } from '../../../../../src/runtime/deploy/call.ts';
import { createKubernetesTarget } from '../../../../../src/runtime/deploy/kubernetes/target.ts';
import { POLICIES, sampleCluster } from '../../../../support/cluster.ts';
import type { Files } from '../../../../support/compose.ts';

let plan: DeploymentPlan;
let files: Files;
let policies: readonly JsonObject[];
beforeAll(async () => {
  ({ plan, files } = await sampleCluster());
  policies = parseAllDocuments(files.get(POLICIES) ?? '').map((one) => one.toJS() as JsonObject);
});

const canary = (type: 'Complete' | 'Failed'): JsonObject => ({
  metadata: { name: 'canary-1', annotations: { 'headgate.dev/role': 'canary' } },
  status: { conditions: [{ type, status: 'True' }] },
});

/** What is found to doubt where these policies are in the cluster. */
async function doubts(there: readonly JsonObject[] | string, job = canary('Complete')): Promise<readonly string[]> {
  const answers = (of: readonly JsonObject[] | string): Called =>
    typeof of === 'string'
      ? { code: 1, stdout: '', stderr: of }
      : { code: 0, stdout: JSON.stringify({ items: of }), stderr: '' };
  const call: Caller = async (_, args) => {
    if (args.includes('networkpolicies.networking.k8s.io')) return answers(there);
    return answers(args.includes('pods') ? [] : [job]);
  };
  const target = createKubernetesTarget({
    runId: 'r',
    plan,
    folder: '/nowhere',
    files,
    root: {},
    externals: {},
    exportPorts: {},
    namespace: undefined,
    context: undefined,
    prunes: false,
    env: {},
    call,
  });
  const found = (await target.confirm?.(new AbortController().signal)) ?? [];
  return found.map(({ gate, reasons }) => `${gate}: ${reasons.join('; ')}`);
}
const nameOf = (policy: JsonObject): unknown => (policy['metadata'] as JsonObject)['name'];

describe('a run in a cluster is called enforced', () => {
  it('where the canary has succeeded and every policy is as it was written', async () => {
    expect(await doubts(policies)).toEqual([]);
    // Whoever lets in more, beside the plan, has a reason.
    expect(await doubts([...policies, { metadata: { name: 'ingress-of-ours' }, spec: {} }])).toEqual([]);
  });

  it('not where any one of them is gone, or another', async () => {
    for (const gone of policies) {
      const found = await doubts(policies.filter((one) => one !== gone));
      expect(found).toEqual([expect.stringContaining(`gone or others by now: ${String(nameOf(gone))}`)]);
      const other = policies.map((one) => (one === gone ? { ...one, spec: { podSelector: {} } } : one));
      expect(await doubts(other)).toEqual(found);
    }
  });

  it('not where nobody can say which there are', async () => {
    expect(await doubts('the server is away')).toEqual([expect.stringContaining('the server is away')]);
  });

  it('not where the canary has failed', async () => {
    expect(await doubts(policies, canary('Failed'))).toEqual([
      expect.stringMatching(/^enforcement_unproven: the canary/),
    ]);
  });
});
