/**
 * SDK for policies. A policy is a function from what a scope shows to interposers and findings; the SDK does the rest:
 *
 *     import { definePolicy, finding, interposer, servePolicy } from 'headgate/policy';
 *
 *     export const policy = definePolicy({
 *       name: 'recorder',
 *       decide(scope) {
 *         const recorder = interposer({
 *           program: { path: '/opt/acme/bin/recorder' },
 *           reason: 'everything between components is recorded',
 *         });
 *         const containers = scope.components.filter((c) => c.program && 'image' in c.program);
 *         return [
 *           recorder.on(scope.select({ kind: 'http', side: 'inside' })),
 *           containers.map((component) => finding('warning', 'a container', { component })),
 *         ];
 *       },
 *     });
 *
 *     await servePolicy(policy);
 *
 * - `definePolicy(spec: PolicySpec): Policy`; `policy.answer(request, context?)` is pure
 * - `interposer(spec: InterposerSpec): InterposerBuilder`, with `on(selection | edge | edges)`
 * - `finding(severity, message, about?: FindingAbout): Finding`
 * - `servePolicy(policy, options?: ServeOptions): Promise<PolicyServer>`
 */

export type {
  Argument,
  Decision,
  Endpoint,
  EnvValue,
  Finding,
  FindingAbout,
  ImageProgram,
  InterposerBuilder,
  InterposerProgram,
  InterposerSpec,
  Interposition,
  PathProgram,
  Placed,
  Placement,
  PolicySpec,
} from './decision-types.ts';
export type { Policy, PolicyAnswer, PolicyRequest } from './define.ts';
export { definePolicy } from './define.ts';
export type { PolicyErrorCode } from './error.ts';
export { PolicyError } from './error.ts';
export { finding } from './finding.ts';
export { interposer } from './interposer.ts';
export type {
  CapabilityKind,
  Component,
  Context,
  Edge,
  EdgeEnd,
  EndPattern,
  JsonObject,
  JsonValue,
  MonikerPattern,
  Protocol,
  Provide,
  Resource,
  Scope,
  SelectBy,
  Selection,
  Severity,
  Side,
  Slot,
} from './scope-types.ts';
export type { PolicyServer, ServeOptions } from './serve.ts';
export { servePolicy } from './serve.ts';
