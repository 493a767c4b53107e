/** A vault in a file against a model of one, and against whoever changes a byte of it. */
import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { VaultDocument } from '../../src/adapters/vaults/local-encrypted/document.ts';
import { Refusal } from '../../src/adapters/vaults/local-encrypted/faults.ts';
import { deriveKeys, keyCheckOf } from '../../src/adapters/vaults/local-encrypted/keys.ts';
import { create } from '../../src/adapters/vaults/local-encrypted/operations/create.ts';
import { discard } from '../../src/adapters/vaults/local-encrypted/operations/discard.ts';
import { promote } from '../../src/adapters/vaults/local-encrypted/operations/promote.ts';
import { putPending } from '../../src/adapters/vaults/local-encrypted/operations/put-pending.ts';
import { remove } from '../../src/adapters/vaults/local-encrypted/operations/remove.ts';
import { resolveIn } from '../../src/adapters/vaults/local-encrypted/operations/resolve.ts';
import { readDocument } from '../../src/adapters/vaults/local-encrypted/read-document.ts';
import type { Changing } from '../../src/adapters/vaults/local-encrypted/session.ts';
import { textOf } from '../../src/adapters/vaults/local-encrypted/vault-file.ts';
import type { SecretVersion } from '../../src/language/secrets/reference.ts';
import { createTempFolder } from '../support/temp-folder.ts';
import { answerOf, localVaultIn, newToken } from '../support/vaults/local-vault.ts';

const temp = createTempFolder();
afterAll(temp.remove);

type Mutable<T> = { -readonly [K in keyof T]: Mutable<T[K]> };
type Secret = Mutable<VaultDocument>['secrets'][number];
type Loose = Mutable<VaultDocument> & { mac: string };

/** A secret as somebody would draw it. */
interface Model {
  current: number;
  previous: number | undefined;
  /** By number; null once it was discarded. */
  values: (string | null)[];
  pending: Set<number>;
}

type Step =
  | { readonly kind: 'create' | 'put'; readonly key: string; readonly value: string }
  | { readonly kind: 'promote' | 'discard'; readonly key: string; readonly number: number }
  | { readonly kind: 'remove'; readonly key: string };

// Most is asked of one key, so that it comes to have several versions.
const key = fc.constantFrom('a', 'a', 'a', 'a/b', 'b');
const number = fc.integer({ min: 1, max: 5 });
const value = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('create' as const, 'put' as const, 'put' as const), key, value }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('promote' as const, 'promote' as const, 'discard' as const),
      key,
      number,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), key }) },
);

const emptyVault = (keys: ReturnType<typeof deriveKeys>, id: string): VaultDocument => {
  const keySource = { kind: 'file' } as const;
  const keyCheck = keyCheckOf(keys, { id, keySource });
  return { format: 'headgate.vault', version: 1, id, keySource, keyCheck, revision: 1, secrets: [], removed: [] };
};
const id = Buffer.alloc(16, 7).toString('base64url');
const keys = deriveKeys(Buffer.alloc(32, 9), id);

const changingOf = (one: Step, token: string): Changing<unknown> => {
  const asked = { key: one.key, write: { token }, now: '2026-01-01T00:00:00.000Z' };
  switch (one.kind) {
    case 'create':
      return create(asked, one.value);
    case 'put':
      return putPending(asked, one.value);
    case 'promote':
      return promote(asked, String(one.number));
    case 'discard':
      return discard(asked, String(one.number));
    case 'remove':
      return remove(asked);
  }
};

/** Answers the version that it is about, 'none', or 'refused'. */
function stepModel(models: Map<string, Model>, one: Step): string {
  const model = models.get(one.key);
  switch (one.kind) {
    case 'create':
      if (model) return 'refused';
      models.set(one.key, { current: 1, previous: undefined, values: [one.value], pending: new Set() });
      return '1';
    case 'put':
      if (!model) return 'refused';
      model.pending.add(model.values.push(one.value));
      return String(model.values.length);
    case 'promote': {
      if (!model || (model.values[one.number - 1] ?? null) === null) return 'refused';
      model.pending.delete(one.number);
      if (model.current !== one.number) {
        model.previous = model.current;
        model.current = one.number;
      }
      return String(one.number);
    }
    case 'discard':
      if (!model || (model.values[one.number - 1] ?? null) === null) return 'none';
      if (!model.pending.delete(one.number)) return 'refused';
      model.values[one.number - 1] = null;
      return 'none';
    case 'remove':
      models.delete(one.key);
      return 'none';
  }
}

const orRefused = (work: () => string): string => {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return 'refused';
    throw error;
  }
};

describe('a vault in a file', () => {
  it('does what its model does, in any order, and a write that is asked again is answered again', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40, size: 'max' }),
        fc.array(fc.nat({ max: 39 }), { maxLength: 10 }),
        (steps, again) => {
          let document = emptyVault(keys, id);
          const models = new Map<string, Model>();
          const done: { readonly token: string; readonly one: Step; readonly answer: string }[] = [];
          const ask = (one: Step, token: string): string =>
            orRefused(() => {
              const { answer, document: next } = changingOf(one, token)({ document, keys });
              // Over the disk and back, as between two processes.
              if (next) {
                const read = readDocument(textOf(keys, next));
                if (typeof read === 'string') throw new Error(read);
                document = read.document;
              }
              return answer === null ? 'none' : (answer as { version: string }).version;
            });
          for (const [at, one] of steps.entries()) {
            const token = `token ${at}`;
            const answer = ask(one, token);
            expect(answer).toBe(stepModel(models, one));
            if (answer !== 'refused' && one.kind !== 'discard' && one.kind !== 'remove')
              done.push({ token, one, answer });
            for (const earlier of again.filter((n) => n === at).map((n) => done[n % Math.max(done.length, 1)]))
              if (earlier) {
                const before = document;
                expect(ask(earlier.one, earlier.token)).toBe(earlier.answer);
                expect(document).toBe(before);
              }
            expectSame(document, models);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('refuses a change of any byte', async () => {
    const { place, whole } = await small();
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] as number) ^ (1 << (at % 8));
      writeFileSync(place.file, changed);
      expect([at, await answers(place.open())]).toEqual([at, 'refused']);
    }
  });

  it('is refused when it is cut anywhere, and its backup is left alone', async () => {
    const { place, whole } = await small();
    const backup = readFileSync(place.backup);
    for (let length = 0; length < whole.length; length += 7) {
      writeFileSync(place.file, whole.subarray(0, length));
      const vault = place.open();
      const answer = await vault.create('c', 'value', newToken());
      expect('fault' in answer && answer.fault.detail).toBe('vault_file_damaged');
      expect('fault' in answer && answer.fault.remedy).toContain(place.backup);
      expect(readFileSync(place.backup).equals(backup)).toBe(true);
    }
    writeFileSync(place.file, backup);
    expect(answerOf(await place.open().list())).toEqual(['a']);
  });

  it('is refused when a part of it is exchanged, taken out, or put back from before', async () => {
    const { place, whole, earlier } = await small();
    const document = (): Loose => JSON.parse(whole.toString('utf8'));
    const before = JSON.parse(earlier) as Loose;
    const changes: readonly ((secrets: readonly [Secret, Secret], one: Loose) => void)[] = [
      ([a, b]) => {
        const [one, other] = [a.versions[0]?.sealed ?? null, b.versions[0]?.sealed ?? null];
        Object.assign(a.versions[0] as object, { sealed: other });
        Object.assign(b.versions[0] as object, { sealed: one });
      },
      ([a, b]) => {
        [a.versions, b.versions] = [b.versions, a.versions];
      },
      (_, one) => void one.secrets.pop(),
      (_, one) => Object.assign(one, { secrets: before.secrets }),
      (_, one) => Object.assign(one, { mac: before.mac }),
      (_, one) => Object.assign(one, { revision: one.revision + 1 }),
      (_, one) => Object.assign(one, { id: before.mac.slice(0, 22) }),
      (_, one) => Object.assign(one, { keyCheck: before.mac }),
      ([a]) => Object.assign(a.versions[0] as object, { createdAt: '2027-01-01T00:00:00.000Z' }),
      ([a]) => Object.assign(a.versions[0] as object, { state: 'previous' }),
      ([a]) => void a.writes.pop(),
    ];
    for (const [at, change] of changes.entries()) {
      const changed = document();
      change(changed.secrets as unknown as [Secret, Secret], changed);
      writeFileSync(place.file, `${JSON.stringify(changed, null, 1)}\n`);
      expect([at, await answers(place.open())]).toEqual([at, 'refused']);
    }
    writeFileSync(place.file, `${JSON.stringify(document(), null, 1)}\n`);
    expect(await answers(place.open())).not.toBe('refused');
  });
});

async function small() {
  const place = localVaultIn(temp.lay({}));
  const vault = place.open();
  answerOf(await vault.create('a', 'canary one', newToken()));
  const earlier = place.text();
  answerOf(await vault.create('b', 'canary two', newToken()));
  return { place, earlier, whole: readFileSync(place.file) };
}

/** All that can be asked without a change. */
async function answers(vault: ReturnType<ReturnType<typeof localVaultIn>['open']>): Promise<unknown> {
  const told = [await vault.list(), await vault.resolve({ key: 'a' }), await vault.resolve({ key: 'b' })];
  if (told.every((one) => 'fault' in one)) return 'refused';
  return told.map((one) => answerOf<unknown>(one));
}

function expectSame(document: VaultDocument, models: ReadonlyMap<string, Model>): void {
  expect(document.secrets.map((one) => one.key)).toEqual([...models.keys()].sort());
  const text = (at: string, version?: SecretVersion): string =>
    orRefused(() => resolveIn({ document, keys }, { key: at, ...(version ? { version } : {}) }).text);
  for (const [at, { current, previous, values }] of models) {
    const kept = (wanted: number | undefined): string =>
      (wanted === undefined ? undefined : values[wanted - 1]) ?? 'refused';
    expect(text(at)).toBe(kept(current));
    expect(text(at, { stage: 'current' })).toBe(kept(current));
    expect(text(at, { stage: 'latest' })).toBe(kept(current));
    expect(text(at, { stage: 'previous' })).toBe(kept(previous));
    expect(text(at, { stage: 'pending' })).toBe('refused');
    expect(text(at, { stage: 'constructor' })).toBe('refused');
    for (let n = 1; n <= 6; n++) expect(text(at, { number: n })).toBe(kept(n));
  }
}
