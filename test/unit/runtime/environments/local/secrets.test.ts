/** What anybody declares secret is a secret for everybody: in the plan, in what is redacted, and in what may be an argument. */
import { describe, expect, test } from 'vitest';
import { createMemoryLoader } from '../../../../../src/adapters/loaders/memory-loader.ts';
import { createMemoryPolicyClient } from '../../../../../src/adapters/policies/memory-client.ts';
import type { JsonObject } from '../../../../../src/base/json.ts';
import { compile } from '../../../../../src/compile.ts';
import type { DeploymentPlan } from '../../../../../src/ir/plan-schema.ts';
import { assembleRun } from '../../../../../src/runtime/environments/local/assemble.ts';
import { createRedactor } from '../../../../../src/runtime/redactor/redactor.ts';

const base = 'file:///secrets/';
const text = { type: 'string' };
const secret = { type: 'string', secret: true };
const schema = (properties: object) => ({ type: 'object', properties });
const server = (properties: object, program: object) => ({
  config_schema: schema(properties),
  program: { path: '/bin/true', network: { endpoints: [{ name: 'api', port: 80 }] }, ...program },
  provides: { api: { kind: 'http', endpoint: 'api' } },
  exports: { api: 'provides.api' },
});

async function planOf(files: Readonly<Record<string, object>>): Promise<DeploymentPlan> {
  const texts = new Map(
    Object.entries(files).map(([name, m]) => [
      `${base}${name}.json5`,
      JSON.stringify({ manifest_version: '0.4.0', ...m }),
    ]),
  );
  const policyClient = createMemoryPolicyClient(() => ({ text: '{"interpositions": []}' }));
  const input = `${base}scenario.json5`;
  const { compiled, diagnostics } = await compile({
    input,
    baseDir: base,
    loader: createMemoryLoader(texts),
    policyClient,
  });
  if (!compiled) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return compiled.plan;
}

const assemble = (plan: DeploymentPlan, configFile: JsonObject) =>
  assembleRun({ plan, sourceFolder: '/', env: {}, configFile, externals: {} });
const secretsOf = (plan: DeploymentPlan): readonly string[] =>
  plan.config.leaves.flatMap((leaf) => (leaf.secret ? [leaf.path] : []));

describe('a value that one component declares secret', () => {
  const takes = server({ key: secret }, { env: { KEY: '${config.key}' } });

  test('is replaced in what every program says', async () => {
    const plan = await planOf({
      scenario: {
        config_schema: schema({ token: text, open: text }),
        components: {
          a: { manifest: './takes.json5', config: { key: '${config.token}' } },
          b: { manifest: './shows.json5', config: { shown: '${config.token} ${config.open}' } },
        },
        exports: { a: '#a.api', b: '#b.api' },
      },
      takes,
      shows: server({ shown: text }, { env: { SHOWN: '${config.shown}' } }),
    });
    expect(secretsOf(plan)).toEqual(['token']);
    const assembled = assemble(plan, { token: 'hunter22', open: 'visible' });
    if ('blocked' in assembled) throw new Error('it can run');
    expect(createRedactor(assembled.secrets).redact('hunter22 visible')).toBe('[secret] visible');
  });

  test('may not be an argument of another', async () => {
    const plan = await planOf({
      scenario: {
        config_schema: schema({ token: text }),
        components: {
          a: { manifest: './takes.json5', config: { key: '${config.token}' } },
          b: { manifest: './argues.json5', config: { shown: '${config.token}' } },
        },
        exports: { a: '#a.api', b: '#b.api' },
      },
      takes,
      argues: server({ shown: text }, { args: ['--token', '${config.shown}'] }),
    });
    expect(assemble(plan, { token: 'hunter22' })).toMatchObject({
      blocked: [{ gate: 'secret_in_arguments', subject: '/b' }],
    });
  });

  test('is replaced where a manifest says it in clear, and where it is put together', async () => {
    const plan = await planOf({
      scenario: {
        config_schema: schema({ password: secret, host: text }),
        components: {
          a: { manifest: './takes.json5', config: { key: 'in-clear' } },
          b: { manifest: './takes.json5', config: { key: '${config.password}@${config.host}' } },
        },
        exports: { a: '#a.api', b: '#b.api' },
      },
      takes,
    });
    expect(secretsOf(plan), 'the host is no secret by itself').toEqual(['password']);
    const assembled = assemble(plan, { password: 'pw', host: 'db.local' });
    if ('blocked' in assembled) throw new Error('it can run');
    const { redact } = createRedactor(assembled.secrets);
    expect(redact('in-clear pw@db.local db.local')).toBe('[secret] [secret] db.local');
  });
});

describe('which root config is secret', () => {
  const outer = { manifest: './outer.json5', config: {} as object };
  const cases: readonly (readonly [string, object, object, object, readonly string[]])[] = [
    [
      'a key of an object that is handed on whole',
      { db: schema({ user: text, pw: text }) },
      { s: '${config.db}' },
      { s: schema({ user: text, pw: secret }) },
      ['db.pw'],
    ],
    [
      'an object as a whole',
      { db: schema({ user: text, pw: text }) },
      { s: '${config.db}' },
      { s: { ...schema({ user: text }), secret: true } },
      ['db.pw', 'db.user'],
    ],
    [
      'a key inside of what the root keeps open',
      { db: { type: 'object' } },
      { s: '${config.db}' },
      { s: schema({ pw: secret }) },
      ['db'],
    ],
    [
      'elements of a list',
      { list: { type: 'array', items: text } },
      { l: '${config.list}' },
      { l: { type: 'array', items: secret } },
      ['list'],
    ],
    [
      'every part of a text of which nobody says which matters',
      { a: text, b: text },
      { t: '${config.a}-${config.b}' },
      { t: secret },
      ['a', 'b'],
    ],
    ['nothing, where the value is not given on', { a: text }, { t: 'known' }, { t: secret }, []],
  ];

  test.each(cases)('%s', async (_title, root, config, own, expected) => {
    const plan = await planOf({
      scenario: {
        config_schema: schema(root),
        components: { o: { ...outer, config } },
        exports: { api: '#o.api' },
      },
      outer: {
        config_schema: schema(Object.fromEntries(Object.keys(own).map((key) => [key, strip(own, key)]))),
        components: {
          i: {
            manifest: './inner.json5',
            config: Object.fromEntries(Object.keys(own).map((key) => [key, `\${config.${key}}`])),
          },
        },
        exports: { api: '#i.api' },
      },
      inner: server(own, {}),
    });
    expect(secretsOf(plan)).toEqual(expected);
  });
});

/** The same schema without a word of secrets. */
const strip = (own: object, key: string): unknown =>
  JSON.parse(JSON.stringify((own as Record<string, unknown>)[key]).replaceAll(',"secret":true', ''));
