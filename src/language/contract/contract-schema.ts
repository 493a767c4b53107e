/** A contract on a workspace operation, version 0.1.0: one source for schemas/operation-contract.schema.json, the validator and its words. */
import { allOfThem, always, closed, count, covering, each, matching, oneOf, type Schema, text } from './build.ts';
import {
  artifactTypes,
  type BudgetField,
  budgetFields,
  bundleExclusions,
  contractIdStart,
  contractKind,
  contractVersion,
  eventTypes,
  modelProviderTypes,
  operationTypes,
  policyGates,
  profileTypes,
  separations,
  taskStates,
} from './vocabulary.ts';

const budgeted: Readonly<Record<BudgetField, string>> = {
  modelCalls: 'model calls',
  tokens: 'tokens of models',
  connectorCalls: 'calls of connectors',
  cpuGpuComputeSeconds: 'seconds of processors',
  localDiskBytes: 'bytes on the disk',
  sandboxMemoryBytes: 'bytes of memory of its sandboxes',
  wallClockSeconds: 'seconds from beginning to end',
  agentConcurrency: 'agents at a time',
};

const budget = (description: string): Schema =>
  closed(
    each(budgetFields, (field) => count(budgeted[field as BudgetField])),
    description,
  );
const artifact = (kind: string, fields: Readonly<Record<string, Schema>>): Schema =>
  closed({ kind: always(kind, 'which artefact it is'), ...fields }, `the artefact ${kind}`);
const operation = (type: (typeof operationTypes)[number]): Schema => always(type, 'the operation that makes it');

const artifacts = closed(
  {
    requiredArtifacts: allOfThem(artifactTypes, 'all artefacts that operations leave'),
    agentMachineProfile: artifact('AgentMachineProfile', {
      profileType: oneOf(profileTypes, 'whose machine and whose model it is'),
    }),
    localAgentExecution: artifact('LocalAgentExecution', {
      delegationRef: text('who delegated the right to execute'),
      budget: budget('what one execution may use up'),
    }),
    toolGrantRecord: artifact('ToolGrantRecord', {
      applyCommandRef: text('the command that gives a grant'),
      revokeCommandRef: text('the command that takes it back'),
    }),
    containerExecutionRecord: artifact('ContainerExecutionRecord', {
      operationType: operation('agent_machine.container.run'),
    }),
    modelProviderBinding: artifact('ModelProviderBinding', {
      operationType: operation('agent_machine.model_provider.bind'),
      profileType: oneOf(modelProviderTypes, 'whose model is bound'),
      policyGateRef: text('the gate that decides about it'),
    }),
    agentMachineDiagnosticBundle: artifact('AgentMachineDiagnosticBundle', {
      operationType: operation('agent_machine.diagnostics.export_redacted'),
      ...each(bundleExclusions, () => always(false, 'a bundle holds none')),
    }),
  },
  'what operations leave, and by which command',
);

const event = closed(
  { eventType: oneOf(eventTypes, 'which event'), at: text('when, as its writer puts it') },
  'an event of the operation',
  { details: text('for people') },
);

const controls = closed(
  {
    delegatedAuthorityRequired: always(true, 'nothing is done without a delegation'),
    policyGates: closed(
      each(policyGates, () => always(true, 'decided by a gate')),
      'what a gate decides about',
    ),
    budget: budget('what the operation may use up'),
    operationEvents: covering(event, 'eventType', eventTypes, 'at least one event of each type'),
    durableWorkspaceState: closed(
      {
        mode: always('operation-contract-only', 'what outlives the operation'),
        externalWrites: always(false, 'nothing is written outside of the workspace'),
      },
      'what is left behind',
    ),
    ambientAuthority: always(false, 'no right comes from where it runs'),
  },
  'what holds the operation',
);

const command = closed(
  {
    operationType: oneOf(operationTypes, 'what it does'),
    commandRef: text('how it is called'),
    auditable: always(true, 'it can be audited'),
  },
  'a command',
);

export const contractSchema: Schema = {
  $id: 'https://headgate.dev/schemas/operation-contract.schema.json',
  title: `${contractKind}, version ${contractVersion}`,
  ...closed(
    {
      specVersion: always(contractVersion, 'version of this form'),
      id: matching(`^${contractIdStart}[a-z0-9][a-z0-9-]*$`, 'of this contract'),
      kind: always(contractKind, 'what this document is'),
      workspaceOperation: closed(
        {
          operationId: text('of the operation'),
          operationType: oneOf(operationTypes, 'what is done'),
          commandRef: text('the command that began it'),
        },
        'the operation',
      ),
      operationTask: closed(
        { taskId: text('of the task'), state: oneOf(taskStates, 'how it stands') },
        'what carries the operation out',
      ),
      supportedOperationTypes: allOfThem(operationTypes, 'everything that can be asked for'),
      profiles: closed(
        {
          supported: allOfThem(profileTypes, 'every type of profile'),
          inspectableSeparation: closed(
            each(separations, () => always(true, 'can be told apart')),
            'which profiles are kept apart so that it can be seen',
          ),
        },
        'types of profiles',
      ),
      artifacts,
      controls,
      audit: closed(
        {
          auditableCommands: covering(
            command,
            'operationType',
            ['agent_machine.tool_grant.apply', 'agent_machine.tool_grant.revoke'],
            'commands, those about grants among them',
          ),
        },
        'what can be audited',
      ),
    },
    'What a governed operation promises. It takes and refuses the same documents as urn:srcos:agent-machine:schema:workspace-operation-contract:v0.1.0.',
  ),
};
