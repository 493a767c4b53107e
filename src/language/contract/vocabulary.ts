/** The closed lists of operation contracts, and what their names begin with: for schema, words and export alike. */
import { profileTypes } from '../../ir/profile-choices.ts';

export { profileTypes };

export const contractKind = 'WorkspaceOperationContract';
export const contractVersion = '0.1.0';
/** Behind it stands a name of small letters, digits and hyphens. */
export const contractIdStart = 'urn:srcos:agent-machine:workspace-operation-contract:';

export const recordKind = 'OperationRecord';
export const recordVersion = '1.0.0';

/** What a bundle of diagnostics is called where all of its constants hold; one for which they are not known has the other name. */
export const bundleKind = 'AgentMachineDiagnosticBundle';
export const unverifiedKind = 'UnverifiedDiagnosticBundle';
export const bundleVersion = '1.0.0';
export const bundleOperation = 'agent_machine.diagnostics.export_redacted';

export const operationTypes = [
  'agent_machine.profile.create',
  'agent_machine.execution.start',
  'agent_machine.execution.cancel',
  'agent_machine.tool_grant.apply',
  'agent_machine.tool_grant.revoke',
  'agent_machine.container.run',
  'agent_machine.model_provider.bind',
  'agent_machine.diagnostics.export_redacted',
] as const;
export type OperationType = (typeof operationTypes)[number];

export const artifactTypes = [
  'AgentMachineProfile',
  'LocalAgentExecution',
  'ToolGrantRecord',
  'ContainerExecutionRecord',
  'ModelProviderBinding',
  'AgentMachineDiagnosticBundle',
] as const;

export const eventTypes = ['start', 'progress', 'failure', 'retry', 'cancel', 'complete'] as const;
export type EventType = (typeof eventTypes)[number];

export const taskStates = ['queued', 'running', 'retrying', 'cancelled', 'failed', 'completed'] as const;
export type TaskState = (typeof taskStates)[number];

export const budgetFields = [
  'modelCalls',
  'tokens',
  'connectorCalls',
  'cpuGpuComputeSeconds',
  'localDiskBytes',
  'sandboxMemoryBytes',
  'wallClockSeconds',
  'agentConcurrency',
] as const;
export type BudgetField = (typeof budgetFields)[number];

export const policyGates = [
  'toolGrant',
  'modelProviderUse',
  'networkProfile',
  'containerExecution',
  'artifactAccess',
] as const;

export const separations = [
  'personalVsCorporateFirewall',
  'corporateVsMultiCorporateFirewall',
  'enterpriseFirewallVsUserOwnedModel',
] as const;

export const modelProviderTypes = ['local_model_provider', 'hosted_model_provider', 'user_owned_model'] as const;

/** What a bundle of diagnostics says that it does not hold. */
export const bundleExclusions = [
  'credentialsIncluded',
  'tokensIncluded',
  'localSecretsIncluded',
  'sensitivePromptsIncluded',
] as const;
