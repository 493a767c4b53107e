import { inSpan, type Span } from '../ports/tracer.ts';
import type { CompileOptions, PhaseName } from './options.ts';

export type Timer = <T>(name: PhaseName, run: (span: Span) => T | Promise<T>) => Promise<T>;

/** Times phases; what runs inside another phase is not counted twice. */
export function timer(options: Pick<CompileOptions, 'now' | 'onPhase'>, span: Span): Timer {
  const now = options.now ?? ((): number => 0);
  let inner = 0;
  let around = span;
  return async (name, run) => {
    const outer = around;
    const start = now();
    const before = inner;
    const result = await inSpan(outer, `compile.${name}`, (own) => {
      around = own;
      return run(own);
    });
    around = outer;
    const whole = now() - start;
    options.onPhase?.(name, whole - (inner - before));
    inner = before + whole;
    return result;
  };
}
