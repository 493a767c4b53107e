/** Traces by the standard environment variables. Nothing of OpenTelemetry is loaded unless they ask for it. */
import type { Tracer } from '@opentelemetry/api';
import { version } from '../../base/version.ts';
import { noSpan, type SpanScope } from '../../ports/tracer.ts';
import { isTraced } from './settings.ts';

export interface OpenTracingOptions {
  /** A tracer of your own, which you flush yourself: the environment is not asked. */
  readonly tracer?: Tracer;
  /** The environment of this process unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Told once when spans are lost, in one line. */
  readonly warn?: (text: string) => void;
  /** Where `OTEL_TRACES_EXPORTER=console` writes to; standard error unless given. */
  readonly write?: (text: string) => void;
}

export interface Tracing extends SpanScope {
  /** Sends what is left, within a second. A collector that does not answer fails nothing. */
  readonly close: () => Promise<void>;
}

/**
 * Where `compile` and `run` can trace to, as their `spans`.
 *
 * @example
 * const tracing = await openTracing();
 * await compile({ …, spans: tracing });
 * await tracing.close();
 */
export async function openTracing(options: OpenTracingOptions = {}): Promise<Tracing> {
  const { tracer, env = process.env, warn = () => {} } = options;
  if (!tracer && !isTraced(env)) return { ...noSpan, close: async () => {} };
  const otel = await import('./otel.ts');
  if (tracer) return { start: otel.spansOf(tracer).start, close: async () => {} };
  const write = options.write ?? ((text: string): void => void process.stderr.write(text));
  return otel.openOtel({ env, version, warn, write });
}
