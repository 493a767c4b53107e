import { describe, expect, it } from 'vitest';
import type { CompileOptions, CompileResult } from '../../../../src/compile.ts';
import {
  codesOf as allCodesOf,
  compileFiles,
  type Files,
  lockOf,
  messagesOf,
  policy,
  scenarioWith,
  server,
} from '../../../support/policy-scenario.ts';

/** What the manifests declare and do not use is of no interest here. */
const codesOf = (result: CompileResult): readonly string[] =>
  allCodesOf(result).filter((code) => !code.startsWith('lint/'));

const nothing = (): object => ({ interpositions: [] });

describe('policies from the network', () => {
  const far = 'https://far.example/policy.yaml';
  const files: Files = { 'scenario.yaml': scenarioWith({ a: far }), 'server.yaml': server, [far]: policy };
  const asks = async (of: Files, more: Partial<CompileOptions> = {}) => {
    let asked = 0;
    const result = await compileFiles(
      of,
      () => {
        asked++;
        return nothing();
      },
      more,
    );
    return { codes: codesOf(result), asked, result };
  };

  it('are not asked unless somebody agreed', async () => {
    expect(await asks(files)).toMatchObject({ codes: ['govern/remote-policy'], asked: 0 });
    expect(await asks(files, { allowRemotePolicies: true })).toMatchObject({ codes: [], asked: 1 });
  });

  it('run when the lock has them as they are, and not when they have changed', async () => {
    const { result } = await asks(files, { allowRemotePolicies: true, record: true });
    const lock = lockOf(result);
    expect(await asks(files, { lock })).toMatchObject({ codes: [], asked: 1 });
    const moved = {
      ...files,
      'scenario.yaml': `# other\n${files['scenario.yaml']}`,
      'server.yaml': server.replace('8080', '8081'),
    };
    expect(await asks(moved, { lock }), 'the scenario may change').toMatchObject({ codes: [], asked: 1 });
    const changed = { ...files, [far]: policy.replace('8000', '8001') };
    expect(await asks(changed, { lock })).toMatchObject({ codes: ['govern/remote-policy'], asked: 0 });
    const elsewhere = 'https://other.example/policy.yaml';
    const other = { 'scenario.yaml': scenarioWith({ a: elsewhere }), 'server.yaml': server, [elsewhere]: policy };
    expect(await asks(other, { lock }), 'the same bytes from another place').toMatchObject({ asked: 0 });
  });

  it('are not pinned by a lock that cannot be read, and it is said why', async () => {
    const lock = { file: 'headgate.lock', text: '{', recordings: new Map() };
    expect((await asks(files, { lock })).codes).toEqual(['lock/malformed', 'govern/remote-policy']);
  });

  it('are those that a manifest from the network leads to, too', async () => {
    const child = 'https://far.example/child.yaml';
    const reached: Files = {
      'scenario.yaml': `manifest_version: "0.4.0"\ncomponents: { c: "${child}" }\nexports: { out: "#c.out" }\n`,
      [child]: scenarioWith({ a: './policy.yaml' }),
      [far]: policy,
      'https://far.example/server.yaml': server,
    };
    const { codes, asked, result } = await asks(reached);
    expect([codes, asked]).toEqual([['govern/remote-policy'], 0]);
    expect(messagesOf(result)[0]).toContain(`its manifest comes from \`${far}\``);
    // One below whose own scope is of this machine, in a scenario that is not.
    const within: Files = { ...reached, 'https://far.example/scenario.yaml': scenarioWith({ a: './policy.yaml' }) };
    const root = { input: 'https://far.example/scenario.yaml', baseDir: 'https://far.example/' };
    expect((await asks(within, root)).codes).toEqual(['govern/remote-policy']);
  });

  it('that run already are asked', async () => {
    expect(await asks(files, { running: { a: 'http://127.0.0.1:1' } })).toMatchObject({ codes: [], asked: 1 });
  });
});

describe('secrets', () => {
  const schema = `config_schema:
  type: object
  properties:
    token: { type: string, secret: true, default: t }
    creds: { type: object, secret: true, default: {}, properties: { user: { type: string, default: u }, word: { type: string, default: w } } }
    plain: { type: string, default: p }
`;
  const reading = (text: string, program = '${config.k}'): Files => ({
    'scenario.yaml': `${schema}${scenarioWith({ a: './policy.yaml' }).replace('"./policy.yaml"', () => `{"manifest":"./policy.yaml","config":{"k":${JSON.stringify(text)}}}`)}`,
    'server.yaml': server,
    'policy.yaml': `config_schema: { type: object, properties: { k: { type: string } } }\n${policy.replace('path: /bin/true', () => `path: /bin/true, env: { K: ${JSON.stringify(program)} }`)}`,
  });
  const run = (files: Files, paths: readonly string[] = []) =>
    compileFiles(files, nothing, { policySettings: [{ name: 'a', secrets: paths.map((path) => ({ path })) }] });

  it.each([
    ['the value', '${config.token}', ['token']],
    ['a text with the value in it', 'Bearer ${config.token}', ['token']],
    ['two of them', '${config.creds.word}${config.token}', ['creds.word', 'token']],
  ])('need a grant: %s', async (_what, text, paths) => {
    const refused = await run(reading(text));
    expect(refused.compiled).toBeUndefined();
    expect(new Set(codesOf(refused))).toEqual(new Set(['govern/secret-not-granted']));
    for (const path of paths) expect(messagesOf(refused).join()).toContain(`\`${path}\``);
    const granted = await run(reading(text), paths);
    expect(codesOf(granted)).toEqual([]);
    expect(granted.compiled?.plan.policies[0]?.grants).toEqual({ secrets: paths });
  });

  it('are granted with what is around them', async () => {
    const granted = await run(reading('${config.creds.word}'), ['creds']);
    expect(codesOf(granted)).toEqual([]);
    expect(granted.compiled?.plan.policies[0]?.grants).toEqual({ secrets: ['creds.word'] });
  });

  it.each([
    ['a reference that is passed on', '$${config.token}', '${config.k}'],
    ['config that no program mentions', '${config.token}', 'nothing'],
    ['what is no secret', '${config.plain}', '${config.k}'],
  ])('are not %s', async (_what, text, program) => {
    const result = await run(reading(text, program));
    expect(codesOf(result)).not.toContain('govern/secret-not-granted');
    expect(result.compiled?.plan.policies[0]?.grants).toEqual({ secrets: [] });
  });

  it('that are granted and not read are told', async () => {
    const result = await run(reading('${config.token}'), ['token', 'creds', 'tokn', 'plain']);
    expect(result.diagnostics.flatMap((d) => (d.code.startsWith('lint/') ? [] : [[d.code, d.severity]]))).toEqual([
      ['settings/unused-grant', 'warning'],
      ['settings/unused-grant', 'warning'],
      ['settings/unused-grant', 'warning'],
    ]);
  });

  it('are granted by the entry that counts, and by no other', async () => {
    const files = reading('${config.token}');
    const result = await compileFiles(files, nothing, {
      policySettings: [
        { name: 'a', secrets: [{ path: 'token' }] },
        { name: '#a.apply', mode: 'warn' },
      ],
    });
    expect(codesOf(result)).toEqual(['govern/secret-not-granted']);
  });
});
