import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { openOtel } from '../../../../src/adapters/otel/otel.ts';
import { openTracing } from '../../../../src/adapters/otel/tracing.ts';
import { inSpan, noSpan } from '../../../../src/ports/tracer.ts';

describe('openTracing', () => {
  it('is nothing where nobody says where to', async () => {
    const tracing = await openTracing({ env: {} });
    const span = tracing.start('a', { x: 1 });
    expect([span.traceparent, span.start('b').traceparent]).toEqual([undefined, undefined]);
    span.end();
    await tracing.close();
  });

  it('goes to a tracer that somebody else has, whatever the environment says', async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
    const tracing = await openTracing({ tracer: provider.getTracer('mine'), env });
    const outer = tracing.start('outer', { 'headgate.x': true });
    const inner = outer.start('inner');
    inner.note('seen', { times: 2 });
    inner.end({ 'headgate.y': 'z' }, 'late');
    inner.end({}, 'again');
    outer.end();
    await tracing.close();
    const [first, second, ...more] = exporter.getFinishedSpans();
    expect(more).toEqual([]);
    expect(first).toMatchObject({
      name: 'inner',
      attributes: { 'headgate.y': 'z' },
      status: { code: 2, message: 'late' },
      parentSpanContext: { spanId: second?.spanContext().spanId },
      events: [{ name: 'seen', attributes: { times: 2 } }],
    });
    expect(second).toMatchObject({ name: 'outer', attributes: { 'headgate.x': true }, status: { code: 0 } });
    const { traceId, spanId } = second?.spanContext() ?? {};
    expect(outer.traceparent).toBe(`00-${traceId}-${spanId}-01`);
  });

  it.each([
    ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', true],
    ['01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more', true],
    ['00-00000000000000000000000000000000-b7ad6b7169203331-01', false],
    ['00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01', false],
    ['ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', false],
    ['00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01', false],
    ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0', false],
    ['canary', false],
  ])('TRACEPARENT=%s is a parent: %s', async (TRACEPARENT, isParent) => {
    const lines: string[] = [];
    const env = { OTEL_TRACES_EXPORTER: 'console', TRACEPARENT };
    const tracing = openOtel({ env, version: '1', warn: () => {}, write: (text) => lines.push(text) });
    tracing.start('left open').start('inside');
    await tracing.close();
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { span: 'inside', failed: true, attributes: { 'headgate.outcome': 'interrupted' } },
      { span: 'left open', failed: true, parentSpanId: isParent ? 'b7ad6b7169203331' : null },
    ]);
  });
});

describe('inSpan', () => {
  it('answers what the work answers, and throws what it throws', async () => {
    expect(await inSpan(noSpan, 'x', () => 3)).toBe(3);
    const ends: unknown[] = [];
    const span = { ...noSpan, end: (...args: unknown[]) => void ends.push(args) };
    const failing = inSpan({ start: () => span }, 'x', () => {
      throw new Error('why');
    });
    await expect(failing).rejects.toThrow('why');
    expect(ends).toEqual([[{}, 'thrown']]);
  });
});
