/**
 * The vault in AWS Secrets Manager, against moto with its IAM: another implementation checks each signature, and each right. A strict
 * server stands before it, since moto takes what AWS refuses. What only AWS does is not verified here.
 */

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openAwsVault } from '../../src/adapters/vaults/aws/open.ts';
import type { Vault, VaultAnswer } from '../../src/ports/vault.ts';
import { byOperator } from '../../src/runtime/authority/authority.ts';
import { type Moto, type MotoUser, startMoto } from '../support/aws/moto.ts';
import type { OneStep } from '../support/aws/one-step.ts';
import { type Shim, startShim } from '../support/aws/shim.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
const program = join(temp.path, 'one-step.mjs');
let moto: Moto;
let shim: Shim;
let admin: MotoUser;
let lister: MotoUser;
let reader: MotoUser;
const vaults: Vault[] = [];

beforeAll(async () => {
  moto = await startMoto();
  admin = await moto.addUser('admin', ['*']);
  lister = await moto.addUser('lister', ['ListSecrets']);
  reader = await moto.addUser('reader', ['GetSecretValue']);
  await build({
    entryPoints: ['test/support/aws/one-step.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outfile: program,
    mainFields: ['module', 'main'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
});
afterAll(async () => {
  await moto?.stop();
  temp.remove();
});
beforeEach(async () => {
  shim = await startShim(moto.url);
});
afterEach(async () => {
  for (const vault of vaults.splice(0)) await vault.close();
  await shim.close();
});

const token = () => ({ token: randomUUID(), on: byOperator });
function open(env: object, namespace: string): Vault {
  const vault = openAwsVault(
    'cloud',
    { provider: 'aws_secrets_manager', region: 'eu-west-1', endpoint: shim.url, namespace },
    { folder: '/', home: '/nonexistent', env: { ...env }, now: Date.now },
    { firstWait: 1 },
  );
  vaults.push(vault);
  return vault;
}
const faultIn = (answer: VaultAnswer<unknown>): string | null =>
  'fault' in answer ? `${answer.fault.code} ${answer.fault.detail}` : null;
const valueIn = <T>(answer: VaultAnswer<T>): T => {
  if ('fault' in answer) throw new Error(JSON.stringify(answer.fault));
  return answer.value;
};
const operations = (): ReadonlySet<string> => new Set(shim.requests.map(({ operation }) => operation));

describe('a secret at AWS', () => {
  it('003-C4.18: lives its whole life', async () => {
    const vault = open(admin, 'life');
    const [one, two, three] = [token(), token(), token()];
    expect(await vault.create('db/password', 'v1', one)).toEqual({ value: { version: one.token, fingerprint: null } });
    expect(valueIn(await vault.resolve({ key: 'db/password' }))).toEqual({ text: 'v1', version: one.token });
    expect(faultIn(await vault.create('db/password', 'x', two))).toBe('conflict exists');
    valueIn(await vault.putPending('db/password', 'v2', two));
    expect(valueIn(await vault.resolve({ key: 'db/password' })).text).toBe('v1');
    valueIn(await vault.promote('db/password', two.token, two));
    expect(valueIn(await vault.resolve({ key: 'db/password' }))).toEqual({ text: 'v2', version: two.token });
    expect(valueIn(await vault.resolve({ key: 'db/password', version: { stage: 'AWSPREVIOUS' } })).text).toBe('v1');
    expect(valueIn(await vault.resolve({ key: 'db/password', version: { stage: one.token } })).text).toBe('v1');
    valueIn(await vault.putPending('db/password', 'v3', three));
    valueIn(await vault.discard('db/password', three.token, three));
    expect(faultIn(await vault.resolve({ key: 'db/password', version: { stage: 'AWSPENDING' } }))).toBe(
      'not_found not_found',
    );
    expect(faultIn(await vault.discard('db/password', two.token, three))).toBe('conflict version_used');
    expect(valueIn(await vault.list())).toEqual(['db/password']);
    valueIn(await vault.remove('db/password', three));
    expect(valueIn(await vault.list())).toEqual([]);
    expect(faultIn(await vault.resolve({ key: 'db/password' }))).toBe('not_found deleted');
    valueIn(await vault.remove('db/password', three));
    expect(await vault.health()).toMatchObject({ status: 'ready' });
    expect(shim.faults).toEqual([]);
  });

  it('is made again under its key when it was removed', async () => {
    const vault = open(admin, 'again');
    const [one, two] = [token(), token()];
    valueIn(await vault.create('key', 'v1', one));
    valueIn(await vault.remove('key', one));
    valueIn(await vault.create('key', 'v2', two));
    expect(valueIn(await vault.resolve({ key: 'key' }))).toEqual({ text: 'v2', version: two.token });
    expect(valueIn(await vault.list())).toEqual(['key']);
    expect([...operations()].filter((operation) => /^(Restore|Untag)/.test(operation))).toEqual([
      'RestoreSecret',
      'UntagResource',
    ]);
  });

  it('keeps what is not plain, byte by byte', async () => {
    const vault = open(admin, 'bytes');
    const value = '{"a":"ü€😀\u0001\\"}\r\n\t ';
    valueIn(await vault.create('odd', value, token()));
    expect(valueIn(await vault.resolve({ key: 'odd' })).text).toBe(value);
  });

  it('is one for eight who make it at once', async () => {
    const vault = open(admin, 'eight');
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => vault.create('key', `v${index}`, token())),
    );
    const made = answers.filter((answer) => 'value' in answer);
    expect(made).toHaveLength(1);
    expect(answers.map(faultIn).filter((fault) => fault !== null)).toEqual(Array(7).fill('conflict exists'));
    expect(`v${answers.findIndex((answer) => 'value' in answer)}`).toBe(
      valueIn(await vault.resolve({ key: 'key' })).text,
    );
  });

  it('of another namespace is not touched', async () => {
    valueIn(await open(admin, 'mine').create('key', 'v', token()));
    const other = open(admin, 'theirs');
    expect(valueIn(await other.list())).toEqual([]);
    expect(faultIn(await other.resolve({ key: 'key' }))).toBe('not_found not_found');
    expect(faultIn(await other.resolve({ key: 'key', externalRef: 'headgate/mine/key' }))).toBe(
      'invalid_request drifted',
    );
  });
});

describe('rights', () => {
  it('003-C4.2, 003-C4.3: to list are enough to look for what to import, and no value is asked for', async () => {
    const all = open(admin, 'rights');
    for (const key of ['a', 'b', 'c']) valueIn(await all.create(key, 'canary-list-only-6f', token()));
    const before = shim.requests.length;
    const vault = open(lister, 'rights');
    let pageToken: string | undefined;
    const names: string[] = [];
    do {
      const page = valueIn(
        (await vault.discover?.({ pageSize: 2, ...(pageToken === undefined ? {} : { pageToken }) })) ?? {
          value: { secrets: [], nextToken: null },
        },
      );
      names.push(...page.secrets.map(({ name }) => name));
      expect(JSON.stringify(page)).not.toContain('canary');
      pageToken = page.nextToken ?? undefined;
    } while (pageToken !== undefined);
    expect(names.filter((name) => name.startsWith('headgate/rights/'))).toEqual(
      ['a', 'b', 'c'].map((key) => `headgate/rights/${key}`),
    );
    expect(await vault.health()).toMatchObject({ status: 'ready' });
    expect(valueIn(await vault.list())).toEqual(['a', 'b', 'c']);
    expect(new Set(shim.requests.slice(before).map(({ operation }) => operation))).toEqual(new Set(['ListSecrets']));
    // They are not enough for anything else, so that nothing else can have been done.
    expect(faultIn(await vault.resolve({ key: 'a' }))).toBe('access_denied denied');
    expect(faultIn(await vault.create('d', 'v', token()))).toBe('access_denied denied');
    expect(faultIn(await vault.remove('a', token()))).toBe('access_denied denied');
  });

  it('to read are enough to resolve', async () => {
    valueIn(await open(admin, 'reads').create('key', 'v', token()));
    const vault = open(reader, 'reads');
    expect(valueIn(await vault.resolve({ key: 'key' })).text).toBe('v');
    expect(await vault.health()).toMatchObject({ status: 'warning', code: 'list_denied' });
  });

  it('are those of whoever signs: a wrong key, or a signature over something else, is refused', async () => {
    expect(await open({ ...admin, AWS_SECRET_ACCESS_KEY: 'wrong' }, 'x').health()).toMatchObject({
      code: 'credentials_refused',
    });
    expect(await open({ ...admin, AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLX' }, 'x').health()).toMatchObject({
      code: 'credentials_refused',
    });
    expect(await open({ ...admin, AWS_SESSION_TOKEN: 'x' }, 'x').health()).toMatchObject({ status: 'error' });
  });

  it('of a role are those that a web identity is given', async () => {
    const role = await moto.addRole('ci', ['ListSecrets']);
    const folder = temp.lay({ token: 'web-identity-token' });
    const vault = open(
      { AWS_ROLE_ARN: role, AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'token'), AWS_ENDPOINT_URL_STS: moto.url },
      'role',
    );
    // Nobody has signed this request, which moto would not let through.
    await moto.trust(1);
    expect(await vault.health()).toMatchObject({ status: 'ready' });
    expect(shim.requests[0]?.headers['x-amz-security-token']).toBeTruthy();
    expect(faultIn(await vault.resolve({ key: 'key' }))).toBe('access_denied denied');
  });
});

describe('003-C4.17: what moto does not refuse', () => {
  it('is refused before it: a write without a token', async () => {
    const signed = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.CreateSecret' };
    const authorization =
      'AWS4-HMAC-SHA256 Credential=A/20260101/eu-west-1/secretsmanager/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=0';
    const answer = await fetch(shim.url, {
      method: 'POST',
      headers: { ...signed, authorization },
      body: JSON.stringify({ Name: 'x', SecretString: 'v' }),
    });
    expect(answer.status).toBe(400);
    expect(shim.faults).toEqual(['CreateSecret: no ClientRequestToken']);
  });
});

/** Runs a step in a process of its own; `null` when it was killed. */
async function step(
  told: Omit<OneStep, 'endpoint' | 'env'>,
  onStart: (pid: number) => void = () => {},
): Promise<unknown> {
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  onStart(child.pid as number);
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify({ ...told, endpoint: shim.url, env: admin }));
  const [out] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return child.signalCode === 'SIGKILL' ? null : JSON.parse(out);
}

describe('killed at each request, before and after the provider has done it', () => {
  const works = ['create', 'putPending', 'promote', 'discard', 'remove'] as const;
  it.each(works)('%s comes to one version a token when it is asked again', async (work) => {
    let kills = 0;
    for (const when of ['then', 'after'] as const)
      for (let at = 0; ; at++) {
        const namespace = `kill-${work}-${when}-${at}`;
        const vault = open(admin, namespace);
        const [one, two] = [token(), token()];
        const isNew = work === 'create';
        if (!isNew) valueIn(await vault.create('key', 'v1', one));
        if (work === 'promote' || work === 'discard') valueIn(await vault.putPending('key', 'v2', two));
        const told = { work, namespace, key: 'key', value: 'v2', version: two.token, token: two.token } as const;
        const start = shim.requests.length;
        let pid = 0;
        let killed = false;
        shim.fail((_, index) =>
          index === start + at && !killed
            ? {
                kind: when,
                run: () => {
                  killed = true;
                  process.kill(pid, 'SIGKILL');
                },
              }
            : null,
        );
        const first = await step(told, (started) => {
          pid = started;
        });
        shim.fail(() => null);
        if (!killed) {
          expect(first).toHaveProperty('value');
          break;
        }
        kills++;
        expect(first).toBeNull();
        expect(await step(told)).toHaveProperty('value');
        const described = await describeAt(`headgate/${namespace}/key`);
        const stagesOf = ({ token }: { readonly token: string }) => described.stages[token];
        expect([namespace, Object.keys(described.stages).sort()]).toEqual([
          namespace,
          (isNew ? [two.token] : work === 'remove' ? [one.token] : [one.token, two.token]).sort(),
        ]);
        if (work === 'create') expect(stagesOf(two)).toEqual(['AWSCURRENT']);
        if (work === 'putPending') expect([stagesOf(one), stagesOf(two)]).toEqual([['AWSCURRENT'], ['AWSPENDING']]);
        if (work === 'promote') expect([stagesOf(one), stagesOf(two)]).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
        if (work === 'discard') expect([stagesOf(one), stagesOf(two)]).toEqual([['AWSCURRENT'], []]);
        expect(described.isDeleted).toBe(work === 'remove');
      }
    expect(kills).toBeGreaterThanOrEqual(4);
    expect(shim.faults).toEqual([]);
    expect(operations().has('DescribeSecret')).toBe(true);
  });
});

/** moto's own word, through a request that the vault has no part in but for its signature. */
async function describeAt(
  name: string,
): Promise<{ readonly stages: Readonly<Record<string, readonly string[]>>; readonly isDeleted: boolean }> {
  await moto.trust(1);
  const answer = await fetch(moto.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'secretsmanager.DescribeSecret',
      authorization:
        'AWS4-HMAC-SHA256 Credential=A/20260101/eu-west-1/secretsmanager/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify({ SecretId: name }),
  });
  const read = (await answer.json()) as {
    readonly VersionIdsToStages?: Readonly<Record<string, readonly string[]>>;
    readonly DeletedDate?: number | null;
  };
  return { stages: read.VersionIdsToStages ?? {}, isDeleted: read.DeletedDate != null };
}
