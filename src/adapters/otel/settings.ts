/** What the standard environment variables say about tracing, without loading anything for it. */

export interface TraceSettings {
  readonly exporters: readonly ('otlp' | 'console')[];
  /** What is asked for and cannot be had, in words. */
  readonly faults: readonly string[];
}

type Env = Readonly<Record<string, string | undefined>>;

/** Nothing is traced unless somebody says where the spans go to. */
export function traceSettings(env: Env): TraceSettings {
  const nothing = { exporters: [], faults: [] };
  if (textOf(env, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return nothing;
  const named = textOf(env, 'OTEL_TRACES_EXPORTER');
  const endpoint = textOf(env, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') ?? textOf(env, 'OTEL_EXPORTER_OTLP_ENDPOINT');
  if (named === undefined && endpoint === undefined) return nothing;
  const names = (named ?? 'otlp').split(',').map((name) => name.trim().toLowerCase());
  const exporters = (['otlp', 'console'] as const).filter((name) => names.includes(name));
  const unknown = names.filter((name) => !['otlp', 'console', 'none', ''].includes(name));
  const faults = unknown.map((name) => `OTEL_TRACES_EXPORTER: there is no \`${name}\`, only otlp, console and none`);
  if (!exporters.includes('otlp')) return { exporters, faults };
  if (endpoint !== undefined && !/^https?:$/.test(URL.canParse(endpoint) ? new URL(endpoint).protocol : ''))
    faults.push('the endpoint of OTEL_EXPORTER_OTLP_ENDPOINT is not an http or https URL');
  else if (protocolOf(env) === undefined)
    faults.push('OTEL_EXPORTER_OTLP_PROTOCOL: only http/protobuf and http/json are spoken');
  else return { exporters, faults };
  return { exporters: exporters.filter((name) => name !== 'otlp'), faults };
}

/** True where a command has to open a trace, if only to say why there is none. */
export function isTraced(env: Env): boolean {
  const { exporters, faults } = traceSettings(env);
  return exporters.length > 0 || faults.length > 0;
}

export function protocolOf(env: Env): 'http/protobuf' | 'http/json' | undefined {
  const named = textOf(env, 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? textOf(env, 'OTEL_EXPORTER_OTLP_PROTOCOL');
  const protocol = named ?? 'http/protobuf';
  return protocol === 'http/protobuf' || protocol === 'http/json' ? protocol : undefined;
}

/** An empty variable is one that is not set, says the standard. */
export function textOf(env: Env, name: string): string | undefined {
  const text = env[name]?.trim();
  return text === '' ? undefined : text;
}
