/** What is traced, by the built command line against a collector on loopback; `docs/tracing.md`. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type CliRun, cliPath, startCli } from '../support/cli.ts';
import { type Collector, startCollector } from '../support/otlp-collector.ts';
import { expectWhole, one } from '../support/spans.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const { path: folder, remove } = createTempFolder();
const redaction = resolve('examples/redaction/scenario.yaml');

afterAll(remove);

let collector: Collector | undefined;
afterEach(async () => {
  await collector?.close();
  collector = undefined;
});

async function collect(answer?: () => number | undefined): Promise<Collector> {
  collector = await startCollector(answer);
  return collector;
}

const compile = (
  scenario: string,
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<CliRun> =>
  startCli(['compile', scenario, '--emit', `plan=${join(folder, 'plan.json')}`, ...args], { cwd: folder, env }).ended;

describe('compile', () => {
  it.each(['http/protobuf', 'http/json'])('sends its phases and each call of a policy: %s', async (protocol) => {
    const { url, spans, requests } = await collect();
    const ran = await compile(redaction, {
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=blue',
      OTEL_SERVICE_NAME: 'wiring',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=ci,team=a%20b',
    });
    expect([ran.status, ran.stderr]).toEqual([0, '']);
    expect(requests.map(({ path }) => path)).toEqual(['/v1/traces']);
    expect(requests[0]?.headers['x-tenant']).toBe('blue');
    expect(requests[0]?.headers['content-type']).toBe(
      protocol === 'http/json' ? 'application/json' : 'application/x-protobuf',
    );
    expectWhole(spans(), 'headgate compile');
    expect(one(spans(), 'headgate compile')).toMatchObject({
      parentSpanId: '',
      failed: false,
      attributes: { 'headgate.exit_code': 0 },
      resource: { 'service.name': 'wiring', 'deployment.environment.name': 'ci', team: 'a b' },
    });
    expect(one(spans(), 'compile').parent).toBe('headgate compile');
    for (const phase of ['resolve', 'link', 'govern', 'plan'])
      expect(one(spans(), `compile.${phase}`).parent).toBe('compile');
    expect(one(spans(), 'compile.ask').parent).toBe('compile.govern');
    const call = one(spans(), 'policy.call');
    expect(call).toMatchObject({ parent: 'compile.ask', failed: false });
    expect(call.attributes).toEqual({
      'headgate.scope': '/',
      'headgate.policy': '#redaction.apply',
      'headgate.policy.running': false,
      'headgate.request.bytes': expect.any(Number),
      'headgate.answer.bytes': expect.any(Number),
      'headgate.outcome': 'succeeded',
    });
    expect(one(spans(), 'policy.ready').parent).toBe('policy.call');
  });

  it('continues the trace of whoever started it, and hands it on to the policy', async () => {
    const { url, spans } = await collect();
    const seen: string[] = [];
    const policy = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (data) => {
        seen.push(data.toString('latin1'));
        socket.end('HTTP/1.1 500 no\r\ncontent-length: 0\r\n\r\n');
      });
    });
    await new Promise<void>((done) => policy.listen(0, '127.0.0.1', done));
    const { port } = policy.address() as { port: number };
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const env = {
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/own/path`,
      TRACEPARENT: `00-${trace}-b7ad6b7169203331-01`,
    };
    const ran = await compile(redaction, env, '--policy', `redaction=http://127.0.0.1:${port}/`);
    await new Promise((done) => policy.close(done));
    expect(ran.status).toBe(1);
    expect(collector?.requests.map(({ path }) => path)).toEqual(['/own/path']);
    expect(one(spans(), 'headgate compile')).toMatchObject({
      traceId: trace,
      parentSpanId: 'b7ad6b7169203331',
      failed: true,
    });
    const call = one(spans(), 'policy.call');
    expect(call).toMatchObject({ failed: true, traceId: trace });
    expect(call.attributes).toMatchObject({ 'headgate.failure.phase': 'status', 'headgate.policy.running': true });
    expect(one(spans(), 'compile')).toMatchObject({ failed: true, attributes: { 'headgate.errors': 1 } });
    expect(seen.join()).toContain(`traceparent: 00-${trace}-${call.spanId}-01`);
  });

  it('that is interrupted sends what there was', async () => {
    const { url, spans } = await collect();
    let asked: () => void = () => {};
    const waiting = new Promise<void>((done) => {
      asked = done;
    });
    const policy = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', asked);
    });
    await new Promise<void>((done) => policy.listen(0, '127.0.0.1', done));
    const { port } = policy.address() as { port: number };
    const args = ['compile', redaction, '--policy', `redaction=http://127.0.0.1:${port}/`];
    const { child, ended } = startCli(args, { cwd: folder, env: { OTEL_EXPORTER_OTLP_ENDPOINT: url } });
    await waiting;
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ status: 130, stderr: '' });
    await new Promise((done) => policy.close(done));
    expectWhole(spans(), 'headgate compile');
    expect(one(spans(), 'policy.call')).toMatchObject({
      failed: true,
      attributes: { 'headgate.failure.phase': 'cancelled' },
    });
    for (const name of ['compile.ask', 'compile', 'headgate compile'])
      expect(one(spans(), name)).toMatchObject({ failed: true, attributes: { 'headgate.outcome': 'interrupted' } });
  });

  it('is not traced where the parent is not', async () => {
    const { url, requests } = await collect();
    const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
    expect((await compile(redaction, { OTEL_EXPORTER_OTLP_ENDPOINT: url, TRACEPARENT })).status).toBe(0);
    expect(requests).toEqual([]);
  });

  it.each([
    ['OTEL_SDK_DISABLED', 'true'],
    ['OTEL_TRACES_EXPORTER', 'none'],
    ['OTEL_TRACES_SAMPLER', 'always_off'],
  ])('is not traced with %s=%s', async (name, value) => {
    const { url, requests } = await collect();
    const ran = await compile(redaction, { OTEL_EXPORTER_OTLP_ENDPOINT: url, [name]: value });
    expect([ran.status, ran.stderr, requests]).toEqual([0, '', []]);
  });

  it('to standard error, a line for a span', async () => {
    const ran = await compile(redaction, { OTEL_TRACES_EXPORTER: 'console' });
    const lines = ran.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { span: string; ms: number });
    expect(lines.map(({ span }) => span)).toContain('policy.call');
    expect(lines.at(-1)).toMatchObject({ span: 'headgate compile', parentSpanId: null, failed: false });
  });

  it.each([
    ['refuses', (): number => 401, /^warning: tracing: .*\n$/],
    ['is overloaded', (): number => 503, /^warning: tracing: .*\n$/],
    ['never answers', (): undefined => undefined, /^warning: tracing: .*\n$/],
  ])('a collector that %s changes nothing but one warning', async (_, answer, warning) => {
    const { url, requests } = await collect(answer);
    const ran = await compile(redaction, { OTEL_EXPORTER_OTLP_ENDPOINT: url });
    const delay = performance.now() - (requests[0]?.at ?? 0);
    expect([ran.status, ran.stdout]).toEqual([0, '']);
    expect(ran.stderr).toMatch(warning);
    // What headgate waits for, and what a busy machine takes to notice its end.
    expect(delay).toBeLessThan(1_500);
  });

  it('a collector that is not there costs no second', async () => {
    const { url, close } = await startCollector();
    await close();
    const ran = await compile(redaction, { OTEL_EXPORTER_OTLP_ENDPOINT: url });
    expect(ran.status).toBe(0);
    expect(ran.stderr).toMatch(/^warning: tracing: spans are lost: connect ECONNREFUSED 127\.0\.0\.1:\d+\n$/);
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'not an http or https URL'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'http/protobuf'],
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'zipkin'],
  ])('a setting that cannot be followed is told: %o', async (env, told) => {
    const ran = await compile(redaction, env);
    expect([ran.status, ran.stderr.split('\n').length]).toEqual([0, 2]);
    expect(ran.stderr).toContain(told);
  });
});

describe('nobody traces', () => {
  /** Names of the scripts that a command opens. */
  const opened = (args: readonly string[], env: Readonly<Record<string, string>>): readonly string[] => {
    const trace = join(folder, 'opened');
    const { status, stderr } = spawnSync(
      'strace',
      ['-f', '-e', 'trace=openat', '-o', trace, process.execPath, cliPath, ...args],
      { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder, ...env }, encoding: 'utf8' },
    );
    expect(status, stderr).toBe(0);
    return [...readFileSync(trace, 'utf8').matchAll(/\/scripts\/([^"/]+)\.cjs"/g)].map(([, name]) => name as string);
  };
  const isOfTraces = (name: string): boolean => name.startsWith('otel-');

  it('loads nothing for it', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const checked = opened(['check', redaction], { OTEL_SERVICE_NAME: 'x', TRACEPARENT: traceparent });
    expect(checked).toContain('check');
    expect(checked.filter(isOfTraces)).toEqual([]);
    const args = ['compile', redaction, '--emit', 'plan=/dev/null'];
    expect(opened(args, {}).filter(isOfTraces)).toEqual([]);
    expect(opened(args, { OTEL_TRACES_EXPORTER: 'console' }).filter(isOfTraces)).not.toEqual([]);
  });
});
