/** The vault for KV engines, with a real OpenBao server. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { canary, faultOf, found, freshKey, type KvFixture, resolved, startKvFixture, write } from './kv-fixture.ts';

let kv: KvFixture;
beforeAll(async () => {
  kv = await startKvFixture();
});
afterAll(() => kv?.stop());
beforeEach(() => kv.proxy.forget());

describe('reading', () => {
  it.each([
    ['a single `value`', { value: 'plain ä\n' }, 'plain ä\n'],
    ['an empty one', { value: '' }, ''],
    ['several keys', { user: 'u', password: 'p' }, '{"password":"p","user":"u"}'],
    ['one key of another name', { password: 'p' }, '{"password":"p"}'],
    ['a `value` that is no text', { value: { deep: [1, true, null] } }, '{"value":{"deep":[1,true,null]}}'],
  ])('gives the text of %s', async (_, data, text) => {
    const key = freshKey();
    await kv.put(key, data);
    expect(JSON.stringify(await kv.open().resolve({ key }))).toBe(JSON.stringify({ value: { text, version: '1' } }));
  });

  it('refuses a number that would become another one', async () => {
    const key = freshKey();
    await fetch(`${kv.bao.address}/v1/secret/data/${key}`, {
      method: 'POST',
      headers: { 'x-vault-token': kv.bao.rootToken },
      body: '{"data":{"n":12345678901234567890}}',
    });
    expect(await resolved(kv.open(), key)).toBe('provider_error/inexact_number');
  });

  it('gives versions by number and by stage', async () => {
    const vault = kv.open();
    const key = freshKey();
    for (const value of ['one', 'two', 'three']) await kv.put(key, { value });
    const at = (stage: string) => resolved(vault, key, { stage });
    expect(await Promise.all([1, 2, 3].map((number) => resolved(vault, key, { number })))).toEqual([
      'one',
      'two',
      'three',
    ]);
    expect([await at('current'), await at('latest'), await at('previous')]).toEqual(['three', 'three', 'two']);
    expect(await at('AWSCURRENT')).toBe('invalid_request/unknown_stage');
    expect(await resolved(vault, key, { number: 4 })).toBe('not_found/no_such_version');
    await kv.bao.api('POST', `secret/delete/${key}`, { versions: [3] });
    await kv.bao.api('PUT', `secret/destroy/${key}`, { versions: [1] });
    expect(await resolved(vault, key)).toBe('not_found/deleted');
    expect(await resolved(vault, key, { number: 3 })).toBe('not_found/deleted');
    expect(await resolved(vault, key, { number: 1 })).toBe('not_found/destroyed');
    expect(await at('previous')).toBe('two');
  });

  it('tells what is not there, and what lies where it cannot be', async () => {
    const vault = kv.open();
    expect(await resolved(vault, freshKey())).toBe('not_found/no_such_secret');
    expect(await resolved(vault, freshKey(), { stage: 'previous' })).toBe('not_found/no_such_secret');
    const once = freshKey();
    await kv.put(once, { value: 'x' });
    expect(await resolved(vault, once, { stage: 'previous' })).toBe('not_found/no_such_version');
    expect(await resolved(vault, 'a/../b')).toBe('invalid_request/key_refused');
    expect(await resolved(vault, 'headgate-pending/a/1')).toBe('invalid_request/reserved_key');
    // To a token that may see all; others are not even told.
    const root = kv.open({ mount: 'nothing' }, kv.bao.rootToken);
    expect(await resolved(root, 'a')).toBe('not_found/mount_missing');
  });

  it('reads what has a name that is not a key by that name', async () => {
    const externalRef = 'other team/ä & ?#%2e/db';
    await kv.put(externalRef.split('/').map(encodeURIComponent).join('/'), { value: 'found' });
    const vault = kv.open({}, kv.bao.rootToken);
    expect(found(await vault.resolve({ key: 'db', externalRef })).text).toBe('found');
    for (const wrong of [
      '',
      '/a',
      'a/',
      'a//b',
      '../sys/seal',
      'a/./b',
      'a\nb',
      '\ud800',
      'x'.repeat(600),
      'headgate-pending/a/1',
    ])
      expect(faultOf(await vault.resolve({ key: 'db', externalRef: wrong })), wrong).toMatch(/^invalid_request\//);
  });

  it('answers what a token may not read with access_denied, and keeps the words of the server to itself', async () => {
    const vault = kv.open({}, await kv.bao.tokenFor('path "secret/data/other" { capabilities = ["read"] }'));
    const key = freshKey();
    const answer = await vault.resolve({ key });
    expect(faultOf(answer)).toBe('access_denied/permission_denied');
    expect(JSON.stringify(answer)).not.toContain('1 error occurred');
    // Without churn: one request that is denied, and nothing that is tried again.
    expect(kv.proxy.seen.map(({ path }) => path)).toEqual([`/v1/secret/data/${key}`]);
  });
});

describe('a first version', () => {
  it('is made once, whoever asks again with the same token', async () => {
    const vault = kv.open();
    const [key, token] = [freshKey(), write()];
    for (let i = 0; i < 3; i++)
      expect(found(await vault.create(key, 'first', token))).toEqual({ version: '1', fingerprint: null });
    expect(await resolved(vault, key)).toBe('first');
    expect(await kv.metadataOf(key)).toMatchObject({
      current_version: 1,
      custom_metadata: { 'managed-by': 'headgate', 'headgate-token-1': token.token },
    });
    expect(faultOf(await vault.create(key, 'other', write()))).toBe('conflict/exists');
    expect(await resolved(vault, key)).toBe('first');
  });

  it('never takes the place of what headgate did not make', async () => {
    const vault = kv.open();
    const key = freshKey();
    await kv.put(key, { value: 'theirs' });
    expect(faultOf(await vault.create(key, 'theirs', write()))).toBe('conflict/not_managed');
    expect(faultOf(await vault.putPending(key, 'mine', write()))).toBe('conflict/not_managed');
    expect(faultOf(await vault.promote(key, '2', write()))).toBe('conflict/not_managed');
    expect(faultOf(await vault.remove(key, write()))).toBe('conflict/not_managed');
    await kv.bao.api('POST', `secret/delete/${key}`, { versions: [1] });
    expect(faultOf(await vault.create(key, 'mine', write()))).toBe('conflict/not_managed');
    expect(await kv.metadataOf(key)).toMatchObject({ current_version: 1, custom_metadata: null });
  });

  it('goes to one of eight that make it at once', async () => {
    const key = freshKey();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        kv
          .open()
          .create(key, `value-${i}`, write())
          .then((answer) => ({ i, answer })),
      ),
    );
    const winners = answers.filter(({ answer }) => 'value' in answer);
    expect(winners).toHaveLength(1);
    expect(await resolved(kv.open(), key)).toBe(`value-${winners[0]?.i}`);
    for (const { answer } of answers) expect(faultOf(answer)).toMatch(/^none$|^conflict\//);
    const metadata = await kv.metadataOf(key);
    expect(metadata?.current_version).toBe(1);
    // No intention of those who lost is left.
    expect(Object.keys(metadata?.custom_metadata ?? {}).sort()).toEqual(['headgate-token-1', 'managed-by']);
  });

  it('keeps nothing of a value that the server does not take', async () => {
    const vault = kv.open();
    const key = freshKey();
    await kv.bao.api('POST', `secret/metadata/${key}`, { max_versions: 3 });
    const huge = 'x'.repeat(40 * 1024 * 1024);
    expect(faultOf(await vault.create(key, huge, write()))).toBe('invalid_request/request_refused');
    expect((await kv.metadataOf(key))?.custom_metadata).toEqual(null);
    expect(await resolved(vault, key)).toBe('not_found/no_such_secret');
  });
});

describe('another version', () => {
  it('is nobody’s until it is made the current one, and the one before is kept', async () => {
    const vault = kv.open();
    const key = await kv.made(vault);
    const secret = canary();
    const { version } = found(await vault.putPending(key, secret, write()));
    expect(version).toBe('2');
    expect(await resolved(vault, key)).toBe('first');
    expect(await resolved(vault, key, { number: 2 })).toBe('not_found/no_such_version');
    expect(await resolved(vault, key, { stage: 'latest' })).toBe('first');
    // Not even to whoever may read all secrets of the folder.
    const reader = await kv.bao.tokenFor('path "secret/data/team/*" { capabilities = ["read"] }');
    expect((await kv.bao.ask('GET', `secret/data/headgate-pending/${key}/2`, { token: reader })).status).toBe(403);
    expect((await kv.metadataOf(key))?.current_version).toBe(1);
    expect(found(await vault.list())).toContain(key);
    expect(found(await vault.list()).filter((one) => one.includes('pending'))).toEqual([]);
    const promote = write();
    for (let i = 0; i < 3; i++) expect(found(await vault.promote(key, version, promote)).version).toBe('2');
    expect(await resolved(vault, key)).toBe(secret);
    expect(await resolved(vault, key, { stage: 'previous' })).toBe('first');
    expect((await kv.metadataOf(key))?.current_version).toBe(2);
    expect(await kv.metadataOf(`headgate-pending/${key}/2`)).toBeUndefined();
  });

  it('is taken back as often as one likes, and not once it is the current one', async () => {
    const vault = kv.open();
    const key = await kv.made(vault);
    const { version } = found(await vault.putPending(key, 'second', write()));
    for (let i = 0; i < 2; i++) expect(found(await vault.discard(key, version, write()))).toBeNull();
    expect(await kv.metadataOf(`headgate-pending/${key}/2`)).toBeUndefined();
    expect(faultOf(await vault.promote(key, version, write()))).toBe('not_found/no_pending_version');
    expect(await resolved(vault, key)).toBe('first');
    found(await vault.putPending(key, 'second', write()));
    found(await vault.promote(key, '2', write()));
    expect(found(await vault.discard(key, '2', write()))).toBeNull();
    expect(await resolved(vault, key)).toBe('second');
  });

  it('is refused while there is another, and where somebody has written meanwhile', async () => {
    const vault = kv.open();
    const key = await kv.made(vault);
    found(await vault.putPending(key, 'mine', write()));
    expect(faultOf(await vault.putPending(key, 'yours', write()))).toBe('conflict/pending_exists');
    await kv.put(key, { value: 'by hand' });
    expect(faultOf(await vault.promote(key, '2', write()))).toBe('conflict/changed_meanwhile');
    expect(await resolved(vault, key)).toBe('by hand');
    expect(found(await vault.discard(key, '2', write()))).toBeNull();
    const again = found(await vault.putPending(key, 'mine', write()));
    expect(again.version).toBe('3');
    found(await vault.promote(key, again.version, write()));
    expect(await resolved(vault, key)).toBe('mine');
  });

  it('is one for each write, also where somebody has written meanwhile', async () => {
    const vault = kv.open();
    const key = await kv.made(vault);
    const once = write();
    expect(found(await vault.putPending(key, 'mine', once)).version).toBe('2');
    await kv.put(key, { value: 'by hand' });
    expect(found(await vault.putPending(key, 'mine', once)).version).toBe('2');
    const { body } = await kv.bao.ask('GET', `secret/metadata/headgate-pending/${key}/?list=true`);
    expect(body['data']).toEqual({ keys: ['2'] });
  });

  it('needs a secret, and a version that is a number', async () => {
    const vault = kv.open();
    expect(faultOf(await vault.putPending(freshKey(), 'x', write()))).toBe('not_found/no_such_secret');
    expect(faultOf(await vault.promote(freshKey(), '1', write()))).toBe('not_found/no_such_secret');
    expect(faultOf(await vault.promote(freshKey(), '../1', write()))).toBe('invalid_request/version_refused');
    expect(faultOf(await vault.discard(freshKey(), 'x', write()))).toBe('invalid_request/version_refused');
    expect(found(await vault.discard(freshKey(), '7', write()))).toBeNull();
  });

  it('goes to one of eight that rotate at once, each version by one write', async () => {
    const key = await kv.made(kv.open());
    const rotate = async (i: number) => {
      const vault = kv.open();
      const pending = await vault.putPending(key, `value-${i}`, write());
      return 'fault' in pending ? pending : vault.promote(key, pending.value.version, write());
    };
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => rotate(i)));
    const versions = answers.flatMap((answer) => ('value' in answer ? [answer.value.version] : []));
    expect(versions.length).toBeGreaterThan(0);
    expect(new Set(versions).size).toBe(versions.length);
    expect((await kv.metadataOf(key))?.current_version).toBe(1 + versions.length);
    for (const answer of answers) expect(faultOf(answer)).toMatch(/^none$|^conflict\//);
  });

  it('keeps the marks of the last twenty', async () => {
    const vault = kv.open();
    const key = await kv.made(vault);
    for (let i = 2; i <= 24; i++) {
      const { version } = found(await vault.putPending(key, `v${i}`, write()));
      found(await vault.promote(key, version, write()));
    }
    const marks = Object.keys((await kv.metadataOf(key))?.custom_metadata ?? {}).filter((one) =>
      one.startsWith('headgate-'),
    );
    expect(marks).toHaveLength(20);
    expect(marks).not.toContain('headgate-token-4');
    expect(marks).toContain('headgate-token-5');
  });
});

describe('removal', () => {
  it('holds when it is repeated, can be undone by operators, and leaves the key to a new secret', async () => {
    const vault = kv.open();
    const key = await kv.made(vault);
    found(await vault.putPending(key, 'pending', write()));
    for (let i = 0; i < 3; i++) expect(found(await vault.remove(key, write()))).toBeNull();
    expect(await resolved(vault, key)).toBe('not_found/deleted');
    expect(found(await vault.list())).not.toContain(key);
    expect(await kv.metadataOf(`headgate-pending/${key}/2`)).toBeUndefined();
    expect(faultOf(await vault.putPending(key, 'x', write()))).toBe('not_found/no_such_secret');
    await kv.bao.api('POST', `secret/undelete/${key}`, { versions: [1] });
    expect(await resolved(vault, key)).toBe('first');
    found(await vault.remove(key, write()));
    expect(found(await vault.create(key, 'anew', write())).version).toBe('2');
    expect(await resolved(vault, key)).toBe('anew');
    // A reference to the old number never means the new value.
    expect(await resolved(vault, key, { number: 1 })).toBe('not_found/deleted');
    expect(found(await vault.remove(freshKey(), write()))).toBeNull();
  });

  it('does not let what is pending bring it back', async () => {
    const vault = kv.open();
    const key = await kv.made(vault);
    found(await vault.putPending(key, 'pending', write()));
    await kv.bao.api('POST', `secret/delete/${key}`, { versions: [1] });
    expect(faultOf(await vault.promote(key, '2', write()))).toBe('conflict/changed_meanwhile');
    expect(await resolved(vault, key)).toBe('not_found/deleted');
  });
});

describe('lists', () => {
  it('name what headgate manages, and no value is read', async () => {
    const vault = kv.open();
    const keys = [
      await kv.made(vault),
      await kv.made(vault),
      `top-${randomUUID()}`,
      `deep/${'d/'.repeat(30)}${randomUUID()}`,
    ];
    for (const key of keys.slice(2)) found(await vault.create(key, 'x', write()));
    const theirs = freshKey();
    await kv.put(theirs, { value: 'x' });
    await kv.put('not%20a%20key', { value: 'x' });
    kv.proxy.forget();
    const listed = found(await vault.list());
    expect(listed).toEqual([...listed].sort());
    for (const key of keys) expect(listed).toContain(key);
    expect(listed).not.toContain(theirs);
    expect(listed).not.toContain('not a key');
    expect(kv.proxy.seen.filter(({ path, method }) => path.includes('/data/') || method !== 'GET')).toEqual([]);
  });

  it('are denied to a token that may not list', async () => {
    const vault = kv.open({}, await kv.bao.tokenFor('path "secret/data/*" { capabilities = ["read"] }'));
    expect(faultOf(await vault.list())).toBe('access_denied/permission_denied');
  });

  it('of what could be imported come in pages, and no value is read', async () => {
    const mount = `kv-${randomUUID()}`;
    await kv.bao.api('POST', `sys/mounts/${mount}`, { type: 'kv', options: { version: '2' } });
    const lists = await kv.bao.tokenFor(`path "${mount}/metadata/*" { capabilities = ["read", "list"] }`);
    const root = kv.open({ mount }, kv.bao.rootToken);
    const theirs = ['a', 'a-b', 'a/b', 'a/b/c', 'b c', 'z/DB', 'z/db2'];
    for (const path of theirs)
      await kv.bao.api('POST', `${mount}/data/${path.replace(' ', '%20')}`, { data: { value: canary() } });
    found(await root.create('mine', 'x', write()));
    found(await root.putPending('mine', 'y', write()));
    kv.proxy.forget();
    const vault = kv.open({ mount }, lists);
    const paths: string[] = [];
    const guarded: string[] = [];
    for (let pageToken: string | null | undefined; pageToken !== null; ) {
      const page = found((await vault.discover?.({ pageSize: 2, ...(pageToken ? { pageToken } : {}) })) as never) as {
        secrets: { externalRef: string; guarded: string | null }[];
        nextToken: string | null;
      };
      paths.push(...page.secrets.map(({ externalRef }) => externalRef));
      guarded.push(...page.secrets.filter((one) => one.guarded !== null).map(({ externalRef }) => externalRef));
      pageToken = page.nextToken;
    }
    expect(paths).toEqual([...theirs, 'mine'].sort());
    expect(guarded).toEqual(['mine']);
    expect(kv.proxy.seen.filter(({ path, method }) => path.includes('/data/') || method !== 'GET')).toEqual([]);
    const named = found((await vault.discover?.({ pageSize: 50, query: 'dB' })) as never) as {
      secrets: { externalRef: string }[];
    };
    expect(named.secrets.map(({ externalRef }) => externalRef)).toEqual(['z/DB', 'z/db2']);
    for (const pageToken of ['', '!', 'Li4', 'YS8vYg', 'x'.repeat(5000)])
      expect(faultOf((await vault.discover?.({ pageSize: 2, pageToken })) as never)).toBe(
        'invalid_request/page_token_refused',
      );
    expect(vault.guardOf?.('headgate-pending/mine/2')).not.toBeNull();
    expect(vault.guardOf?.('mine')).toBeNull();
  });
});
