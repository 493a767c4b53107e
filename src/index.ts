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
export type { DeploymentPlan } from './ir/plan-schema.ts';
export type { Loaded, Loader, LoadFailure, LoadResult } from './ports/loader.ts';
export type {
  PolicyAsk,
  PolicyClient,
  PolicyLimits,
  PolicyOutcome,
  PolicyPeer,
  PolicyPhase,
  PolicyProcess,
} from './ports/policy-client.ts';
