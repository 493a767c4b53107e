/** Logins, leases and health of the vault for KV engines, with real OpenBao servers. */

import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openKvVault } from '../../src/adapters/vaults/kv/open.ts';
import { type Pace, usualPace } from '../../src/adapters/vaults/kv/pace.ts';
import type { KvVault } from '../../src/ir/plan-vault-schema.ts';
import type { Vault, VaultAnswer } from '../../src/ports/vault.ts';
import { byOperator } from '../../src/runtime/authority/authority.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { type OpenBao, startOpenBao } from '../support/openbao.ts';
import { openBaoPolicy } from '../support/openbao-policy.ts';
import { createTempFolder } from '../support/temp-folder.ts';

let bao: OpenBao;
let proxy: CuttingProxy;
beforeAll(async () => {
  bao = await startOpenBao();
  proxy = await startCuttingProxy(bao.address);
  await bao.api('POST', 'sys/auth/approle', { type: 'approle' });
  await bao.api('POST', 'sys/policies/acl/headgate', { policy: openBaoPolicy() });
  await bao.api('POST', 'secret/data/app/key', { data: { value: 'found' } });
});
afterAll(async () => {
  for (const vault of opened) await vault.close();
  proxy?.close();
  await bao?.stop();
});
beforeEach(() => proxy.forget());

const opened: Vault[] = [];
const pace: Pace = { ...usualPace, wait: async () => undefined };
type Env = Readonly<Record<string, string>>;

function open(env: Env, options: Partial<KvVault> = {}, now: () => number = Date.now): Vault {
  const settings: KvVault = {
    provider: 'vault',
    address: proxy.address,
    mount: 'secret',
    auth: 'BAO_TOKEN' in env ? { method: 'token', tokenEnv: 'BAO_TOKEN' } : appRole,
    ...options,
  };
  const vault = openKvVault('bao', settings, { folder: '/', home: '/', env, now }, pace);
  opened.push(vault);
  return vault;
}

const appRole = { method: 'approle', roleIdEnv: 'ROLE_ID', secretIdEnv: 'SECRET_ID' } as const;

async function role(options: object): Promise<Env> {
  const name = `role-${randomUUID()}`;
  await bao.api('POST', `auth/approle/role/${name}`, { token_policies: ['headgate'], ...options });
  const { role_id } = (await bao.api('GET', `auth/approle/role/${name}/role-id`))['data'] as { role_id: string };
  const made = (await bao.api('POST', `auth/approle/role/${name}/secret-id`))['data'] as { secret_id: string };
  return { ROLE_ID: role_id, SECRET_ID: made.secret_id };
}

const told = (answer: VaultAnswer<{ text: string }>) =>
  'fault' in answer ? `${answer.fault.code}/${answer.fault.detail}` : answer.value.text;
const read = async (vault: Vault) => told(await vault.resolve({ key: 'app/key' }));
const asked = () => proxy.seen.map(({ method, path }) => `${method} ${path.slice('/v1/'.length)}`);
const login = 'POST auth/approle/login';
const renewal = 'POST auth/token/renew-self';
const reading = 'GET secret/data/app/key';
/** Of the last request with one. */
const lastToken = () =>
  proxy.seen.findLast(({ headers }) => headers['x-vault-token'])?.headers['x-vault-token'] as string;
const revoke = (token: string) => bao.api('POST', 'auth/token/revoke', { token });

describe('a login by role', () => {
  it('happens once for all that is asked, at once or after each other', async () => {
    const vault = open(await role({ token_ttl: '1h' }));
    expect(new Set(await Promise.all(Array.from({ length: 8 }, () => read(vault))))).toEqual(new Set(['found']));
    expect(await read(vault)).toBe('found');
    expect(asked().filter((one) => one === login)).toHaveLength(1);
    expect(asked()).toHaveLength(1 + 9);
  });

  it('is renewed when two thirds of its time are over, and the token stays', async () => {
    let now = Date.now();
    const vault = open(await role({ token_ttl: '1h' }), {}, () => now);
    await read(vault);
    const first = lastToken();
    now += 39 * 60_000;
    await read(vault);
    expect(asked()).toEqual([login, reading, reading]);
    now += 2 * 60_000;
    // What the server grants anew counts from now on.
    await read(vault);
    await read(vault);
    expect(asked()).toEqual([login, reading, reading, renewal, reading, reading]);
    expect(lastToken()).toBe(first);
  });

  it('is repeated where the lease has really ended', async () => {
    const vault = open(await role({ token_ttl: '1s', token_max_ttl: '1s' }));
    expect(await read(vault)).toBe('found');
    const first = lastToken();
    // The server forgets it a while after.
    while ((await bao.ask('GET', 'auth/token/lookup-self', { token: first })).status === 200) await sleep(100);
    expect(await read(vault)).toBe('found');
    expect(lastToken()).not.toBe(first);
    expect(asked().filter((one) => one === login)).toHaveLength(2);
  });

  it('is repeated where a clock hides that the lease has ended', async () => {
    const begun = Date.now();
    const vault = open(await role({ token_ttl: '1s', token_max_ttl: '1s' }), {}, () => begun);
    expect(await read(vault)).toBe('found');
    while ((await bao.ask('GET', 'auth/token/lookup-self', { token: lastToken() })).status === 200) await sleep(100);
    proxy.forget();
    expect(await read(vault)).toBe('found');
    expect(asked()).toEqual([reading, 'GET auth/token/lookup-self', login, reading]);
  });

  it('is repeated once where the token was revoked, for reads and writes, and never goes round', async () => {
    const env = await role({ token_ttl: '1h' });
    const vault = open(env);
    await read(vault);
    await revoke(lastToken());
    proxy.forget();
    expect(await read(vault)).toBe('found');
    expect(asked()).toEqual([reading, 'GET auth/token/lookup-self', login, reading]);
    await revoke(lastToken());
    const created = await vault.create(`app/${randomUUID()}`, 'x', { token: randomUUID(), on: byOperator });
    expect(created).toMatchObject({ value: { version: '1' } });
    await revoke(lastToken());
    // From here on no login is answered with a token that counts.
    proxy.forget();
    await Promise.all(Array.from({ length: 4 }, () => read(vault)));
    expect(asked().filter((one) => one === login)).toHaveLength(1);
  });

  it('is not repeated for what the role may not read', async () => {
    const name = `role-${randomUUID()}`;
    await bao.api('POST', `auth/approle/role/${name}`, { token_policies: ['default'] });
    const { role_id } = (await bao.api('GET', `auth/approle/role/${name}/role-id`))['data'] as { role_id: string };
    const made = (await bao.api('POST', `auth/approle/role/${name}/secret-id`))['data'] as { secret_id: string };
    const vault = open({ ROLE_ID: role_id, SECRET_ID: made.secret_id });
    for (let i = 0; i < 3; i++) expect(await read(vault)).toBe('access_denied/permission_denied');
    expect(asked().filter((one) => one === login)).toHaveLength(1);
  });

  it('that is refused is told as such', async () => {
    const env = await role({ token_ttl: '1h' });
    expect(await read(open({ ...env, SECRET_ID: randomUUID() }))).toBe('access_denied/login_refused');
    expect(asked()).toEqual([login]);
  });

  it('that can be used once is used once: after its end nothing is asked with it in vain', async () => {
    let now = Date.now();
    const vault = open(await role({ token_ttl: '1h', token_type: 'batch', secret_id_num_uses: 1 }), {}, () => now);
    expect(await read(vault)).toBe('found');
    now += 45 * 60_000;
    proxy.forget();
    // It cannot be renewed, and the login is used up: the token is good for a while all the same.
    expect([await read(vault), await read(vault), await read(vault)]).toEqual(['found', 'found', 'found']);
    expect(asked()).toEqual([login, reading, reading, reading]);
    now += 20 * 60_000;
    expect(await read(vault)).toBe('access_denied/login_refused');
  });
});

describe('a token that was given', () => {
  it('and has ended or been revoked is told, and nothing is tried again', async () => {
    const ended = await bao.tokenFor(openBaoPolicy(), { ttl: '1s' });
    const revoked = await bao.tokenFor(openBaoPolicy());
    await revoke(revoked);
    while ((await bao.ask('GET', 'auth/token/lookup-self', { token: ended })).status === 200) await sleep(100);
    for (const token of [ended, revoked]) {
      proxy.forget();
      const vault = open({ BAO_TOKEN: token });
      expect(await read(vault)).toBe('access_denied/permission_denied');
      expect(asked()).toEqual([reading]);
      expect(await vault.health()).toMatchObject({ status: 'error', code: 'token_expired' });
    }
  });
});

describe('a certificate that this machine does not trust', () => {
  it('is refused, also where the environment says that none is to be checked', async () => {
    const temp = createTempFolder();
    const [key, cert] = [join(temp.path, 'key.pem'), join(temp.path, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '1'];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject],
      {
        stdio: 'ignore',
      },
    );
    let requests = 0;
    const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => {
      requests++;
      response.end('{}');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    try {
      const vault = open(
        { BAO_TOKEN: 'x' },
        { address: `https://127.0.0.1:${(server.address() as AddressInfo).port}` },
      );
      expect(await read(vault)).toBe('provider_unavailable/tls_refused');
      process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
      expect(await read(vault)).toBe('provider_unavailable/tls_refused');
      expect(requests).toBe(0);
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
      server.close();
      temp.remove();
    }
  });
});

describe('health', () => {
  const codeOf = async (vault: Vault) => {
    const { status, code, message, guidance } = await vault.health();
    expect(message).not.toBe('');
    if (status !== 'ready') expect(guidance).not.toEqual([]);
    return `${status}/${code}`;
  };

  it('is ready where server, token and mount are, and reads no value', async () => {
    const vault = open({ BAO_TOKEN: await bao.tokenFor(openBaoPolicy()) });
    expect(await codeOf(vault)).toBe('ready/ready');
    expect(await codeOf(open(await role({ token_ttl: '1h' })))).toBe('ready/ready');
    expect(proxy.seen.filter(({ path }) => path.includes('/data/'))).toEqual([]);
  });

  it('names variables that are missing, and those that cannot be a token, and sends nothing', async () => {
    const settings = { auth: appRole };
    expect(await open({}, settings).health()).toMatchObject({
      status: 'error',
      code: 'missing_variable',
      missingFields: ['ROLE_ID', 'SECRET_ID'],
    });
    expect(await read(open({ ROLE_ID: 'x' }, settings))).toBe('invalid_request/missing_variable');
    const canary = `canary-${randomUUID()}`;
    const odd = await open({ BAO_TOKEN: `${canary}\n` }).health();
    expect(odd).toMatchObject({ code: 'malformed_variable' });
    expect(JSON.stringify(odd)).not.toContain(canary);
    expect(proxy.seen).toEqual([]);
  });

  it('warns of a token that may do everything, and of one that ends soon', async () => {
    expect(await codeOf(open({ BAO_TOKEN: bao.rootToken }))).toBe('warning/root_token');
    const short = await bao.tokenFor(openBaoPolicy(), { ttl: '5m' });
    expect(await codeOf(open({ BAO_TOKEN: short }))).toBe('warning/token_ends_soon');
  });

  it('tells a mount that is not there, not granted, or of another kind', async () => {
    const policy = `${openBaoPolicy()}\npath "one/*" { capabilities = ["read"] }`;
    const mounted = await bao.tokenFor(policy);
    await bao.api('POST', 'sys/mounts/one', { type: 'kv', options: { version: '1' } });
    expect(await codeOf(open({ BAO_TOKEN: mounted }, { mount: 'nothing' }))).toBe('error/mount_refused');
    expect(await codeOf(open({ BAO_TOKEN: mounted }, { mount: 'one' }))).toBe('error/not_kv_version_2');
    const other = await bao.tokenFor('path "other/*" { capabilities = ["read"] }');
    expect(await codeOf(open({ BAO_TOKEN: other }))).toBe('error/mount_refused');
  });

  it('tells a login that is refused, and a server without any', async () => {
    expect(await codeOf(open({ ROLE_ID: 'x', SECRET_ID: 'y' }))).toBe('error/login_refused');
    const bare = await startOpenBao('bare');
    try {
      const at = { address: bare.address };
      expect(await codeOf(open({ BAO_TOKEN: 'x' }, at))).toBe('error/uninitialised');
      expect(await read(open({ BAO_TOKEN: 'x' }, at))).toBe('provider_unavailable/uninitialised');
      const made = await bare.ask('POST', 'sys/init', { body: { secret_shares: 1, secret_threshold: 1 } });
      const { keys, root_token } = made.body as { keys: string[]; root_token: string };
      expect(await codeOf(open({ BAO_TOKEN: 'x' }, at))).toBe('error/sealed');
      await bare.ask('PUT', 'sys/unseal', { body: { key: keys[0] } });
      // It takes a moment to begin.
      while ((await bare.ask('GET', 'auth/token/lookup-self', { token: root_token })).status !== 200) await sleep(50);
      const env = { ROLE_ID: 'x', SECRET_ID: 'y' };
      expect(await read(open(env, at))).toBe('access_denied/login_refused');
    } finally {
      await bare.stop();
    }
    expect(await codeOf(open({ BAO_TOKEN: 'x' }, { address: bare.address }))).toBe('error/unreachable');
  });

  it('tells a server that was sealed while it was used, and that it is back', async () => {
    const own = await startOpenBao('bare');
    try {
      const begun = await own.ask('POST', 'sys/init', { body: { secret_shares: 1, secret_threshold: 1 } });
      const { keys, root_token } = begun.body as { keys: string[]; root_token: string };
      const unseal = async () => {
        await own.ask('PUT', 'sys/unseal', { body: { key: keys[0] } });
        while ((await own.ask('GET', 'auth/token/lookup-self', { token: root_token })).status !== 200) await sleep(50);
      };
      await unseal();
      const as = { token: root_token };
      await own.ask('POST', 'sys/mounts/secret', { ...as, body: { type: 'kv', options: { version: '2' } } });
      const vault = open({ BAO_TOKEN: root_token }, { address: own.address });
      const key = 'app/key';
      // A new mount takes a moment to be of version 2.
      const write = { token: randomUUID(), on: byOperator };
      let made = await vault.create(key, 'found', write);
      while ('fault' in made && made.fault.code === 'invalid_request') {
        await sleep(50);
        made = await vault.create(key, 'found', write);
      }
      expect(made).toMatchObject({ value: { version: '1' } });
      expect(await read(vault)).toBe('found');
      await own.ask('PUT', 'sys/seal', as);
      expect(await read(vault)).toBe('provider_unavailable/sealed');
      expect(await codeOf(vault)).toBe('error/sealed');
      const created = await vault.create('app/other', 'x', { token: randomUUID(), on: byOperator });
      expect(created).toMatchObject({ fault: { code: 'provider_unavailable', detail: 'sealed' } });
      await unseal();
      expect(await read(vault)).toBe('found');
    } finally {
      await own.stop();
    }
  });
});
