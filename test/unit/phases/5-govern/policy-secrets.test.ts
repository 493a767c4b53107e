import { describe, expect, it } from 'vitest';
import type { CompileOptions, CompileResult } from '../../../../src/compile.ts';
import type { PlanVault } from '../../../../src/ir/plan-vault-schema.ts';
import type { PolicySetting } from '../../../../src/ir/policy-settings.ts';
import { formatReference } from '../../../../src/language/secrets/reference.ts';
import type { PolicyClient, PolicyOutcome, PolicyProcess } from '../../../../src/ports/policy-client.ts';
import type { SecretConsumer, Secrets } from '../../../../src/ports/secrets.ts';
import type { VaultFault } from '../../../../src/ports/vault.ts';
import {
  codesOf,
  compileFiles,
  compileFrozen,
  type Files,
  lockOf,
  onEdge,
  server,
} from '../../../support/policy-scenario.ts';

const canary = 'CANARY-pol1cy/S3cret+0f"vault';
const vaults: Readonly<Record<string, PlanVault>> = {
  local: { provider: 'local_encrypted', file: 'secrets.vault', key: { file: '~/.config/headgate/local.key' } },
};

const policy = (schema: string, program = 'env: { KEY: "${config.key}" }'): string => `manifest_version: "0.4.0"
config_schema: { type: object, properties: { key: ${schema}, other: { type: string }, db: { type: object, properties: { user: { type: string } } } } }
program:
  path: /bin/true
  ${program}
  network: { endpoints: [{ name: api, port: 8000 }] }
provides: { apply: { kind: http, profile: policy, endpoint: api } }
exports: { apply: provides.apply }
`;
const scenario = (config: string, root = ''): string => `manifest_version: "0.4.0"
${root}
components: { server: ./server.yaml }
exports: { out: "#server.api" }
use: { p: { manifest: ./policy.yaml, config: ${config} } }
policies: ["#p.apply"]
`;
const files = (config: string, root = '', schema = '{ type: string }', program?: string): Files => ({
  'scenario.yaml': scenario(config, root),
  'server.yaml': server,
  'policy.yaml': policy(schema, program),
});
const withToken = 'config_schema: { type: object, properties: { token: { type: string } } }';

const missing: VaultFault = {
  code: 'not_found',
  detail: 'secret_missing',
  message: 'vault `local` has no secret of this key',
  remedy: 'store it with `headgate secrets set`',
};

function fake(table: Readonly<Record<string, string | VaultFault | 'throws'>>) {
  const asked: { readonly reference: string; readonly consumer: SecretConsumer }[] = [];
  const secrets: Secrets = {
    resolve: async (reference, consumer) => {
      asked.push({ reference: formatReference(reference), consumer });
      const answer = table[formatReference(reference)] ?? missing;
      if (answer === 'throws') throw new Error(canary);
      return typeof answer === 'string' ? { value: { text: answer, version: '1' } } : { fault: answer };
    },
    close: async () => {},
  };
  return { secrets, asked };
}

interface Tried {
  readonly result: CompileResult;
  readonly started: readonly PolicyProcess[];
  readonly bodies: readonly string[];
}

async function tried(of: Files, options: Partial<CompileOptions>, outcome?: PolicyOutcome): Promise<Tried> {
  const started: PolicyProcess[] = [];
  const bodies: string[] = [];
  const policyClient: PolicyClient = {
    sandbox: 'none',
    ask: async (processes, asks) => {
      started.push(...processes);
      bodies.push(...asks.map(({ body, headers }) => JSON.stringify([body, headers])));
      return asks.map(() => outcome ?? { ok: true, text: '{"interpositions": []}', elapsedMs: 0 });
    },
  };
  const result = await compileFiles(of, () => ({}), { policyClient, runtime: { vaults }, ...options });
  return { result, started, bodies };
}

const granted = (...secrets: readonly string[]): { readonly policySettings: readonly PolicySetting[] } => ({
  policySettings: [{ name: 'p', secrets: secrets.map((path) => ({ path })) }],
});
const errors = ({ diagnostics }: CompileResult) => diagnostics.filter(({ severity }) => severity === 'error');
const told = ({ diagnostics, sources }: CompileResult): string => JSON.stringify([diagnostics, [...sources]]);

describe('a policy whose config names a secret of a vault', () => {
  const written = files('{ key: "secret://local/k@2" }');

  it('is not started without a grant, and nobody is asked for the secret', async () => {
    const { secrets, asked } = fake({ 'secret://local/k@2': canary });
    const { result, started } = await tried(written, { secrets });
    expect(errors(result)).toMatchObject([{ code: 'govern/secret-not-granted' }]);
    expect(errors(result)[0]?.message).toContain('`secret://local/k`');
    expect({ started, asked }).toEqual({ started: [], asked: [] });
  });

  it.each([['secret://local/other'], ['secret://other/k'], ['secret://local/k/sub'], ['key'], ['']])(
    'is not started with a grant of `%s`',
    async (grant) => {
      const { secrets, asked } = fake({ 'secret://local/k@2': canary });
      const { result, started } = await tried(written, { secrets, ...granted(grant) });
      expect(codesOf(result)).toContain('govern/secret-not-granted');
      expect({ started, asked }).toEqual({ started: [], asked: [] });
    },
  );

  it('is given the value with one, in its own config and nowhere else', async () => {
    const { secrets, asked } = fake({ 'secret://local/k@2': canary });
    const { result, started, bodies } = await tried(written, { secrets, record: true, ...granted('secret://local/k') });
    expect(codesOf(result)).toEqual([]);
    expect(started.map(({ config }) => config)).toEqual([{ key: canary }]);
    expect(asked).toEqual([
      { reference: 'secret://local/k@2', consumer: { type: 'policy', id: '/p', path: 'key', run: null } },
    ]);
    const { plan, planText, emit } = result.compiled ?? {};
    expect(plan?.policies[0]?.grants).toEqual({ secrets: ['secret://local/k@2'] });
    const lock = lockOf(result);
    const kept = [planText, told(result), ...bodies, JSON.stringify([...(lock.recordings ?? [])]), lock.text];
    for (const kind of ['plan', 'ir', 'lock', 'bundle'] as const) kept.push(JSON.stringify([...(emit?.(kind) ?? [])]));
    for (const text of kept) {
      expect(text).not.toContain('CANARY');
      expect(text).not.toContain(Buffer.from(canary).toString('base64').slice(0, 12));
    }
  });

  it('is answered from a lock without anybody being asked, and the bytes are the same', async () => {
    const { secrets } = fake({ 'secret://local/k@2': canary });
    const options = { runtime: { vaults }, ...granted('secret://local/k') };
    const { result } = await tried(written, { secrets, record: true, ...options });
    const other = fake({});
    const frozen = await compileFrozen(written, lockOf(result), { secrets: other.secrets, ...options });
    expect(codesOf(frozen)).toEqual([]);
    expect(frozen.compiled?.planText).toBe(result.compiled?.planText);
    expect(other.asked).toEqual([]);
    const digestOf = ({ text }: { readonly text: string | null }): string =>
      (JSON.parse(text ?? '') as { policies: { policyDigest: string }[] }).policies[0]?.policyDigest ?? '';
    const changed = { ...written, 'scenario.yaml': scenario('{ key: "secret://local/k@3" }') };
    const again = await tried(changed, { ...fake({ 'secret://local/k@3': canary }), record: true, ...options });
    expect(digestOf(lockOf(again.result)), 'the reference is a part of the key').not.toBe(digestOf(lockOf(result)));
    const rotated = await tried(written, { ...fake({ 'secret://local/k@2': 'another' }), record: true, ...options });
    expect(lockOf(rotated.result).text, 'the value is not').toBe(lockOf(result).text);
    const ungranted = await compileFrozen(written, lockOf(result), { runtime: { vaults } });
    expect(codesOf(ungranted)).toEqual(['govern/secret-not-granted']);
  });

  it('asks for nothing where policies are only linked', async () => {
    const { secrets, asked } = fake({});
    const result = await compileFiles(written, () => ({}), {
      secrets,
      runtime: { vaults },
      policyClient: undefined as never,
    });
    expect(errors(result)).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('is given values of the types that its schema asks for', async () => {
    const of = files(
      '{ key: "secret://local/n", db: "secret://local/db" }',
      '',
      '{ type: integer }',
      'env: { A: "${config.key}", B: "${config.db.user}" }',
    );
    const { secrets, asked } = fake({ 'secret://local/n': '8080', 'secret://local/db': '{"user": "u"}' });
    const { result, started } = await tried(of, { secrets, ...granted('secret://local/n', 'secret://local/db') });
    expect(codesOf(result)).toEqual([]);
    expect(started[0]?.config).toEqual({ key: 8080, db: { user: 'u' } });
    expect(asked.map(({ consumer }) => consumer.path).sort()).toEqual(['db.user', 'key']);
  });

  it('is not started where the value does not fit, which is not shown', async () => {
    const of = files(
      '{ key: "secret://local/k" }',
      '',
      '{ type: object, additionalProperties: false, properties: { a: { type: string } } }',
    );
    const { secrets } = fake({ 'secret://local/k': '{"CANARY-key": 1}' });
    const { result, started } = await tried(of, { secrets, ...granted('secret://local/k') });
    expect(errors(result)).toMatchObject([{ code: 'govern/policy-config-invalid' }]);
    expect(told(result)).not.toContain('CANARY');
    expect(started).toEqual([]);
  });

  it('is handed on the reference as `$${config.…}` without a grant', async () => {
    const child = `manifest_version: "0.4.0"
config_schema: { type: object, properties: { token: { type: string } } }
components: { server: ./server.yaml }
exports: { out: "#server.api" }
use: { p: { manifest: ./policy.yaml, config: { key: "$\${config.token}" } } }
policies: ["#p.apply"]
`;
    const root = `manifest_version: "0.4.0"
components: { inner: { manifest: ./inner.yaml, config: { token: "secret://local/k" } } }
exports: { out: "#inner.out" }
`;
    const of = { ...written, 'scenario.yaml': root, 'inner.yaml': child };
    const { secrets, asked } = fake({});
    const { result, started } = await tried(of, { secrets });
    expect(errors(result)).toEqual([]);
    expect(started[0]?.config).toEqual({ key: '${config.token}' });
    expect(asked).toEqual([]);
  });

  it('fails the compile at its line of the list where the vault cannot answer', async () => {
    for (const [answer, code] of [
      [missing, 'not_found'],
      ['throws', 'provider_error'],
      [undefined, 'invalid_request'],
    ] as const) {
      const { secrets } = fake(answer === undefined ? {} : { 'secret://local/k@2': answer });
      const port = answer === undefined ? {} : { secrets };
      const { result, started } = await tried(written, { ...port, ...granted('secret://local/k') });
      const [error, ...others] = errors(result);
      expect(others).toEqual([]);
      expect(error?.code).toBe('govern/secret-unavailable');
      expect(error?.message).toContain(`(${code})`);
      expect(error?.at?.range.start).toBe(written['scenario.yaml']?.indexOf('"#p.apply"'));
      expect(error?.help).not.toBe('');
      expect(told(result)).not.toContain('CANARY');
      expect(started).toEqual([]);
    }
  });
});

describe('a policy that is given root config which names a secret', () => {
  const fromRoot = files('{ key: "Bearer ${config.token}" }', withToken);
  const env = { HEADGATE_CONFIG_TOKEN: 'secret://local/k#a' };

  it.each([
    ['the secret', 'secret://local/k'],
    ['its place', 'token'],
  ])('reads it with a grant of %s, inside of a text, too', async (_, grant) => {
    const { secrets, asked } = fake({ 'secret://local/k#a': canary });
    for (const rootConfig of [{ env }, { env: {}, file: { token: 'secret://local/k#a' } }]) {
      const { result, started } = await tried(fromRoot, { secrets, rootConfig, ...granted(grant) });
      expect(codesOf(result)).toEqual([]);
      expect(started[0]?.config).toEqual({ key: `Bearer ${canary}` });
      expect(told(result) + result.compiled?.planText).not.toContain('CANARY');
      expect(result.compiled?.plan.policies[0]?.grants, 'what is given is not in the plan').toEqual({ secrets: [] });
    }
    expect(asked).toHaveLength(2);
  });

  it('reads it with no other', async () => {
    for (const grant of ['secret://local/other', 'other']) {
      const { secrets, asked } = fake({ 'secret://local/k#a': canary });
      const { result, started } = await tried(fromRoot, { secrets, rootConfig: { env }, ...granted(grant) });
      expect(codesOf(result)).toContain('govern/secret-not-granted');
      expect({ started, asked }).toEqual({ started: [], asked: [] });
    }
  });

  it('keeps the plan the same, whoever gives what', async () => {
    const plain = await tried(fromRoot, { rootConfig: { env: { HEADGATE_CONFIG_TOKEN: 'x' } } });
    const { secrets } = fake({ 'secret://local/k#a': canary });
    const given = await tried(fromRoot, { secrets, rootConfig: { env }, ...granted('secret://local/k') });
    expect(given.result.compiled?.planText).toBe(plain.result.compiled?.planText);
  });

  it('is told of a reference that nobody can read, wherever it is given', async () => {
    for (const rootConfig of [
      { env: { HEADGATE_CONFIG_TOKEN: `secret://${canary}` } },
      { file: { token: `secret://${canary}` } },
    ]) {
      const { result, started } = await tried(fromRoot, { rootConfig });
      expect(errors(result)).toMatchObject([{ code: 'link/secret-reference-invalid' }]);
      expect(told(result)).not.toContain('CANARY');
      expect(started).toEqual([]);
    }
    const { result } = await tried(fromRoot, { rootConfig: { env: { HEADGATE_CONFIG_TOKEN: 'secret://locl/k' } } });
    expect(errors(result)).toMatchObject([{ code: 'link/unknown-vault', help: 'did you mean `local`?' }]);
    const none = await tried(fromRoot, { rootConfig: { env }, runtime: {} });
    expect(errors(none.result)).toMatchObject([
      { code: 'link/unknown-vault', help: 'declare it below `vaults` in headgate.yaml' },
    ]);
  });
});

describe('what a policy does with a secret', () => {
  const written = files('{ key: "secret://local/k" }');
  const { secrets } = fake({ 'secret://local/k': canary });
  const options = { secrets, ...granted('secret://local/k') };

  it('is not shown where it fails', async () => {
    const base64 = Buffer.from(`user:${canary}`).toString('base64');
    const outcome: PolicyOutcome = {
      ok: false,
      phase: 'status',
      message: `it said ${canary}`,
      help: encodeURIComponent(canary),
      elapsedMs: 1,
      stderrTail: `${canary.slice(6)} and ${JSON.stringify(canary)} and Basic ${base64}`,
      bodyPreview: `{"key": ${JSON.stringify(canary)}, "again": "${canary.slice(0, 14)}`,
    };
    const { result } = await tried(written, options, outcome);
    const shown = told(result);
    expect(codesOf(result)).toContain('govern/policy-ask');
    for (const part of [
      'CANARY',
      'pol1cy',
      'S3cret',
      Buffer.from(canary).toString('base64').slice(4, 20),
      base64.slice(8, 24),
    ])
      expect(shown).not.toContain(part);
    expect(shown).toContain('[secret]');
  });

  it('is not shown where its answer is none', async () => {
    const { result } = await tried(written, options, { ok: true, text: `${canary} is the key`, elapsedMs: 1 });
    expect(codesOf(result)).toContain('govern/answer-not-json');
    expect(told(result)).not.toContain('CANARY');
  });

  it('is refused where it is a part of its answer', async () => {
    const text = JSON.stringify({ interpositions: [], findings: [{ severity: 'info', message: `it is ${canary}` }] });
    const { result } = await tried(written, options, { ok: true, text, elapsedMs: 1 });
    expect(errors(result)).toMatchObject([{ code: 'govern/secret-in-answer' }]);
    expect(told(result)).not.toContain('CANARY');
  });

  it('gives an interposer no other secret', async () => {
    const asking = (reference: string) => {
      const one = onEdge(0) as { interposer: object; attachments: object };
      const interposer = {
        ...one.interposer,
        config: { key: reference },
        config_schema: { type: 'object', properties: { key: { type: 'integer' } } },
      };
      return { ok: true, text: JSON.stringify({ interpositions: [{ ...one, interposer }] }), elapsedMs: 1 } as const;
    };
    const fine = await tried(written, options, asking('secret://local/k@1'));
    expect(codesOf(fine.result)).toEqual([]);
    expect(fine.result.compiled?.planText).toContain('secret://local/k@1');
    const other = await tried(written, options, asking('secret://local/other'));
    expect(errors(other.result)).toMatchObject([{ code: 'govern/secret-not-granted' }]);
    const vault = await tried(written, options, asking('secret://elsewhere/k'));
    expect(errors(vault.result)).toMatchObject([{ code: 'link/unknown-vault' }]);
    const broken = await tried(written, options, asking('secret://local'));
    expect(errors(broken.result)).toMatchObject([{ code: 'link/secret-reference-invalid' }]);
  });

  it('makes a grant used, and others are told', async () => {
    const { result } = await tried(written, {
      ...options,
      ...granted('secret://local/k', 'secret://local/kk', 'token'),
    });
    const unused = result.diagnostics.filter(({ code }) => code === 'settings/unused-grant');
    expect(unused.map(({ message }) => message)).toEqual([
      'policy `p` reads no secret `secret://local/kk`, so this grant gives nothing',
      'policy `p` reads no secret root config `token`, so this grant gives nothing',
    ]);
  });
});
