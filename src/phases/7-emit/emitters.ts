/**
 * Phase 7, emit. In: a plan; for what no plan holds, the compile that it comes from. Out: files in memory, and what has to be said of
 * them. Pure. Kinds stand in two lists, [from-plan/emitters.ts] and [compile-emitters.ts], and nobody else knows them by name.
 */
import { suggest } from '../../base/suggest.ts';
import { compileEmitters } from './compile-emitters.ts';
import type { CompileEmitter, CompileInput } from './emitter.ts';
import type { PlanEmitter, PlanInput, Report } from './from-plan/emitter.ts';
import { planEmitters } from './from-plan/emitters.ts';
import type { Files, Output } from './output.ts';

/** Kinds that a plan alone is enough for. */
export type PlanKind = keyof typeof planEmitters;
export type EmitKind = PlanKind | keyof typeof compileEmitters;

const ofPlan: Readonly<Record<string, PlanEmitter>> = planEmitters;
const ofCompile: Readonly<Record<string, CompileEmitter>> = compileEmitters;

/** What every `--emit` kind writes, by name. */
export const outputs: Readonly<Record<EmitKind, Output>> = { ...compileEmitters, ...planEmitters };

export const planKinds: readonly PlanKind[] = (Object.keys(planEmitters) as PlanKind[]).sort();
export const emitKinds: readonly EmitKind[] = (Object.keys(outputs) as EmitKind[]).sort();

export const isPlanKind = (kind: string): kind is PlanKind => Object.hasOwn(planEmitters, kind);
export const isEmitKind = (kind: string): kind is EmitKind => Object.hasOwn(outputs, kind);

/** Throws for a kind that does not exist: a slip of the program that asks, which no scenario can cause. */
export function emitCompiled(kind: EmitKind, input: CompileInput & PlanInput, report: Report): Files {
  if (Object.hasOwn(compileEmitters, kind)) return (ofCompile[kind] as CompileEmitter).emit(input);
  return emitterOf(kind, emitKinds).emit(input, report);
}

/** The same for whoever has a plan and no compile. */
export function emitPlan(kind: PlanKind, input: PlanInput, report: Report): Files {
  if (Object.hasOwn(compileEmitters, kind))
    throw new RangeError(
      `emit(${JSON.stringify(kind)}): this output is made while compiling, and not of a plan; kinds: ${planKinds.join(', ')}`,
    );
  return emitterOf(kind, planKinds).emit(input, report);
}

function emitterOf(kind: string, kinds: readonly string[]): PlanEmitter {
  if (Object.hasOwn(planEmitters, kind)) return ofPlan[kind] as PlanEmitter;
  const near = suggest(String(kind), kinds);
  const hint = near === undefined ? '' : `did you mean \`${near}\`? `;
  throw new RangeError(
    `emit(${JSON.stringify(kind)}): there is no such kind of output; ${hint}kinds: ${kinds.join(', ')}`,
  );
}
