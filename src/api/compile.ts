/** The library: compile a scenario with ports of your own. */

export { findSettings } from '../adapters/files/settings-finder.ts';
export type { HttpLoaderOptions, HttpTimeouts } from '../adapters/loaders/http-loader.ts';
export type { LoaderOptions } from '../adapters/loaders/loader.ts';
export type { MemoryFiles, MemoryLoaderOptions } from '../adapters/loaders/memory-loader.ts';
export { createMemoryLoader } from '../adapters/loaders/memory-loader.ts';
export type { MemoryAnswer } from '../adapters/policies/memory-client.ts';
export { createMemoryPolicyClient } from '../adapters/policies/memory-client.ts';
export type { SandboxPolicyClientOptions } from '../adapters/policies/sandbox-client.ts';
export { createSandboxPolicyClient } from '../adapters/policies/sandbox-client.ts';
export type { HiddenPlace } from '../adapters/sandbox/hidden.ts';
export type { Formatted } from '../authoring/format/index.ts';
export type { ListedGlob } from '../base/glob-list.ts';
export type { JsonObject, JsonValue } from '../base/json.ts';
export type { Location, Range } from '../base/span.ts';
export type { Position, PositionRange, Sources, SourceText } from '../base/text.ts';
export { defaultLimits } from '../compile/options.ts';
export type { Compiled, CompileOptions, CompileResult, PhaseName } from '../compile.ts';
export { compile, createDocuments } from '../compile.ts';
export type { Diagnostic, Related, Severity } from '../diagnostics/diagnostic.ts';
export type { Edit, Fix, FixKind } from '../diagnostics/fix.ts';
export type { JsonChecked, JsonDiagnostic, JsonFix, JsonPlace, JsonReport } from '../diagnostics/render/json.ts';
export { renderJson } from '../diagnostics/render/json.ts';
export type { Paint, Palette } from '../diagnostics/render/palette.ts';
export type { TextOptions } from '../diagnostics/render/text.ts';
export { renderText } from '../diagnostics/render/text.ts';
export type { ConfigSpace, ConfigValue } from '../ir/config.ts';
export type {
  Governed,
  HeardAnswer,
  PolicyFinding,
  PolicyRecord,
  PolicyRecording,
  ShadowDifference,
} from '../ir/governed.ts';
export type {
  Component,
  ComponentExport,
  ComponentId,
  Edge,
  EdgeSource,
  Graph,
  LoweredArgument,
  LoweredEndpoint,
  LoweredEnvValue,
  LoweredMount,
  LoweredNetwork,
  LoweredProgram,
  Origin,
  Origins,
  Protocol,
  Provide,
  Resource,
  ScenarioExport,
  Slot,
} from '../ir/graph.ts';
export type { Linked, LinkedScenario, PolicyEntry, Scope } from '../ir/linked.ts';
export type { LockedFile, LockInput } from '../ir/lock.ts';
export type { Capability, CapabilityKind, Spelling } from '../ir/manifest.ts';
export type { PlanCompletion, PlanProbe } from '../ir/plan-probe-schema.ts';
export type { PlanProfile, PlanSandbox } from '../ir/plan-profile-schema.ts';
export type { ComponentRuntime } from '../ir/plan-runtime-schema.ts';
export type { DeploymentPlan } from '../ir/plan-schema.ts';
export type { PlanVault } from '../ir/plan-vault-schema.ts';
export type { PlanWorkspace } from '../ir/plan-workspace-schema.ts';
export type { PolicyMode, PolicySetting, SecretGrant } from '../ir/policy-settings.ts';
export type { PolicySelection, PolicySelections, ProtocolVersion } from '../ir/protocol.ts';
export type {
  ComponentLimits,
  ComponentSettings,
  DelegationFile,
  Mention,
  NamedFile,
  RestartPolicy,
  RotationReaction,
  RuntimeSettings,
  WrittenBudget,
} from '../ir/runtime-settings.ts';
export type {
  ArrayNode,
  BooleanNode,
  Entry,
  NullNode,
  NumberNode,
  ObjectNode,
  StringNode,
  SyntaxNode,
} from '../ir/syntax.ts';
export type { RealizedAt } from '../ir/workspace-status.ts';
export type { GivenConfig } from '../language/config/given.ts';
export type { SecretReference, SecretVersion } from '../language/secrets/reference.ts';
export type { RunningSettings, Settings } from '../language/settings/index.ts';
export type { Level, Levels } from '../language/settings/levels.ts';
export type { CheckSettings } from '../language/settings/sections/check.ts';
export type { CompletionSettings } from '../language/settings/sections/completion.ts';
export type { ComponentsSettings } from '../language/settings/sections/components.ts';
export type { EnvironmentsSettings } from '../language/settings/sections/environments.ts';
export type { ExperimentalFeaturesSettings } from '../language/settings/sections/experimental-features.ts';
export type { GrantsSettings } from '../language/settings/sections/grants.ts';
export type { LintSettings, PathLevels } from '../language/settings/sections/lint.ts';
export type { PoliciesSettings } from '../language/settings/sections/policies.ts';
export type { ProbeSettings, ProbesSettings } from '../language/settings/sections/probes.ts';
export type { ProfileSettings, ProfilesSettings } from '../language/settings/sections/profiles.ts';
export type { SandboxesSettings, SandboxSettings } from '../language/settings/sections/sandboxes.ts';
export type { LockedVaultSettings, VaultSettings, VaultsSettings } from '../language/settings/sections/vaults.ts';
export type { WorkspacesSettings } from '../language/settings/sections/workspaces.ts';
export type { Sections } from '../language/settings/sections.ts';
export type { DocumentStore } from '../phases/2-resolve/document-store.ts';
export type { Verify } from '../phases/5-govern/index.ts';
export type { EmitKind, PlanKind } from '../phases/7-emit/emitters.ts';
export { emitKinds } from '../phases/7-emit/emitters.ts';
export type {
  ComponentExplanation,
  Connection,
  EdgeExplanation,
  Explanation,
  HopExplanation,
  Place,
  PolicyPart,
} from '../plan/explain/explain.ts';
export type { OrderRule } from '../plan/explain/order.ts';
export type { ProfileExplanation } from '../plan/explain/profile.ts';
export { explanationText } from '../plan/explain/text.ts';
export type { WorkspaceExplanation } from '../plan/explain/workspace.ts';
export { linksOfPlan, obligationsOfPlan } from '../plan/prove/from-plan.ts';
export type { Grain } from '../plan/prove/grain.ts';
export { linksAt, obligationsAt } from '../plan/prove/grain.ts';
export type { ChainHop, Link, Obligation } from '../plan/prove/obligation.ts';
export { linksOf } from '../plan/prove/obligation.ts';
export type { ProofOptions, Violation } from '../plan/prove/prove.ts';
export { prove } from '../plan/prove/prove.ts';
export type { Confinement, Outside } from '../ports/confinement.ts';
export type { InlinedFile, Loaded, Loader, LoadFailure, LoadResult } from '../ports/loader.ts';
export type { Machine } from '../ports/machine.ts';
export type {
  PolicyAsk,
  PolicyCall,
  PolicyClient,
  PolicyLimits,
  PolicyOutcome,
  PolicyPeer,
  PolicyPhase,
  PolicyProcess,
} from '../ports/policy-client.ts';
export type { SecretConsumer, Secrets } from '../ports/secrets.ts';
export type { Span, SpanAttributes, SpanScope } from '../ports/tracer.ts';
export type { VaultAnswer, VaultFault, VaultFaultCode } from '../ports/vault.ts';
export type { CheckOptions, CheckResult, LevelOptions } from './library/check.ts';
export { applyLevels, check } from './library/check.ts';
export { explain, explainable, explainCode } from './library/explain.ts';
export type { FmtInput } from './library/fmt.ts';
export { fmt } from './library/fmt.ts';
export { createLoader } from './library/loader.ts';
export { readPlan } from './library/plan.ts';
export type { ReadSettingsOptions, SettingsFile } from './library/settings.ts';
export { readSettings } from './library/settings.ts';
