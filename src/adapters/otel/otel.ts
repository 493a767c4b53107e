/** Spans by OpenTelemetry. Loaded only where somebody traces. */
import {
  type Context,
  context,
  createTraceState,
  ROOT_CONTEXT,
  type SpanContext,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Span, SpanAttributes, SpanScope } from '../../ports/tracer.ts';
import { createConsoleExporter, createOtlpExporter } from './exporters.ts';
import { textOf, traceSettings } from './settings.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface OtelOptions {
  /** What is to be traced, and below which span. What the exporter needs it reads from the environment of the process itself. */
  readonly env: Env;
  readonly version: string;
  /** One line. */
  readonly warn: (text: string) => void;
  /** Where the exporter `console` writes to. */
  readonly write: (text: string) => void;
}

export interface OtelTracing extends SpanScope {
  /** Ends what is still open and sends what has not been sent, for as long as that may delay an end. */
  readonly close: () => Promise<void>;
}

/** Milliseconds. */
const closeWithin = 800;

export function openOtel({ env, version, warn, write }: OtelOptions): OtelTracing {
  let warned = false;
  const warnOnce = (text: string): void => {
    if (!warned) warn(text);
    warned = true;
  };
  const { exporters, faults } = traceSettings(env);
  if (faults[0] !== undefined) warnOnce(faults[0]);
  let closing = false;
  const isClosing = (): boolean => closing;
  const made: SpanExporter[] = exporters.map((name) =>
    name === 'console' ? createConsoleExporter(write) : createOtlpExporter(env, isClosing, warnOnce),
  );
  const service = resourceFromAttributes({ 'service.name': 'headgate', 'service.version': version });
  const provider = new TracerProvider({
    resource: service.merge(detectResources({ detectors: [envDetector] })),
    sampler: samplerOf(env),
    spanProcessors: made.map((exporter) => new BatchSpanProcessor({ exporter })),
  });
  const { start, endAll } = spansOf(provider.getTracer('headgate', version), parentOf(env));
  return {
    start,
    close: async () => {
      closing = true;
      endAll();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((done) => {
        timer = setTimeout(() => {
          warnOnce(`the last spans are lost: their collector did not take them within ${closeWithin} ms`);
          done();
        }, closeWithin);
      });
      // What went wrong was told by the exporter.
      await Promise.race([provider.shutdown().catch(() => {}), late]);
      clearTimeout(timer);
    },
  };
}

/** Below the span that is active unless told. */
export function spansOf(
  tracer: Tracer,
  parent: Context = context.active(),
): SpanScope & { readonly endAll: () => void } {
  const open = new Set<Span>();
  const startIn = (around: Context, name: string, attributes: SpanAttributes = {}): Span => {
    const own = tracer.startSpan(name, { attributes }, around);
    const inside = trace.setSpan(around, own);
    const span: Span = {
      start: (child, more) => startIn(inside, child, more),
      traceparent: traceparentOf(own.spanContext()),
      note: (said, more = {}) => void own.addEvent(said, more),
      end: (more = {}, fault) => {
        if (!open.delete(span)) return;
        own.setAttributes(more);
        if (fault !== undefined) own.setStatus({ code: SpanStatusCode.ERROR, message: fault });
        own.end();
      },
    };
    open.add(span);
    return span;
  };
  return {
    start: (name, attributes) => startIn(parent, name, attributes),
    // The innermost first, as they would have ended.
    endAll: () => {
      for (const span of [...open].reverse()) span.end({ 'headgate.outcome': 'interrupted' }, 'interrupted');
    },
  };
}

const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${(traceFlags & 1).toString(16).padStart(2, '0')}`;

/** The span of whoever started this process: W3C Trace Context, in the environment. */
function parentOf(env: Env): Context {
  const pattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/;
  const [, traceId, spanId, flags] = pattern.exec(textOf(env, 'TRACEPARENT') ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
  const state = textOf(env, 'TRACESTATE');
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & 1,
    isRemote: true,
    ...(state === undefined ? {} : { traceState: createTraceState(state) }),
  });
}

function samplerOf(env: Env): Sampler {
  const [, inherits, name] = /^(parentbased_)?(\w+)$/.exec(textOf(env, 'OTEL_TRACES_SAMPLER') ?? '') ?? [];
  const given = Number(textOf(env, 'OTEL_TRACES_SAMPLER_ARG') ?? 1);
  const ratio = given >= 0 && given <= 1 ? given : 1;
  const root =
    name === 'always_off'
      ? new AlwaysOffSampler()
      : name === 'traceidratio'
        ? new TraceIdRatioBasedSampler(ratio)
        : new AlwaysOnSampler();
  return name === undefined || inherits !== undefined ? new ParentBasedSampler({ root }) : root;
}
