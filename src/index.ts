/** The library: compile a scenario with ports of your own. */

export type { HttpLoaderOptions, HttpTimeouts } from './adapters/http-loader.ts';
export type { LoaderOptions } from './adapters/loader.ts';
export { createLoader } from './adapters/loader.ts';
export type { MemoryFiles, MemoryLoaderOptions } from './adapters/memory-loader.ts';
export { createMemoryLoader } from './adapters/memory-loader.ts';
export type { MemoryAnswer } from './adapters/memory-policy-client.ts';
export { createMemoryPolicyClient } from './adapters/memory-policy-client.ts';
export type { SandboxPolicyClientOptions } from './adapters/sandbox-policy-client.ts';
export { createSandboxPolicyClient } from './adapters/sandbox-policy-client.ts';
export { findSettings } from './adapters/settings-finder.ts';
export type { ListedGlob } from './base/glob-list.ts';
export type { JsonObject, JsonValue } from './base/json.ts';
export type { Location, Range } from './base/span.ts';
export type { Position, PositionRange, Sources, SourceText } from './base/text.ts';
export type { Compiled, CompileOptions, CompileResult, PhaseName } from './compile.ts';
export { compile, createDocuments, defaultLimits } from './compile.ts';
export type { Diagnostic, Related, Severity } from './diagnostics/diagnostic.ts';
export type { Edit, Fix, FixKind } from './diagnostics/fix.ts';
export type { JsonDiagnostic, JsonFix, JsonPlace, JsonReport } from './diagnostics/render/json.ts';
export { renderJson } from './diagnostics/render/json.ts';
export type { Paint, Palette } from './diagnostics/render/palette.ts';
export type { TextOptions } from './diagnostics/render/text.ts';
export { renderText } from './diagnostics/render/text.ts';
export type {
  ComponentExplanation,
  Connection,
  EdgeExplanation,
  Explanation,
  HopExplanation,
  Place,
  PolicyPart,
} from './explain/explain.ts';
export type { OrderRule } from './explain/order.ts';
export { explanationText } from './explain/text.ts';
export type { Formatted } from './format/index.ts';
export type { ConfigSpace, ConfigValue } from './ir/config.ts';
export type {
  Governed,
  HeardAnswer,
  PolicyFinding,
  PolicyRecord,
  PolicyRecording,
  ShadowDifference,
} from './ir/governed.ts';
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
} from './ir/graph.ts';
export type { Linked, LinkedScenario, PolicyEntry, Scope } from './ir/linked.ts';
export type { LockedFile, LockInput } from './ir/lock.ts';
export type { Capability, CapabilityKind, Spelling } from './ir/manifest.ts';
export type { DeploymentPlan } from './ir/plan-schema.ts';
export type { PolicyMode, PolicySetting, SecretGrant } from './ir/policy-settings.ts';
export type { PolicySelection, PolicySelections } from './ir/protocol.ts';
export type { CheckOptions, CheckResult, LevelOptions } from './library/check.ts';
export { applyLevels, check } from './library/check.ts';
export { explain, explainable, explainCode } from './library/explain.ts';
export type { FmtInput } from './library/fmt.ts';
export { fmt } from './library/fmt.ts';
export type { ReadSettingsOptions, SettingsFile } from './library/settings.ts';
export { readSettings } from './library/settings.ts';
export type { DocumentStore } from './phases/2-resolve/document-store.ts';
export type { Verify } from './phases/5-govern/index.ts';
export type { EmitKind } from './phases/7-emit/emitters.ts';
export { emitKinds } from './phases/7-emit/emitters.ts';
export type { InlinedFile, Loaded, Loader, LoadFailure, LoadResult } from './ports/loader.ts';
export type {
  PolicyAsk,
  PolicyCall,
  PolicyClient,
  PolicyLimits,
  PolicyOutcome,
  PolicyPeer,
  PolicyPhase,
  PolicyProcess,
} from './ports/policy-client.ts';
export type { Span, SpanAttributes, SpanScope } from './ports/tracer.ts';
export { linksOfPlan, obligationsOfPlan } from './prove/from-plan.ts';
export type { Grain } from './prove/grain.ts';
export { linksAt, obligationsAt } from './prove/grain.ts';
export type { ChainHop, Link, Obligation } from './prove/obligation.ts';
export { linksOf } from './prove/obligation.ts';
export type { ProofOptions, Violation } from './prove/prove.ts';
export { prove } from './prove/prove.ts';
export type { Settings } from './settings/index.ts';
export type { Level, Levels } from './settings/levels.ts';
export type { CheckSettings } from './settings/sections/check.ts';
export type {
  ComponentLimits,
  ComponentSettings,
  ComponentsSettings,
  RestartPolicy,
} from './settings/sections/components.ts';
export type { LintSettings, PathLevels } from './settings/sections/lint.ts';
export type { PoliciesSettings } from './settings/sections/policies.ts';
export type { Sections } from './settings/sections.ts';
