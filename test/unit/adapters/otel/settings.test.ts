import { describe, expect, it } from 'vitest';
import { isTraced, protocolOf, traceSettings } from '../../../../src/adapters/otel/settings.ts';

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

describe('whether to trace', () => {
  it.each([
    [{}, []],
    [{ OTEL_SERVICE_NAME: 'x', OTEL_EXPORTER_OTLP_HEADERS: 'a=b', TRACEPARENT: 'x' }, []],
    [endpoint, ['otlp']],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://a/v1' }, ['otlp']],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, []],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, ['otlp']],
    [{ OTEL_TRACES_EXPORTER: 'console' }, ['console']],
    [{ OTEL_TRACES_EXPORTER: ' OTLP , console' }, ['otlp', 'console']],
    [{ ...endpoint, OTEL_TRACES_EXPORTER: 'console' }, ['console']],
    [{ ...endpoint, OTEL_TRACES_EXPORTER: 'none' }, []],
    [{ ...endpoint, OTEL_SDK_DISABLED: 'TRUE' }, []],
    [{ ...endpoint, OTEL_SDK_DISABLED: 'yes' }, ['otlp']],
  ] as const)('%o: %j', (env, exporters) => {
    expect(traceSettings(env)).toEqual({ exporters, faults: [] });
    expect(isTraced(env)).toBe(exporters.length > 0);
  });

  it.each([
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'zipkin'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '127.0.0.1:4317' }, 'URL'],
    [{ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'http/protobuf'],
  ])('%o is a fault, which is told', (env, fault) => {
    const { exporters, faults } = traceSettings(env);
    expect(exporters).toEqual([]);
    expect(faults.join()).toContain(fault);
    expect(isTraced(env)).toBe(true);
  });

  it('what is said of traces alone counts more', () => {
    const env = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' };
    expect([protocolOf({}), protocolOf(env)]).toEqual(['http/protobuf', 'http/json']);
  });
});
