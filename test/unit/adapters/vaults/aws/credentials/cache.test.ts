/** Where credentials come from, in which order, and how long they are kept. */
import { afterAll, describe, expect, it } from 'vitest';
import { createCredentialCache } from '../../../../../../src/adapters/vaults/aws/credentials/cache.ts';
import type {
  CredentialSource,
  Credentials,
} from '../../../../../../src/adapters/vaults/aws/credentials/credentials.ts';
import { unreachable } from '../../../../../../src/adapters/vaults/aws/faults.ts';
import type { HttpAnswer, HttpRequest } from '../../../../../../src/adapters/vaults/aws/http.ts';
import { tuning } from '../../../../../../src/adapters/vaults/aws/retry.ts';
import type { VaultAnswer } from '../../../../../../src/ports/vault.ts';
import { createTempFolder } from '../../../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const ok = (body: string): HttpAnswer => ({ status: 200, headers: {}, body });
const later = '2030-01-01T00:00:00Z';

interface Setting {
  readonly env: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  /** Of whoever is asked; a request without an answer is one that nobody hears. */
  readonly answers?: readonly HttpAnswer[];
}

function at({ env, files = {}, answers = [] }: Setting) {
  const home = temp.lay(files);
  const sent: HttpRequest[] = [];
  const http = {
    send: async (request: HttpRequest): Promise<VaultAnswer<HttpAnswer>> => {
      const answer = answers[sent.push(request) - 1];
      return answer ? { value: answer } : { fault: unreachable };
    },
    close: async () => {},
  };
  const place = {
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replace('HOME', home)])),
    home,
    region: 'eu-west-1',
    http,
    tuning: { ...tuning, firstWait: 0 },
  };
  return { home, sent, cache: createCredentialCache(place, () => 0) };
}
const got = async (setting: Setting) => {
  const { cache, sent } = at(setting);
  const answer = await cache.get();
  return { keys: 'value' in answer ? answer.value : answer.fault.detail, answer, sent };
};
const keys = (accessKeyId: string, more: Partial<Credentials> = {}): Credentials => ({
  accessKeyId,
  secretAccessKey: `secret-of-${accessKeyId}`,
  expiresAt: null,
  ...more,
});
const variables = { AWS_ACCESS_KEY_ID: 'env', AWS_SECRET_ACCESS_KEY: 'secret-of-env' };
const profile = (name: string, id = name): string =>
  `[${name}]\naws_access_key_id = ${id}\naws_secret_access_key = secret-of-${id}\n`;
const sts = (id: string): string =>
  `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials>
  <AccessKeyId>${id}</AccessKeyId><SecretAccessKey>secret-of-${id}</SecretAccessKey><SessionToken>a&amp;b</SessionToken>
  <Expiration>${later}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;
const container = (id: string): string =>
  JSON.stringify({ AccessKeyId: id, SecretAccessKey: `secret-of-${id}`, Token: 't', Expiration: later });
const expiring = { expiresAt: Date.parse(later) };

describe('the environment', () => {
  it('comes first', async () => {
    const files = { '.aws/credentials': profile('default') };
    expect((await got({ env: variables, files })).keys).toEqual(keys('env'));
    expect((await got({ env: { ...variables, AWS_SESSION_TOKEN: 't' } })).keys).toEqual(
      keys('env', { sessionToken: 't' }),
    );
  });

  it('with one half is not passed over', async () => {
    const files = { '.aws/credentials': profile('default') };
    const { keys, answer } = await got({ env: { AWS_ACCESS_KEY_ID: 'env', AWS_SECRET_ACCESS_KEY: '' }, files });
    expect(keys).toBe('credentials_incomplete');
    expect(JSON.stringify(answer)).toContain('AWS_SECRET_ACCESS_KEY is not set');
  });
});

it.each([
  ['a line break in the key', { ...variables, AWS_ACCESS_KEY_ID: 'AKIA\n' }],
  ['a space in the key', { ...variables, AWS_ACCESS_KEY_ID: 'AK IA' }],
  ['a slash in the key', { ...variables, AWS_ACCESS_KEY_ID: 'AKIA/x' }],
  ['a letter that is none of ASCII', { ...variables, AWS_ACCESS_KEY_ID: 'ÄKIA' }],
  ['a line break in the token', { ...variables, AWS_SESSION_TOKEN: 'a\nx-evil: b' }],
])('what no header can carry is told before it is sent: %s', async (_, env) => {
  expect((await got({ env })).keys).toBe('credentials_malformed');
});

describe('the shared files', () => {
  it.each<readonly [string, Setting, unknown]>([
    ['`credentials`', { env: {}, files: { '.aws/credentials': profile('default') } }, keys('default')],
    ['`config`', { env: {}, files: { '.aws/config': profile('default') } }, keys('default')],
    [
      '`credentials` before `config`',
      { env: {}, files: { '.aws/credentials': profile('default', 'a'), '.aws/config': profile('default', 'b') } },
      keys('a'),
    ],
    [
      'a profile by its name',
      { env: { AWS_PROFILE: 'lab' }, files: { '.aws/credentials': profile('default') + profile('lab') } },
      keys('lab'),
    ],
    [
      'a profile of `config`',
      { env: { AWS_PROFILE: 'lab' }, files: { '.aws/config': profile('profile lab', 'lab') } },
      keys('lab'),
    ],
    [
      'with a token of a session',
      { env: {}, files: { '.aws/credentials': `${profile('default')}aws_session_token = t\n` } },
      keys('default', { sessionToken: 't' }),
    ],
    [
      'in other places',
      { env: { AWS_SHARED_CREDENTIALS_FILE: 'HOME/x', AWS_CONFIG_FILE: '~/y' }, files: { x: profile('default') } },
      keys('default'),
    ],
    ['a profile that is nowhere', { env: { AWS_PROFILE: 'lab' } }, 'profile_missing'],
    ['nothing', { env: {} }, 'credentials_missing'],
    ['a region alone', { env: {}, files: { '.aws/config': '[default]\nregion = x\n' } }, 'credentials_missing'],
    [
      'half a key',
      { env: {}, files: { '.aws/credentials': '[default]\naws_access_key_id = x\n' } },
      'credentials_incomplete',
    ],
    [
      'halves in two files',
      {
        env: {},
        files: {
          '.aws/credentials': '[default]\naws_access_key_id = x\n',
          '.aws/config': '[default]\naws_secret_access_key = x\n',
        },
      },
      'credentials_incomplete',
    ],
    ['a login', { env: {}, files: { '.aws/config': '[default]\nsso_session = x\n' } }, 'profile_unsupported'],
    ['a program', { env: {}, files: { '.aws/config': '[default]\ncredential_process = x\n' } }, 'profile_unsupported'],
    [
      'a role of a profile',
      { env: {}, files: { '.aws/config': '[default]\nrole_arn = x\nsource_profile = y\n' } },
      'profile_unsupported',
    ],
  ])('%s', async (_, setting, wanted) => {
    expect((await got(setting)).keys).toEqual(wanted);
  });

  it('that cannot be read are told, not passed over', async () => {
    const { home, cache } = at({ env: {}, files: { '.aws/credentials/x': '' } });
    const answer = await cache.get();
    expect(answer).toMatchObject({ fault: { detail: 'credentials_unreadable' } });
    expect(JSON.stringify(answer)).not.toContain(home);
  });
});

describe('a web identity', () => {
  const identity = { AWS_WEB_IDENTITY_TOKEN_FILE: 'HOME/token', AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/x' };
  const files = { token: 'canary-web-identity-41\n' };

  it('is exchanged at STS of the region, in the body', async () => {
    const { keys: found, sent } = await got({ env: identity, files, answers: [ok(sts('role'))] });
    expect(found).toEqual(keys('role', { sessionToken: 'a&b', ...expiring }));
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      origin: 'https://sts.eu-west-1.amazonaws.com',
      path: '/',
      method: 'POST',
      deadline: 30_000,
    });
    expect(Object.fromEntries(new URLSearchParams(sent[0]?.body))).toEqual({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: identity.AWS_ROLE_ARN,
      RoleSessionName: 'headgate',
      WebIdentityToken: 'canary-web-identity-41',
    });
  });

  it('of a profile', async () => {
    const config = '[profile ci]\nrole_arn = arn:x\nweb_identity_token_file = ~/token\nrole_session_name = s\n';
    const { keys: found, sent } = await got({
      env: { AWS_PROFILE: 'ci' },
      files: { ...files, '.aws/config': config },
      answers: [ok(sts('role'))],
    });
    expect(found).toEqual(keys('role', { sessionToken: 'a&b', ...expiring }));
    expect(new URLSearchParams(sent[0]?.body).get('RoleSessionName')).toBe('s');
  });

  it.each<readonly [string, Setting, string, number]>([
    ['no role', { env: { AWS_WEB_IDENTITY_TOKEN_FILE: 'HOME/token' }, files }, 'credentials_incomplete', 0],
    ['no file', { env: identity }, 'token_file_unreadable', 0],
    ['an empty file', { env: identity, files: { token: '\n' } }, 'token_file_unreadable', 0],
    [
      'an unsafe endpoint',
      { env: { ...identity, AWS_ENDPOINT_URL_STS: 'http://sts.example' }, files },
      'endpoint_insecure',
      0,
    ],
    [
      'a token that has expired',
      { env: identity, files, answers: [{ ...ok('<Code>ExpiredTokenException</Code>'), status: 400 }] },
      'credentials_expired',
      1,
    ],
    [
      'a role that is denied',
      { env: identity, files, answers: [{ ...ok('<Error><Code>AccessDenied</Code></Error>'), status: 403 }] },
      'denied',
      1,
    ],
    ['an answer that is none', { env: identity, files, answers: [ok('<html>')] }, 'answer_unexpected', 1],
    [
      'an answer without an end',
      { env: identity, files, answers: [ok(sts('r').replace(later, 'soon'))] },
      'answer_unexpected',
      1,
    ],
    ['nobody there', { env: identity, files }, 'connection_failed', 4],
  ])('with %s', async (_, setting, detail, requests) => {
    const { keys: found, answer, sent } = await got(setting);
    expect(found).toBe(detail);
    expect(sent).toHaveLength(requests);
    expect(JSON.stringify(answer)).not.toContain('canary');
  });

  it('that is set up and fails lets nobody else step in', async () => {
    const { keys: found } = await got({ env: identity, files: { '.aws/credentials': profile('default') } });
    expect(found).toBe('token_file_unreadable');
  });
});

describe('a container', () => {
  it.each<readonly [string, Setting, string, string | undefined]>([
    [
      'of ECS',
      { env: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/x?a=b' } },
      'http://169.254.170.2/v2/x?a=b',
      undefined,
    ],
    [
      'of EKS',
      {
        env: {
          AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1',
          AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: 'HOME/token',
        },
        files: { token: 'from-file\n' },
      },
      'http://169.254.170.23/v1',
      'from-file',
    ],
    [
      'of EKS, over IPv6',
      { env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://[fd00:ec2::23]/v1' } },
      'http://[fd00:ec2::23]/v1',
      undefined,
    ],
    [
      'on this machine',
      {
        env: {
          AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:51679/x',
          AWS_CONTAINER_AUTHORIZATION_TOKEN: 'Basic x',
        },
      },
      'http://127.0.0.1:51679/x',
      'Basic x',
    ],
    [
      'over TLS',
      { env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'https://host.example/x' } },
      'https://host.example/x',
      undefined,
    ],
  ])('%s', async (_, setting, url, authorization) => {
    const { keys: found, sent } = await got({ ...setting, answers: [ok(container('box'))] });
    expect(found).toEqual(keys('box', { sessionToken: 't', ...expiring }));
    expect(`${sent[0]?.origin}${sent[0]?.path}`).toBe(url);
    expect(sent[0]?.headers['authorization']).toBe(authorization);
  });

  it.each<readonly [string, Setting, string, number]>([
    [
      'another host without TLS',
      { env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://evil.example/x' } },
      'container_uri_invalid',
      0,
    ],
    [
      'the metadata of the host',
      { env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.169.254/x' } },
      'container_uri_invalid',
      0,
    ],
    [
      'a name that begins like this machine',
      { env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1.evil.example/' } },
      'container_uri_invalid',
      0,
    ],
    ['no URL', { env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'x' } }, 'container_uri_invalid', 0],
    ['no path', { env: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '@evil.example/' } }, 'container_uri_invalid', 0],
    [
      'a token with a line break',
      { env: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/x', AWS_CONTAINER_AUTHORIZATION_TOKEN: 'a\nb: c' } },
      'token_invalid',
      0,
    ],
    [
      'a token file that is gone',
      { env: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/x', AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: 'HOME/token' } },
      'token_file_unreadable',
      0,
    ],
    [
      'an answer that is none',
      { env: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/x' }, answers: [ok('{}')] },
      'answer_unexpected',
      1,
    ],
    [
      'an end that is none',
      { env: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/x' }, answers: [ok(container('b').replace(later, 'soon'))] },
      'answer_unexpected',
      1,
    ],
    [
      'a refusal',
      { env: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/x' }, answers: [{ ...ok('{}'), status: 403 }] },
      'denied',
      1,
    ],
    [
      'a passing failure',
      { env: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/x' }, answers: [{ ...ok(''), status: 503 }] },
      'connection_failed',
      4,
    ],
  ])('with %s', async (_, setting, detail, requests) => {
    const { keys: found, sent } = await got(setting);
    expect(found).toBe(detail);
    expect(sent).toHaveLength(requests);
  });
});

describe('what was loaded', () => {
  const counted = (expiresAt: number | null, fails = false) => {
    let now = 0;
    let loads = 0;
    const source: CredentialSource = async () => {
      loads++;
      await Promise.resolve();
      return fails ? { fault: unreachable } : { value: keys(`load-${loads}`, { expiresAt }) };
    };
    const cache = createCredentialCache(
      {
        env: {},
        home: '/',
        region: 'eu-west-1',
        http: { send: async () => ({ fault: unreachable }), close: async () => {} },
        tuning,
      },
      () => now,
      [async () => null, source],
    );
    return {
      cache,
      loads: () => loads,
      wait: (ms: number) => {
        now += ms;
      },
    };
  };

  it('is kept for five minutes', async () => {
    const { cache, loads, wait } = counted(null);
    await cache.get();
    wait(299_999);
    await cache.get();
    expect(loads()).toBe(1);
    wait(1);
    expect(await cache.get()).toMatchObject({ value: { accessKeyId: 'load-2' } });
  });

  it('or until a minute before it expires', async () => {
    const { cache, loads, wait } = counted(180_000);
    await cache.get();
    wait(119_999);
    await cache.get();
    expect(loads()).toBe(1);
    wait(1);
    await cache.get();
    expect(loads()).toBe(2);
  });

  it('is loaded once for all who ask at once', async () => {
    const { cache, loads } = counted(null);
    const all = await Promise.all(Array.from({ length: 20 }, () => cache.get()));
    expect(loads()).toBe(1);
    expect(new Set(all.map((answer) => ('value' in answer ? answer.value : null))).size).toBe(1);
  });

  it('is not kept where it failed', async () => {
    const { cache, loads } = counted(null, true);
    await cache.get();
    await cache.get();
    expect(loads()).toBe(2);
  });

  it('is forgotten when AWS refuses it, unless something newer is there', async () => {
    const { cache, loads } = counted(null);
    const first = await cache.get();
    const old = 'value' in first ? first.value : keys('none');
    cache.forget(old);
    await cache.get();
    expect(loads()).toBe(2);
    cache.forget(old);
    await cache.get();
    expect(loads()).toBe(2);
  });
});
