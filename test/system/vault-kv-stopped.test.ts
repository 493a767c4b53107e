/** Whoever is stopped in the middle of a change of the vault for KV engines, and comes again. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Vault, VaultAnswer } from '../../src/ports/vault.ts';
import { faultOf, found, freshKey, type KvFixture, resolved, startKvFixture, write } from './kv-fixture.ts';

let kv: KvFixture;
beforeAll(async () => {
  kv = await startKvFixture();
});
afterAll(() => kv?.stop());
beforeEach(() => kv.proxy.forget());

describe('whoever is stopped at a request', () => {
  type Step = (vault: Vault, key: string) => Promise<VaultAnswer<unknown>>;
  const [creating, pending, promoting, discarding, removing] = [write(), write(), write(), write(), write()];
  const create: Step = (vault, key) => vault.create(key, 'first', creating);
  const putPending: Step = (vault, key) => vault.putPending(key, 'second', pending);
  const promote: Step = (vault, key) => vault.promote(key, '2', promoting);
  const discard: Step = (vault, key) => vault.discard(key, '2', discarding);
  const remove: Step = (vault, key) => vault.remove(key, removing);

  /** Every write of `step` is lost once, before or after it is done; whoever comes then asks again. */
  async function stoppedEverywhere(before: readonly Step[], step: Step, holds: (key: string) => Promise<void>) {
    let stopped = 0;
    for (const lost of ['request', 'answer'] as const)
      for (let at = 0; ; at++) {
        const key = freshKey();
        for (const one of before) found((await one(kv.open(), key)) as VaultAnswer<unknown>);
        let writes = 0;
        kv.proxy.lose(({ method }) => (method !== 'GET' && writes++ === at ? lost : undefined));
        const first = await step(kv.open(), key);
        kv.proxy.forget();
        if (writes <= at) break;
        stopped++;
        expect(faultOf(first), `${lost} ${at}`).toBe('provider_unavailable/connection_cut');
        found(await step(kv.open(), key));
        found(await step(kv.open(), key));
        await holds(key);
      }
    return stopped;
  }

  it('makes one first version', async () => {
    const stopped = await stoppedEverywhere([], create, async (key) => {
      expect((await kv.metadataOf(key))?.current_version).toBe(1);
      expect(Object.keys((await kv.metadataOf(key))?.custom_metadata ?? {}).sort()).toEqual([
        'headgate-token-1',
        'managed-by',
      ]);
      expect(await resolved(kv.open(), key)).toBe('first');
    });
    expect(stopped).toBe(2 * 4);
  });

  it('keeps one version that is pending, and gives it to nobody', async () => {
    const stopped = await stoppedEverywhere([create], putPending, async (key) => {
      expect(await resolved(kv.open(), key)).toBe('first');
      expect((await kv.metadataOf(`headgate-pending/${key}/2`))?.current_version).toBe(1);
    });
    expect(stopped).toBe(2);
  });

  it('makes one version the current one', async () => {
    const stopped = await stoppedEverywhere([create, putPending], promote, async (key) => {
      expect((await kv.metadataOf(key))?.current_version).toBe(2);
      expect(await resolved(kv.open(), key)).toBe('second');
      expect(await resolved(kv.open(), key, { stage: 'previous' })).toBe('first');
      expect(await kv.metadataOf(`headgate-pending/${key}/2`)).toBeUndefined();
    });
    expect(stopped).toBe(2 * 3);
  });

  it('is told that a version has become the current one rather than to take it back', async () => {
    const key = freshKey();
    for (const one of [create, putPending]) found(await one(kv.open(), key));
    let writes = 0;
    kv.proxy.lose(({ method }) => (method !== 'GET' && ++writes === 1 ? 'answer' : undefined));
    expect(faultOf(await promote(kv.open(), key))).toBe('provider_unavailable/connection_cut');
    kv.proxy.forget();
    expect(faultOf(await discard(kv.open(), key))).toBe('conflict/already_current');
    found(await promote(kv.open(), key));
    expect(await resolved(kv.open(), key)).toBe('second');
  });

  it('takes back and removes, to the end', async () => {
    expect(
      await stoppedEverywhere([create, putPending], discard, async (key) => {
        expect(await kv.metadataOf(`headgate-pending/${key}/2`)).toBeUndefined();
        expect(await resolved(kv.open(), key)).toBe('first');
      }),
    ).toBe(2);
    expect(
      await stoppedEverywhere([create, putPending], remove, async (key) => {
        expect(await kv.metadataOf(`headgate-pending/${key}/2`)).toBeUndefined();
        expect(await resolved(kv.open(), key)).toBe('not_found/deleted');
      }),
    ).toBe(2 * 2);
  });

  it('leaves what somebody else has made meanwhile as it is, and nothing of its own', async () => {
    const key = freshKey();
    let writes = 0;
    kv.proxy.lose(({ method }) => (method !== 'GET' && ++writes === 1 ? 'answer' : undefined));
    expect(faultOf(await create(kv.open(), key))).toBe('provider_unavailable/connection_cut');
    kv.proxy.forget();
    const aside = `headgate-pending/${key}/${creating.token}`;
    expect(await kv.metadataOf(aside)).toBeDefined();
    await kv.put(key, { value: 'theirs' });
    expect(faultOf(await create(kv.open(), key))).toBe('conflict/not_managed');
    expect(await resolved(kv.open(), key)).toBe('theirs');
    expect(await kv.metadataOf(key)).toMatchObject({ current_version: 1, custom_metadata: null });
    expect(await kv.metadataOf(aside)).toBeUndefined();
  });

  it('and comes again with another value, is told of the first one', async () => {
    for (const at of [1, 2, 3, 4]) {
      const key = freshKey();
      let writes = 0;
      kv.proxy.lose(({ method }) => (method !== 'GET' && ++writes === at ? 'answer' : undefined));
      expect(faultOf(await create(kv.open(), key))).toBe('provider_unavailable/connection_cut');
      kv.proxy.forget();
      expect(found(await kv.open().create(key, 'other', creating)).version).toBe('1');
      expect(await resolved(kv.open(), key)).toBe('first');
      expect(await kv.metadataOf(`headgate-pending/${key}/${creating.token}`)).toBeUndefined();
    }
  });
});
