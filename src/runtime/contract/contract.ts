/**
 * The contract of a run, version 0.1.0: what its plan promises, and how it stands by its journal. What is constant in a contract is
 * written as the form wants it; docs/contracts.md says of each what enforces it, and what nothing does yet.
 */
import type { JsonObject } from '../../base/json.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import {
  artifactTypes,
  bundleExclusions,
  contractKind,
  contractVersion,
  eventTypes,
  modelProviderTypes,
  operationTypes,
  policyGates,
  profileTypes,
  separations,
} from '../../language/contract/vocabulary.ts';
import { profileOf } from '../../plan/profiles/profile-of.ts';
import type { RunState } from '../journal/fold.ts';
import { budgetsOf } from './budget.ts';
import { stateOfRun } from './states.ts';
import { actionUrn, commandUrn, contractUrn, planUrn, runUrn } from './urns.ts';

/** The same for the same plan and entries. O(components). */
export function contractOf(id: string, plan: DeploymentPlan, run: RunState): JsonObject {
  const { execution, operation } = budgetsOf(plan);
  const types = profileTypesOf(plan);
  const providers: readonly string[] = modelProviderTypes;
  return {
    specVersion: contractVersion,
    id: contractUrn(id),
    kind: contractKind,
    workspaceOperation: {
      operationId: runUrn(id),
      operationType: 'agent_machine.execution.start',
      commandRef: commandUrn('run'),
    },
    operationTask: { taskId: `${runUrn(id)}:task`, state: stateOfRun(run) },
    supportedOperationTypes: operationTypes,
    profiles: { supported: profileTypes, inspectableSeparation: allTo(separations, true) },
    artifacts: {
      requiredArtifacts: artifactTypes,
      agentMachineProfile: { kind: 'AgentMachineProfile', profileType: types[0] ?? 'personal' },
      localAgentExecution: { kind: 'LocalAgentExecution', delegationRef: planUrn(plan.planDigest), budget: execution },
      toolGrantRecord: {
        kind: 'ToolGrantRecord',
        applyCommandRef: actionUrn('grant.apply'),
        revokeCommandRef: actionUrn('grant.revoke'),
      },
      containerExecutionRecord: { kind: 'ContainerExecutionRecord', operationType: 'agent_machine.container.run' },
      modelProviderBinding: {
        kind: 'ModelProviderBinding',
        operationType: 'agent_machine.model_provider.bind',
        profileType: types.find((type) => providers.includes(type)) ?? 'local_model_provider',
        policyGateRef: 'urn:headgate:gate:modelProviderUse',
      },
      agentMachineDiagnosticBundle: {
        kind: 'AgentMachineDiagnosticBundle',
        operationType: 'agent_machine.diagnostics.export_redacted',
        ...allTo(bundleExclusions, false),
      },
    },
    controls: {
      delegatedAuthorityRequired: true,
      policyGates: allTo(policyGates, true),
      budget: operation,
      operationEvents: declaredEvents(id, run),
      durableWorkspaceState: { mode: 'operation-contract-only', externalWrites: false },
      ambientAuthority: false,
    },
    audit: { auditableCommands: auditable },
  };
}

const allTo = (names: readonly string[], value: boolean): JsonObject =>
  Object.fromEntries(names.map((name) => [name, value]));

/** Of its components, in their order, each once. A profile may leave its type open. */
const profileTypesOf = ({ components, runtime }: DeploymentPlan): readonly string[] => [
  ...new Set(components.flatMap(({ moniker }) => profileOf(moniker, runtime)?.profile.type ?? [])),
];

/** The form wants one of every type, whether it came about or not: they are a catalogue, and say so. */
const declaredEvents = (id: string, { startedAt }: RunState): readonly JsonObject[] =>
  eventTypes.map((eventType) => ({
    eventType,
    at: startedAt ?? 'declared',
    details: `declared: an event that a run may have; what happened is told by \`headgate contract export ${id} --record\``,
  }));

/** What the journal of a run has entries of. */
const auditable: readonly JsonObject[] = [
  ['agent_machine.execution.start', commandUrn('run')],
  ['agent_machine.execution.cancel', commandUrn('stop')],
  ['agent_machine.tool_grant.apply', actionUrn('grant.apply')],
  ['agent_machine.tool_grant.revoke', actionUrn('grant.revoke')],
].map(([operationType = '', commandRef = '']) => ({ operationType, commandRef, auditable: true }));
