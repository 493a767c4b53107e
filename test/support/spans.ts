/** What a trace has to be, and how its spans are found. */
import { expect } from 'vitest';
import type { SeenSpan } from './otlp-collector.ts';

/** The only one of this name, and what it is in. */
export function one(spans: readonly SeenSpan[], name: string): SeenSpan & { readonly parent: string | undefined } {
  const named = spans.filter((span) => span.name === name);
  expect(named.map((span) => span.name)).toEqual([name]);
  const span = named[0] as SeenSpan;
  return { ...span, parent: spans.find(({ spanId }) => spanId === span.parentSpanId)?.name };
}

export const named = (spans: readonly SeenSpan[], name: string, component: string): readonly SeenSpan[] =>
  spans.filter((span) => span.name === name && span.attributes['headgate.component'] === component);

export function expectWhole(spans: readonly SeenSpan[], root: string): void {
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  const known = new Map(spans.map((span) => [span.spanId, span]));
  for (const span of spans) {
    expect(span.end, span.name).toBeGreaterThanOrEqual(span.start);
    if (span.name === root) continue;
    const parent = known.get(span.parentSpanId);
    expect(parent, `${span.name} has no parent`).toBeDefined();
    // Times are of two clocks, one of which counts whole milliseconds.
    expect(span.start + 2_000_000n, `${span.name} begins before ${parent?.name}`).toBeGreaterThanOrEqual(
      parent?.start ?? 0n,
    );
  }
}
