/** The contract of a run. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/base/json.ts';
import type { DeploymentPlan } from '../../../../src/ir/plan-schema.ts';
import { eventTypes } from '../../../../src/language/contract/vocabulary.ts';
import { fits } from '../../../../src/language/generated/contract.js';
import { contractOf } from '../../../../src/runtime/contract/contract.ts';
import { fold } from '../../../../src/runtime/journal/fold.ts';
import { keptId } from '../../../support/contracts.ts';
import { at, ofRun, start } from '../journal/entries.ts';

const plan = JSON.parse(
  readFileSync(`test/fixtures/runs/v1/runs/${keptId}/plan.json`, 'utf8'),
) as unknown as DeploymentPlan;
const profile = (type?: string): object => ({
  ...(type === undefined ? {} : { type }),
  runtime: { mode: 'default' },
  sandbox: { mode: 'inherit' },
  permissions: 'deny-all',
});
const withTypes = (types: Readonly<Record<string, string | undefined>>): DeploymentPlan =>
  ({
    ...plan,
    components: Object.keys(types).map((moniker) => ({ moniker, program: {} })),
    runtime: {
      components: Object.fromEntries(Object.keys(types).map((moniker) => [moniker, { profile: moniker }])),
      profiles: Object.fromEntries(Object.entries(types).map(([moniker, type]) => [moniker, profile(type)])),
    },
  }) as unknown as DeploymentPlan;
const contract = (given: DeploymentPlan, ...entries: Parameters<typeof fold>[0]): Record<string, JsonObject> => {
  const made = contractOf(keptId, given, fold(entries));
  expect(fits(JSON.parse(JSON.stringify(made)))).toBe(true);
  return made as Record<string, JsonObject>;
};

describe('004-2: a contract', () => {
  it('fits its schema before the run has begun, while it goes on and after its end', () => {
    const ended = ofRun('gate', { state: 'FAILED', reasons: ['r'] });
    expect(contract(plan)['operationTask']).toEqual({ taskId: `urn:headgate:run:${keptId}:task`, state: 'queued' });
    expect(contract(plan, start())['operationTask']).toMatchObject({ state: 'running' });
    expect(contract(plan, start(), ended)['operationTask']).toMatchObject({ state: 'failed' });
  });

  it('is named after its run, and refers to its plan', () => {
    const made = contract(plan, start());
    expect(made['id']).toBe(`urn:srcos:agent-machine:workspace-operation-contract:${keptId}`);
    expect(made['workspaceOperation']).toMatchObject({ operationId: `urn:headgate:run:${keptId}` });
    expect(made['artifacts']?.['localAgentExecution']).toMatchObject({
      delegationRef: `urn:headgate:plan:${plan.planDigest}`,
    });
  });

  it('004-6: says of each event that it is declared', () => {
    const events = contract(plan, start({}, 7))['controls']?.['operationEvents'] as readonly Record<string, string>[];
    expect(events.map(({ eventType }) => eventType)).toEqual(eventTypes);
    for (const { at: time, details } of events) {
      expect(time).toBe(at(7));
      expect(details).toMatch(/^declared: /);
    }
  });

  it.each([
    [{ '/': undefined, '/a': undefined }, 'personal', 'local_model_provider'],
    [{ '/': undefined, '/a': 'airgapped_local_only' }, 'airgapped_local_only', 'local_model_provider'],
    [{ '/': 'corporate_firewall', '/a': 'hosted_model_provider' }, 'corporate_firewall', 'hosted_model_provider'],
    [{ '/': 'user_owned_model', '/a': 'local_model_provider' }, 'user_owned_model', 'user_owned_model'],
  ])('has the types of the profiles of its plan: %j', (types, ofProfile, ofProvider) => {
    const { artifacts } = contract(withTypes(types));
    expect(artifacts?.['agentMachineProfile']).toMatchObject({ profileType: ofProfile });
    expect(artifacts?.['modelProviderBinding']).toMatchObject({ profileType: ofProvider });
  });
});
