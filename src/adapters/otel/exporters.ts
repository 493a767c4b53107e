/** Where spans go to: a collector, or a stream. */
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { printable } from '../../base/printable.ts';
import { protocolOf } from './settings.ts';

/** Milliseconds: less than what a second attempt waits for, so that a collector that is not there delays no end. */
const lastTimeout = 700;

/** While the process goes on a batch is sent again; the last ones are sent once. */
export function createOtlpExporter(
  env: Readonly<Record<string, string | undefined>>,
  isClosing: () => boolean,
  warn: (text: string) => void,
): SpanExporter {
  const Exporter = protocolOf(env) === 'http/json' ? JsonExporter : ProtobufExporter;
  const patient = new Exporter();
  const hasty = new Exporter({ timeoutMillis: lastTimeout });
  return {
    export: (spans, done) => {
      const exporter = isClosing() ? hasty : patient;
      exporter.export(spans, (result) => {
        if (result.code !== 0) warn(`spans are lost: ${printable(causeOf(result.error))}`);
        done(result);
      });
    },
    shutdown: async () => {
      await Promise.all([patient.shutdown(), hasty.shutdown()]);
    },
  };
}

/** The innermost: what stands around it says no more than that something went wrong. */
function causeOf(error: Error | undefined): string {
  let cause = error;
  while (cause?.cause instanceof Error) cause = cause.cause;
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) cause = cause.errors[0];
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return cause?.message || (code === undefined ? 'the collector did not take them' : String(code));
}

/** One JSON object a line. */
export function createConsoleExporter(write: (text: string) => void): SpanExporter {
  return {
    export: (spans, done) => {
      for (const span of spans) write(`${JSON.stringify(lineOf(span))}\n`);
      done({ code: 0 });
    },
    shutdown: async () => {},
  };
}

function lineOf(span: ReadableSpan): object {
  const { traceId, spanId } = span.spanContext();
  const [seconds, nanoseconds] = span.duration;
  return {
    span: span.name,
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId ?? null,
    ms: Math.round(seconds * 1e3 + nanoseconds / 1e6),
    failed: span.status.code === 2,
    attributes: span.attributes,
  };
}
