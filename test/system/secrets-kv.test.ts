/** Secrets in a real OpenBao server as commands handle them: set, rotated, deleted, made again; stopped at each request and gone on with. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { byOperator } from '../../src/runtime/authority/authority.ts';
import { createSecretContext, type SecretContext } from '../../src/runtime/secrets/context.ts';
import { deleteSecret } from '../../src/runtime/secrets/delete-secret.ts';
import { faultOf as faultIn } from '../../src/runtime/secrets/fault-error.ts';
import { openSecrets } from '../../src/runtime/secrets/open.ts';
import { rotateSecret } from '../../src/runtime/secrets/rotate-secret.ts';
import { setSecret } from '../../src/runtime/secrets/set-secret.ts';
import { startCli } from '../support/cli.ts';
import { openBaoPolicy } from '../support/openbao-policy.ts';
import { createTempFolder } from '../support/temp-folder.ts';
import { canary, freshKey, type KvFixture, startKvFixture } from './kv-fixture.ts';

const temp = createTempFolder();
let kv: KvFixture;
beforeAll(async () => {
  kv = await startKvFixture();
});
afterAll(async () => {
  await kv?.stop();
  temp.remove();
});
beforeEach(() => kv.proxy.forget());

const place = { folder: '/', home: '/', env: {}, now: Date.now };
const plan = {
  provider: 'vault',
  address: 'https://vault.example',
  mount: 'secret',
  auth: { method: 'token', tokenEnv: 'BAO_TOKEN' },
} as const;

/** Of one state folder, anew each time, as each command has it. */
const optionsOf = (stateDir: string) => ({
  vaults: { bao: plan },
  place,
  stateDir,
  notice: () => {},
  open: async () => kv.open(),
});
const contextOf = (stateDir: string): SecretContext => createSecretContext(optionsOf(stateDir));
const given = async (stateDir: string, key: string, version?: number): Promise<string> => {
  const secrets = openSecrets(optionsOf(stateDir));
  const reference = { vault: 'bao', key, ...(version === undefined ? {} : { version: { number: version } }) };
  const answer = await secrets.resolve(reference, { type: 'component', id: '/app', path: 'key', run: 'r' }, byOperator);
  await secrets.close();
  return 'fault' in answer ? `${answer.fault.code}/${answer.fault.detail}` : answer.value.text;
};
const end = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error) => {
      const { code, detail } = faultIn(error);
      return `${code}/${detail}`;
    },
  );

/** Everything that is kept below a state folder. */
const keptBelow = (folder: string): string =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((one) => one.isFile())
        .map((one) => readFileSync(join(one.parentPath, one.name), 'latin1'))
        .join('\n')
    : '';

describe('secrets in a KV engine', () => {
  it('are set, rotated, given out by version, deleted and made again, and no value is kept here', async () => {
    const stateDir = temp.lay({});
    const key = freshKey();
    const name = { vault: 'bao', key };
    const values = [canary(), canary(), canary(), canary()] as const;
    expect(await setSecret(contextOf(stateDir), name, values[0])).toMatchObject({
      change: 'created',
      secretVersion: 1,
    });
    expect(await setSecret(contextOf(stateDir), name, values[1])).toMatchObject({
      change: 'rotated',
      secretVersion: 2,
    });
    expect(await rotateSecret(contextOf(stateDir), name, { text: values[2] })).toMatchObject({ secretVersion: 3 });
    expect(await given(stateDir, key)).toBe(values[2]);
    expect(await given(stateDir, key, 2)).toBe(values[1]);
    expect(await deleteSecret(contextOf(stateDir), name)).toMatchObject({ atProvider: 'removed' });
    expect(await given(stateDir, key)).toBe('not_found/secret_deleted');
    expect(await setSecret(contextOf(stateDir), name, values[3])).toMatchObject({ change: 'created' });
    expect(await given(stateDir, key)).toBe(values[3]);
    const kept = keptBelow(stateDir);
    expect(kept).toContain(key);
    for (const value of values) expect(kept).not.toContain(value);
  });

  it('that somebody else has made are given out, and never written or deleted', async () => {
    const stateDir = temp.lay({});
    const key = freshKey();
    await kv.put(key, { user: 'u', password: 'p' });
    const name = { vault: 'bao', key };
    expect(await given(stateDir, key)).toBe('{"password":"p","user":"u"}');
    expect(await end(setSecret(contextOf(stateDir), name, 'x'))).toMatch(/^conflict\//);
    expect(await end(rotateSecret(contextOf(stateDir), name, { text: 'x' }))).not.toBe('done');
    expect(await end(deleteSecret(contextOf(stateDir), name))).not.toBe('done');
    expect(await kv.metadataOf(key)).toMatchObject({ current_version: 1, custom_metadata: null });
  });

  it('have one version for each value that was set, wherever a command was stopped', async () => {
    let stopped = 0;
    for (const lost of ['request', 'answer'] as const)
      for (const before of [[], ['one']])
        for (let at = 0; ; at++) {
          const stateDir = temp.lay({});
          const key = freshKey();
          const name = { vault: 'bao', key };
          for (const value of before) await setSecret(contextOf(stateDir), name, value);
          let asked = 0;
          // From then on the provider is gone, as it is for whoever is killed.
          kv.proxy.lose(() => (asked++ >= at ? lost : undefined));
          const first = await end(setSecret(contextOf(stateDir), name, 'two'));
          kv.proxy.forget();
          if (asked <= at) break;
          stopped++;
          // The last answers may have been of no matter.
          if (first !== 'done') expect(first).toBe('provider_unavailable/connection_cut');
          const where = `${lost} ${before.length} ${at}`;
          expect(await end(setSecret(contextOf(stateDir), name, 'three')), where).toBe('done');
          expect(await given(stateDir, key), where).toBe('three');
          const names = readdirSync(join(stateDir, 'secrets', 'operations'), { recursive: true, withFileTypes: true });
          expect(
            names.filter((one) => one.isFile()),
            where,
          ).toEqual([]);
          const versions = (await kv.metadataOf(key))?.current_version ?? 0;
          // `two` may have been made before `three` was; nothing was made twice.
          expect(versions - before.length, where).toBeGreaterThanOrEqual(1);
          expect(versions - before.length, where).toBeLessThanOrEqual(2);
          const aside = await kv.bao.ask('GET', `secret/metadata/headgate-pending/${key}/?list=true`);
          expect(aside.status, where).toBe(404);
        }
    expect(stopped).toBeGreaterThan(20);
  });

  it('survive a command that is killed at any request', async () => {
    const token = await kv.bao.tokenFor(openBaoPolicy());
    const vault = `{ provider: vault, address: "${kv.proxy.address}", mount: secret, auth: { method: token, tokenEnv: BAO_TOKEN } }`;
    let killed = 0;
    for (let at = 1; ; at++) {
      const cwd = temp.lay({ 'headgate.yaml': `vaults: { bao: ${vault} }\n` });
      const env = { HOME: cwd, XDG_STATE_HOME: cwd, BAO_TOKEN: token, NO_COLOR: '1' };
      const key = freshKey();
      const values = [canary(), canary(), canary()] as const;
      const set = (value: string) => {
        const started = startCli(['secrets', 'set', `bao/${key}`, '--trust-settings'], { cwd, env });
        started.child.stdin?.end(value);
        return started;
      };
      expect((await set(values[0]).ended).status).toBe(0);
      let asked = 0;
      const victim = set(values[1]);
      kv.proxy.lose(() => {
        if (++asked === at) victim.child.kill('SIGKILL');
        return asked >= at ? 'request' : undefined;
      });
      const { signal } = await victim.ended;
      kv.proxy.forget();
      if (signal === null) break;
      killed++;
      const next = await set(values[2]).ended;
      expect({ status: next.status, at }, next.stderr).toEqual({ status: 0, at });
      const versions = (await kv.metadataOf(key))?.current_version ?? 0;
      expect([2, 3], `killed at ${at}`).toContain(versions);
      const { body } = await kv.bao.ask('GET', `secret/data/${key}`);
      expect((body['data'] as { data: object }).data).toEqual({ value: values[2] });
      const kept = keptBelow(join(cwd, 'headgate'));
      for (const value of [...values, token]) expect(kept + next.stdout + next.stderr).not.toContain(value);
    }
    expect(killed).toBeGreaterThan(6);
  });
});
