/** A whole vault over HTTP, before a server that is stricter than AWS and fails on demand. */

import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openAwsVault } from '../../../../../src/adapters/vaults/aws/open.ts';
import type { Tuning } from '../../../../../src/adapters/vaults/aws/retry.ts';
import type { VaultPlace } from '../../../../../src/adapters/vaults/place.ts';
import type { AwsVault } from '../../../../../src/ir/plan-vault-schema.ts';
import type { Vault, VaultAnswer } from '../../../../../src/ports/vault.ts';
import { byOperator } from '../../../../../src/runtime/authority/authority.ts';
import { createMemoryAws, providerText } from '../../../../support/aws/memory-aws.ts';
import { type Shim, startShim } from '../../../../support/aws/shim.ts';

const env = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'canary-aws-secret-key-55aa' };
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const token = { token: '11111111-1111-4111-8111-111111111111', on: byOperator };
const fast: Partial<Tuning> = { firstWait: 1, longestWait: 2 };

async function opened(tuned: Partial<Tuning> = {}, more: Partial<AwsVault> = {}, at: Partial<VaultPlace> = {}) {
  const aws = createMemoryAws();
  const shim = await startShim(aws);
  const vault = openAwsVault(
    'cloud',
    { provider: 'aws_secrets_manager', region: 'eu-west-1', endpoint: shim.url, ...more },
    { folder: '/', home: '/nonexistent', env, now: () => Date.UTC(2026, 0, 1), ...at },
    { ...fast, ...tuned },
  );
  closing.push(shim.close, vault.close);
  return { aws, shim, vault };
}
const faultIn = (answer: VaultAnswer<unknown>): string | null =>
  'fault' in answer ? `${answer.fault.code} ${answer.fault.detail}` : null;
const operations = (shim: Shim): readonly string[] => shim.requests.map(({ operation }) => operation);

/** Every operation, on a secret that is there. */
const all: readonly (readonly [string, (vault: Vault) => Promise<VaultAnswer<unknown>>])[] = [
  ['resolve', (vault) => vault.resolve({ key: 'key' })],
  ['list', (vault) => vault.list()],
  ['create', (vault) => vault.create('other', 'canary-value-3e21', token)],
  [
    'putPending',
    (vault) => vault.putPending('key', 'canary-value-3e21', { ...token, token: token.token.replaceAll('1', '2') }),
  ],
  ['promote', (vault) => vault.promote('key', token.token, token)],
  ['discard', (vault) => vault.discard('key', 'x', token)],
  ['remove', (vault) => vault.remove('key', token)],
  ['discover', async (vault) => (await vault.discover?.({ pageSize: 50 })) ?? { value: null }],
];

describe('a vault of AWS', () => {
  it('does everything, and nothing that AWS would refuse', async () => {
    const { shim, vault } = await opened();
    await vault.create('key', 'v', token);
    for (const [name, ask] of all) expect([name, faultIn(await ask(vault))]).toEqual([name, null]);
    expect(await vault.health()).toMatchObject({ status: 'ready', code: 'ready' });
    expect(shim.faults).toEqual([]);
    expect(new Set(operations(shim))).toEqual(
      new Set([
        'CreateSecret',
        'DescribeSecret',
        'GetSecretValue',
        'ListSecrets',
        'PutSecretValue',
        'TagResource',
        'DeleteSecret',
      ]),
    );
  });

  it('003-C4.4 (no churn): keeps its connections and credentials, however much is asked at once', async () => {
    let looked = 0;
    const counted = {
      ...env,
      get AWS_ACCESS_KEY_ID() {
        looked++;
        return env.AWS_ACCESS_KEY_ID;
      },
    };
    const { shim, vault } = await opened({}, {}, { env: counted });
    await vault.create('key', 'v', token);
    for (let round = 0; round < 5; round++)
      await Promise.all(Array.from({ length: 20 }, () => vault.resolve({ key: 'key' })));
    expect(shim.requests.length).toBe(102);
    expect(shim.connections()).toBeLessThanOrEqual(8);
    expect(looked).toBe(1);
  });

  it('says its namespace and prefix in the name', async () => {
    const { aws, vault } = await opened({}, { namespace: 'team-a', prefix: 'lab/hg' });
    await vault.create('a/b', 'v', token);
    expect([...aws.secrets.keys()]).toEqual(['lab/hg/team-a/a/b']);
  });

  it('uses what is in the environment when it is asked, with the token of a session', async () => {
    const { shim, vault } = await opened({}, {}, { env: { ...env, AWS_SESSION_TOKEN: 'session-77' } });
    await vault.list();
    expect(shim.requests[0]?.headers['x-amz-security-token']).toBe('session-77');
    expect(shim.requests[0]?.headers.authorization).toContain('x-amz-security-token');
  });

  it.each([['../x'], [''], ['a b'], ['a'.repeat(121)]])('does not ask AWS about the key %j', async (key) => {
    const { shim, vault } = await opened();
    for (const ask of [
      () => vault.resolve({ key }),
      () => vault.create(key, 'v', token),
      () => vault.remove(key, token),
    ])
      expect(faultIn(await ask())).toBe('invalid_request key_invalid');
    expect(shim.requests).toEqual([]);
  });
});

describe('what AWS refuses', () => {
  it.each([
    [400, 'com.amazonaws.secretsmanager#AccessDeniedException', 'access_denied denied'],
    [400, 'UnrecognizedClientException', 'access_denied credentials_refused'],
    [403, 'InvalidSignatureException', 'access_denied credentials_refused'],
    [403, 'RequestTimeTooSkewed', 'access_denied clock_skewed'],
    [400, 'InvalidParameterException', 'invalid_request request_invalid'],
    [400, 'LimitExceededException', 'invalid_request quota_exceeded'],
    [400, 'DecryptionFailure', 'provider_error key_unusable'],
    // The type says more than the status.
    [500, 'AccessDeniedException', 'access_denied denied'],
    [400, 'ThrottlingException:http://internal.amazon.com/', 'throttled throttled'],
    [400, 'InternalServiceError', 'provider_unavailable unavailable'],
    [400, 'NeverHeardOf', 'invalid_request request_invalid'],
    [403, 'NeverHeardOf', 'access_denied denied'],
    [429, undefined, 'throttled throttled'],
    [503, undefined, 'provider_unavailable unavailable'],
    // What is gone is gone when AWS says so by name: a proxy says 404 of everything.
    [404, undefined, 'provider_error answer_unexpected'],
    [302, undefined, 'provider_error answer_unexpected'],
  ])('%i %s is %s for whatever is asked, in words of headgate', async (status, type, fault) => {
    const { shim, vault } = await opened();
    await vault.create('key', 'v', token);
    shim.fail(() => ({ kind: 'refuse', status, ...(type === undefined ? {} : { type }) }));
    for (const [name, ask] of all) {
      const answer = await ask(vault);
      expect([name, faultIn(answer)]).toEqual([name, fault]);
      const told = JSON.stringify(answer);
      for (const secret of [providerText.slice(0, 18), 'canary', 'NeverHeardOf', 'amazonaws'])
        expect(told).not.toContain(secret);
    }
    expect(shim.faults).toEqual([]);
  });

  it.each([
    ['not JSON', 200, '<html>'],
    ['nothing', 200, ''],
    ['a list', 200, '[]'],
    ['something else', 200, '{}'],
    ['nothing, with a status of failure', 400, ''],
  ])('an answer that is %s is no answer of AWS', async (_, status, body) => {
    const { shim, vault } = await opened();
    shim.fail(() => ({ kind: 'refuse', status, body }));
    for (const ask of [() => vault.resolve({ key: 'key' }), () => vault.list(), () => vault.remove('key', token)])
      expect(faultIn(await ask())).toBe('provider_error answer_unexpected');
    expect(faultIn((await vault.discover?.({ pageSize: 1 })) ?? { value: 0 })).toBe('provider_error answer_unexpected');
  });

  it('an answer that never ends is cut off', async () => {
    const { shim, vault } = await opened();
    shim.fail(() => ({ kind: 'refuse', status: 200, body: ' '.repeat((8 << 20) + 1) }));
    expect(faultIn(await vault.list())).toBe('provider_error answer_unexpected');
  });
});

const deadlines: AbortController[] = [];

describe('what passes', () => {
  it.each([
    ['throttled', { kind: 'refuse', status: 400, type: 'ThrottlingException' }, 'throttled throttled'],
    ['broken', { kind: 'refuse', status: 500, type: 'InternalServiceError' }, 'provider_unavailable unavailable'],
    ['cut off', { kind: 'unsent' }, 'provider_unavailable connection_failed'],
    ['cut off in the middle of an answer', { kind: 'half' }, 'provider_unavailable connection_failed'],
    ['silent', { kind: 'hang', run: () => deadlines.at(-1)?.abort() }, 'provider_unavailable request_timeout'],
  ] as const)('%s: reads are repeated, writes never', async (_, fault, code) => {
    // No clock decides: the deadline of a request is over when it has arrived.
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      const deadline = new AbortController();
      deadlines.push(deadline);
      return deadline.signal;
    });
    closing.push(async () => timeout.mockRestore());
    const { aws, shim, vault } = await opened();
    await vault.create('key', 'v', token);
    expect(new Set(timeout.mock.calls.flat())).toEqual(new Set([30_000]));
    const start = shim.requests.length;
    shim.fail((__, index) => (index < start + 3 ? fault : null));
    expect(await vault.resolve({ key: 'key' })).toMatchObject({ value: { text: 'v' } });
    expect(shim.requests).toHaveLength(start + 4);
    shim.fail(() => fault);
    expect(faultIn(await vault.list())).toBe(code);
    expect(shim.requests).toHaveLength(start + 8);
    shim.fail(({ operation }) => (operation === 'CreateSecret' ? fault : null));
    expect(faultIn(await vault.create('other', 'v', token))).toBe(code);
    expect(operations(shim).filter((operation) => operation === 'CreateSecret')).toHaveLength(2);
    shim.fail(({ operation }) => (operation === 'PutSecretValue' ? fault : null));
    expect(faultIn(await vault.putPending('key', 'v', { ...token, token: 'x'.repeat(36) }))).toBe(code);
    expect(operations(shim).filter((operation) => operation === 'PutSecretValue')).toHaveLength(1);
    shim.fail(({ operation }) => (operation === 'DeleteSecret' ? fault : null));
    expect(faultIn(await vault.remove('key', token))).toBe(code);
    expect(operations(shim).filter((operation) => operation === 'DeleteSecret')).toHaveLength(1);
    expect(aws.secrets.get('headgate/default/key')?.deleted).toBe(fault.kind === 'half');
  });

  it('waits by chance, and longer each time, up to a limit', async () => {
    const asked: number[] = [];
    const random = () => {
      asked.push(0);
      return 0;
    };
    const { shim, vault } = await opened({ attempts: 6, random, firstWait: 60_000, longestWait: 600_000 });
    shim.fail(() => ({ kind: 'unsent' }));
    // Chance says: not at all. Without it, this would take minutes.
    expect(faultIn(await vault.list())).toBe('provider_unavailable connection_failed');
    expect(asked).toHaveLength(5);
  });

  it('is not repeated for whoever gave up', async () => {
    const { shim, vault } = await opened();
    const given = new AbortController();
    shim.fail(() => ({ kind: 'then', run: () => given.abort() }));
    expect(faultIn(await vault.resolve({ key: 'key' }, given.signal))).toBe('provider_unavailable aborted');
    expect(shim.requests).toHaveLength(1);
  });

  it('a page token that has expired is told', async () => {
    const { aws, vault } = await opened();
    for (const name of ['a', 'b']) aws.lay(name, 'x');
    const first = await vault.discover?.({ pageSize: 1 });
    const pageToken = first && 'value' in first ? (first.value.nextToken ?? '') : '';
    aws.expirePages();
    expect(faultIn((await vault.discover?.({ pageSize: 1, pageToken })) ?? { value: 0 })).toBe(
      'invalid_request page_token_invalid',
    );
  });

  it('a secret that is deleted between the question and the answer is told', async () => {
    const { aws, shim, vault } = await opened();
    await vault.create('key', 'v', token);
    shim.fail((request) => ({
      kind: 'then',
      run: () => {
        if (request.operation === 'GetSecretValue') aws.secrets.delete('headgate/default/key');
      },
    }));
    expect(faultIn(await vault.resolve({ key: 'key' }))).toBe('not_found not_found');
  });

  it('nobody who listens is told', async () => {
    const { shim, vault } = await opened();
    await shim.close();
    closing.splice(0, 1);
    expect(faultIn(await vault.resolve({ key: 'key' }))).toBe('provider_unavailable connection_failed');
    expect(await vault.health()).toMatchObject({ status: 'error', code: 'connection_failed' });
  });
});

describe('credentials', () => {
  it('that expired before their time are asked for again, once, and only for reads', async () => {
    const changing = { ...env };
    const { shim, vault } = await opened({}, {}, { env: changing });
    await vault.create('key', 'v', token);
    const start = shim.requests.length;
    shim.fail(({ headers }) =>
      headers.authorization?.includes('AKIDEXAMPLE/')
        ? { kind: 'refuse', status: 400, type: 'ExpiredTokenException' }
        : null,
    );
    changing.AWS_ACCESS_KEY_ID = 'AKIDNEW';
    expect(await vault.resolve({ key: 'key' })).toMatchObject({ value: { text: 'v' } });
    expect(shim.requests).toHaveLength(start + 2);
    shim.fail(() => ({ kind: 'refuse', status: 400, type: 'ExpiredTokenException' }));
    expect(faultIn(await vault.resolve({ key: 'key' }))).toBe('access_denied credentials_expired');
    expect(shim.requests).toHaveLength(start + 4);
  });

  it('of a container are asked for once, with its token, for all who ask', async () => {
    let asked = 0;
    const host = createServer((incoming, outgoing) => {
      asked++;
      const isRight = incoming.url === '/creds?x=1' && incoming.headers.authorization === 'token-of-the-container';
      outgoing.writeHead(isRight ? 200 : 401);
      outgoing.end(
        JSON.stringify({
          AccessKeyId: 'AKIDBOX',
          SecretAccessKey: 's',
          Token: 'session-of-the-box',
          Expiration: '2099-01-01T00:00:00Z',
        }),
      );
    });
    await new Promise<void>((done) => host.listen(0, '127.0.0.1', done));
    closing.push(async () => void host.close());
    const { port } = host.address() as AddressInfo;
    const { shim, vault } = await opened(
      {},
      {},
      {
        env: {
          AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/creds?x=1`,
          AWS_CONTAINER_AUTHORIZATION_TOKEN: 'token-of-the-container',
        },
      },
    );
    await Promise.all([vault.list(), vault.list(), vault.list()]);
    expect(await vault.health()).toMatchObject({ status: 'ready' });
    expect(asked).toBe(1);
    for (const { headers } of shim.requests) {
      expect(headers['x-amz-security-token']).toBe('session-of-the-box');
      expect(headers.authorization).toContain('Credential=AKIDBOX/');
    }
  });

  it('that are missing are named, and AWS is not asked', async () => {
    const { shim, vault } = await opened({}, {}, { env: {} });
    expect(faultIn(await vault.resolve({ key: 'key' }))).toBe('access_denied credentials_missing');
    expect(await vault.health()).toEqual({
      status: 'error',
      code: 'credentials_missing',
      fault: 'access_denied',
      message: 'there are no credentials for AWS',
      guidance: ['set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE'],
      missingFields: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
    });
    expect(shim.requests).toEqual([]);
  });

  it.each([
    ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
    ['AWS_SECRET_ACCESS_KEY', 'AWS_ACCESS_KEY_ID'],
  ])('of which only %s is there lack %s', async (there, missing) => {
    const { vault } = await opened({}, {}, { env: { [there]: 'x' } });
    expect(await vault.health()).toMatchObject({
      status: 'error',
      code: 'credentials_incomplete',
      missingFields: [missing],
    });
  });
});

describe('health', () => {
  it('lists one secret and reads none', async () => {
    const { shim, vault } = await opened();
    expect(await vault.health()).toMatchObject({ status: 'ready', guidance: [] });
    expect(shim.requests.map(({ operation, input }) => [operation, input])).toEqual([
      ['ListSecrets', { MaxResults: 1 }],
    ]);
  });

  it.each([
    ['AccessDeniedException', 'warning', 'list_denied'],
    ['ThrottlingException', 'warning', 'throttled'],
    ['UnrecognizedClientException', 'error', 'credentials_refused'],
    ['InternalServiceError', 'error', 'unavailable'],
  ])('with %s it is %s, asked once', async (type, status, code) => {
    const { shim, vault } = await opened();
    shim.fail(() => ({ kind: 'refuse', status: 400, type }));
    const health = await vault.health();
    expect(health).toMatchObject({ status, code });
    expect(health.guidance.length).toBeGreaterThan(0);
    expect(shim.requests).toHaveLength(1);
  });
});

describe('settings that lead nowhere', () => {
  it.each<readonly [Partial<AwsVault>, string]>([
    [{ region: 'eu-west-1.evil.example' }, 'region_invalid'],
    [{ region: 'EU-WEST-1' }, 'region_invalid'],
    [{ endpoint: 'http://aws.example' }, 'endpoint_insecure'],
    [{ prefix: '' }, 'prefix_invalid'],
    [{ namespace: 'a/b' }, 'namespace_invalid'],
  ])('%j: %s, and nothing is sent', async (more, detail) => {
    const { shim, vault } = await opened({}, more);
    for (const [name, ask] of all)
      expect([name, faultIn(await ask(vault))]).toEqual([name, `invalid_request ${detail}`]);
    expect(await vault.health()).toMatchObject({ status: 'error', code: detail });
    expect(vault.guardOf?.('prod/db')).not.toBeNull();
    expect(shim.requests).toEqual([]);
  });
});

it('nothing of it is loaded where no vault of AWS is named', () => {
  const told = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { build } from 'esbuild';
      const { metafile } = await build({
        stdin: { contents: "export { openVault } from './src/adapters/vaults/open.ts';", resolveDir: '.' },
        bundle: true, splitting: true, format: 'esm', platform: 'node', outdir: 'out', write: false, metafile: true, logLevel: 'error',
      });
      const start = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === '<stdin>');
      const loaded = new Set([start[0]]);
      for (const path of loaded)
        for (const { path: next, kind } of metafile.outputs[path].imports) if (kind === 'import-statement') loaded.add(next);
      const inputs = [...loaded].flatMap((path) => Object.keys(metafile.outputs[path].inputs));
      const all = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
      const ofAws = (path) => /vaults\\/aws\\/|@smithy|undici/.test(path);
      console.log(JSON.stringify({ loaded: inputs.filter(ofAws), there: all.some(ofAws) }));`,
    ],
    { encoding: 'utf8' },
  );
  expect(JSON.parse(told.stdout)).toEqual({ loaded: [], there: true });
});
