/** The library: compile a scenario with ports of your own. */

export { createLoader } from './adapters/loader.ts';
export { createMemoryLoader } from './adapters/memory-loader.ts';
export { createMemoryPolicyClient } from './adapters/memory-policy-client.ts';
export { createSandboxPolicyClient } from './adapters/sandbox-policy-client.ts';
export type { JsonObject, JsonValue } from './base/json.ts';
export type { Location, Range } from './base/span.ts';
export type { Position, PositionRange, Sources, SourceText } from './base/text.ts';
export type { Compiled, CompileOptions, CompileResult, PhaseName } from './compile.ts';
export { compile, defaultLimits } from './compile.ts';
export type { Diagnostic, Related, Severity } from './diagnostics/diagnostic.ts';
export type { JsonDiagnostic, JsonPlace, JsonReport } from './diagnostics/render/json.ts';
export { renderJson } from './diagnostics/render/json.ts';
export { renderText } from './diagnostics/render/text.ts';
export type { LockInput } from './ir/lock.ts';
export type { DeploymentPlan } from './ir/plan-schema.ts';
export type { PolicyMode, PolicySetting, SecretGrant } from './ir/policy-settings.ts';
export type { Loaded, Loader, LoadFailure, LoadResult } from './ports/loader.ts';
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
