/** What a run is traced as, by the built command line against a collector on loopback. */
import { resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Collector, type SeenSpan, startCollector } from '../support/otlp-collector.ts';
import { launch } from '../support/run/cli-run.ts';
import { counting, python, scenarioOf, task } from '../support/run/scenarios.ts';
import { exported, useRuns } from '../support/run/use-runs.ts';
import { expectWhole, named, one } from '../support/spans.ts';

const { lay, options } = useRuns();
const redaction = resolve('examples/redaction/scenario.yaml');

let collector: Collector | undefined;
afterEach(async () => {
  await collector?.close();
  collector = undefined;
});

async function collect(): Promise<Collector> {
  collector = await startCollector();
  return collector;
}

describe('run', () => {
  const traced = async (): Promise<{
    readonly env: Record<string, string>;
    readonly spans: () => readonly SeenSpan[];
  }> => {
    const { url, spans } = await collect();
    return { env: { OTEL_EXPORTER_OTLP_ENDPOINT: url }, spans };
  };

  it('of a scenario with a policy, interrupted: a span for every action, sent before the end', async () => {
    const { env, spans } = await traced();
    const run = await launch(['run', redaction], options({ env })).ready;
    const end = await run.stop('SIGINT');
    expect(end.status).toBe(5);
    expect(end.stderr).not.toContain('warning');
    expectWhole(spans(), 'headgate run');
    expect(one(spans(), 'compile').parent).toBe('headgate run');
    expect(one(spans(), 'policy.call').parent).toBe('compile.ask');
    const whole = one(spans(), 'run');
    expect(whole).toMatchObject({ parent: 'headgate run', failed: false });
    expect(whole.attributes).toMatchObject({ 'headgate.run.id': run.id, 'headgate.run.state': 'CANCELLED' });
    expect(whole.events).toEqual(expect.arrayContaining(['ready', 'cancel']));
    for (const component of ['/caller', '/responder']) {
      const [start, ...more] = named(spans(), 'process.start', component);
      expect(more).toEqual([]);
      expect(start).toMatchObject({ parentSpanId: whole.spanId, failed: false });
      expect(start?.attributes).toMatchObject({ 'headgate.attempt': 1, 'headgate.outcome': 'succeeded' });
      expect(named(spans(), 'process.stop', component)).toMatchObject([{ parentSpanId: whole.spanId, failed: false }]);
    }
    for (const action of ['env.probe', 'secret.bind', 'gate.complete'])
      expect(one(spans(), action)).toMatchObject({ parent: 'run', failed: false });
  });

  // Two runs: in one, whichever fails first would decide whether the other is still seen to fail.
  it('whose task fails', async () => {
    const { env, spans } = await traced();
    const end = await launch(['run', lay(scenarioOf({ bad: { ...task('bad', 7) } }))], options({ env })).ended;
    expect(end.status, end.stderr).toBe(4);
    expectWhole(spans(), 'headgate run');
    expect(one(spans(), 'headgate run')).toMatchObject({ failed: true, attributes: { 'headgate.exit_code': 4 } });
    expect(one(spans(), 'run')).toMatchObject({ failed: true, attributes: { 'headgate.run.state': 'FAILED' } });
    expect(named(spans(), 'task.run', '/bad')).toMatchObject([
      { failed: true, attributes: { 'headgate.outcome': 'failed', 'headgate.exit': expect.stringContaining('7') } },
    ]);
  });

  it('that fails before a component that needs another was started', async () => {
    const { env, spans } = await traced();
    const scenario = lay(
      scenarioOf(
        {
          after: python('pass', { slots: { up: { kind: 'http' } }, env: { UP: `\${slots.up.url}` } }),
          up: python('import sys; sys.exit(3)', { port: 8080, restart: 'never' }),
        },
        { bindings: [{ to: '#after.up', from: '#up.http' }] },
      ),
    );
    const end = await launch(['run', scenario], options({ env })).ended;
    expect(end.status, end.stderr).toBe(4);
    expectWhole(spans(), 'headgate run');
    expect(one(spans(), 'run')).toMatchObject({ failed: true, attributes: { 'headgate.run.state': 'FAILED' } });
    expect(named(spans(), 'process.start', '/after')).toMatchObject([
      { attributes: { 'headgate.outcome': 'skipped' } },
    ]);
  });

  it('that is blocked names the gate', async () => {
    const { env, spans } = await traced();
    const scenario = lay(
      scenarioOf(
        { web: counting('web', { program: { path: '/usr/bin/env', args: ['no-such-tool'] } }) },
        exported('web'),
      ),
    );
    const end = await launch(['run', scenario], options({ env })).ended;
    expect(end.status).toBe(3);
    expect(one(spans(), 'run')).toMatchObject({ failed: true, attributes: { 'headgate.blocked': 'tool_missing' } });
  });

  it('tells no value of config, no secret, no argument and no output of a program', async () => {
    const { env, spans } = await traced();
    const secret = 'S3CR3T-canary-0451';
    const plain = 'plain-canary-0452';
    const talker = python(
      'import os; print(os.environ["TOKEN"], os.environ["NAME"], "said-canary-0453"); raise SystemExit("said-canary-0453")',
      {
        env: { TOKEN: `\${config.token}`, NAME: `\${config.name}` },
        restart: 'never',
        manifest: {
          config_schema: {
            type: 'object',
            properties: { token: { type: 'string', secret: true }, name: { type: 'string' } },
            required: ['token', 'name'],
          },
        },
      },
    );
    const scenario = lay(
      scenarioOf(
        { talker },
        {
          components: {
            talker: { manifest: './talker.json', config: { token: `\${config.token}`, name: `\${config.name}` } },
          },
          config_schema: {
            type: 'object',
            properties: { token: { type: 'string', secret: true }, name: { type: 'string' } },
            required: ['token', 'name'],
          },
        },
      ),
    );
    const config = { HEADGATE_CONFIG_TOKEN: secret, HEADGATE_CONFIG_NAME: plain };
    const end = await launch(['run', scenario], options({ env: { ...env, ...config } })).ended;
    expect(end.stderr).toContain('said-canary-0453');
    expect(named(spans(), 'task.run', '/talker')).toHaveLength(1);
    const bytes = collector?.bytes() ?? Buffer.alloc(0);
    for (const word of [secret, plain, 'said-canary', 'SystemExit']) expect(bytes.includes(word), word).toBe(false);
  });

  it('that is resumed is told as one that goes on', async () => {
    const { env, spans } = await traced();
    const given = options();
    const scenario = lay(scenarioOf({ web: counting('web') }, exported('web')));
    const first = await launch(['run', scenario], given).ready;
    await first.stop('SIGKILL');
    const again = await launch(['resume', 'last'], { ...given, env }).ready;
    expect((await again.stop()).status).toBe(5);
    expectWhole(spans(), 'headgate resume');
    const whole = one(spans(), 'run');
    expect(whole).toMatchObject({ parent: 'headgate resume', attributes: { 'headgate.run.id': first.id } });
    const starts = named(spans(), 'process.start', '/web');
    expect(starts).toMatchObject([{ attributes: { 'headgate.attempt': 2, 'headgate.outcome': 'succeeded' } }]);
  });

  it('with a collector that is not there ends as it would', async () => {
    const { url, close } = await startCollector();
    await close();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: url };
    const run = await launch(['run', redaction], options({ env })).ready;
    const end = await run.stop('SIGTERM');
    expect(end.status).toBe(5);
    expect(end.stderr.match(/^warning: tracing/gm)).toHaveLength(1);
  });
});
