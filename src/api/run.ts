/**
 * `headgate/run`: runs a deployment plan on this machine, every component in a sandbox of its own, and tells what happens.
 * The command line is a client of the same function.
 *
 * @example
 * const started = await run(plan, { sourceFolder: '/path/to/scenario', onEvent: (event) => console.log(event.type) });
 * if ('blocked' in started) throw new Error(started.blocked.map(({ gate }) => gate).join());
 * if (await started.ready) console.log(started.exports());
 * started.stop('enough');
 * console.log((await started.done).state);
 */

export type { Owner } from '../adapters/files/owner.ts';
export type { OpenTracingOptions, Tracing } from '../adapters/otel/tracing.ts';
export { openTracing } from '../adapters/otel/tracing.ts';
export type { JsonObject, JsonValue } from '../base/json.ts';
export type { Blocked } from '../ir/blocked.ts';
export type { DeploymentPlan } from '../ir/plan-schema.ts';
export type { FinalizeState, InteractionKind, InteractionStatus, WorkspaceStatus } from '../ir/workspace-status.ts';
export type { Entry, EntryType } from '../language/journal/entry.ts';
export type { SizedStorage } from '../ports/environment.ts';
export type { Probing } from '../ports/execution.ts';
export type { Span, SpanAttributes, SpanScope } from '../ports/tracer.ts';
export type { ComponentState, ComponentStatus } from '../runtime/actions/component/life-state.ts';
export type { Restart } from '../runtime/component.ts';
export type { LogLine } from '../runtime/environments/local/logs.ts';
export type { Verdict } from '../runtime/gate/gate.ts';
export type { CompletionBasis, Outcome } from '../runtime/gate/outcome.ts';
export type { Answering } from '../runtime/interactions/answer.ts';
export type { InteractionFault } from '../runtime/interactions/fault.ts';
export type { Answered, Asked, Interactions } from '../runtime/interactions/interactions.ts';
export type { InteractionRequest } from '../runtime/interactions/request.ts';
export type { Probed } from '../runtime/probes/complete.ts';
export type { ProbeContext, ProbeResult, Prober, Probers } from '../runtime/probes/probe.ts';
export type { ProbeReport } from '../runtime/probes/report.ts';
export type { ProfileSummary } from '../runtime/profiles/summary.ts';
export type { Run, RunEvent, RunSettings } from '../runtime/run.ts';
export { readRun } from '../runtime/state/run-files.ts';
export type { ComponentSummary, RunStatus } from '../runtime/status.ts';
export { statusOf } from '../runtime/status.ts';
export type { Sealed } from '../runtime/verdict/seal.ts';
export type { VerdictState } from '../runtime/verdict/verdict-state.ts';
export type {
  Finalized,
  FinalizeHow,
  FinalizeRefused,
  FinalizeRequest,
} from '../runtime/workspaces/finalize-request.ts';
export { finalizeRun } from '../runtime/workspaces/finalize-run.ts';
export type { RunOptions } from '../server/run-served.ts';
export { run } from '../server/run-served.ts';
