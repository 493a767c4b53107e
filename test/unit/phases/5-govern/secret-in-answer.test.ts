import { describe, expect, it } from 'vitest';
import { secretsIn, secretTexts } from '../../../../src/phases/5-govern/secret-in-answer.ts';
import { codesOf, compileFiles, policy, scenarioWith, server } from '../../../support/policy-scenario.ts';

const texts = secretTexts({ a: 'tür "zu"', b: { c: ['lang', 'kurz', 'x'], d: { e: 'deep' } }, f: 12_345, g: 'abc' }, [
  'a',
  'b.c',
  'b.d',
  'f',
  'g',
  'h.i',
]);

describe('secrets in answers', () => {
  it('are looked for in all their parts that are long enough', () => {
    expect(texts.map(({ path, text }) => `${path} ${text}`)).toEqual([
      'a tür "zu"',
      'b.c lang',
      'b.c kurz',
      'b.d deep',
      'f 12345',
    ]);
  });

  it.each([
    ['{"x": "tür \\"zu\\""}', ['a']],
    ['{"x": "t\\u00fcr \\u0022zu\\u0022"}', ['a']],
    ['{"x": "so lang ist es"}', ['b.c']],
    ['{"deep": 123456}', ['b.d', 'f']],
    ['{"x": "abc tur zu"}', []],
  ])('%s', (answer, paths) => {
    expect(secretsIn(answer, texts)).toEqual(paths);
  });

  const files = (mode: string) => ({
    'scenario.yaml': `config_schema: { type: object, properties: { token: { type: string, secret: true } }, required: [token] }\n${scenarioWith({ a: './policy.yaml' }).replace('"./policy.yaml"', '{"manifest":"./policy.yaml","config":{"k":"${config.token}"}}')}`,
    'server.yaml': server,
    'policy.yaml': `config_schema: { type: object, properties: { k: { type: string } } }\n${policy.replace('path: /bin/true', 'path: /bin/true, args: ["${config.k}"]')}`,
    mode,
  });
  const value = 'canary-7f3a';
  const run = (mode: 'enforce' | 'shadow') =>
    compileFiles(
      files(mode),
      () => ({ interpositions: [], findings: [{ severity: 'info', message: `it is ${value}` }] }),
      {
        rootConfig: { env: { HEADGATE_CONFIG_TOKEN: value } },
        policySettings: [{ name: 'a', mode, secrets: [{ path: 'token' }] }],
      },
    );

  it.each(['enforce', 'shadow'] as const)('stop a compile, in mode %s, and are shown nowhere', async (mode) => {
    const result = await run(mode);
    expect(codesOf(result)).toEqual(['govern/secret-in-answer']);
    expect(JSON.stringify(result.diagnostics)).not.toContain(value);
    expect(result.compiled).toBeUndefined();
  });
});
