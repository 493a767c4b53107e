/** What a vault writes, in all the states that it may find: first by itself, then cut off at each request and begun again. */
import { describe, expect, it } from 'vitest';
import type { Call } from '../../../../../../src/adapters/vaults/aws/client.ts';
import { create } from '../../../../../../src/adapters/vaults/aws/operations/create.ts';
import { discard } from '../../../../../../src/adapters/vaults/aws/operations/discard.ts';
import { promote } from '../../../../../../src/adapters/vaults/aws/operations/promote.ts';
import { putPending } from '../../../../../../src/adapters/vaults/aws/operations/put-pending.ts';
import { remove } from '../../../../../../src/adapters/vaults/aws/operations/remove.ts';
import type { AwsPlace } from '../../../../../../src/adapters/vaults/aws/place.ts';
import type { VaultAnswer } from '../../../../../../src/ports/vault.ts';
import { createMemoryAws, type MemoryAws } from '../../../../../support/aws/memory-aws.ts';
import { createMemoryCall } from '../../../../../support/aws/memory-call.ts';

const place: AwsPlace = {
  region: 'eu-west-1',
  endpoint: 'https://x.example',
  prefix: 'headgate',
  namespace: 'team',
};
const name = 'headgate/team/db/password';
const key = 'db/password';
const one = { token: '11111111-1111-4111-8111-111111111111' };
const two = { token: '22222222-2222-4222-8222-222222222222' };
const three = { token: '33333333-3333-4333-8333-333333333333' };
const ourTags = { 'managed-by': 'headgate', 'provider-owner': 'headgate', namespace: 'team', 'secret-key': key };

const stages = (aws: MemoryAws): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    [...(aws.secrets.get(name)?.versions ?? [])].map(([version, { stages }]) => [version, [...stages].sort()]),
  );
const faultIn = (answer: VaultAnswer<unknown>): string | null =>
  'fault' in answer ? `${answer.fault.code} ${answer.fault.detail}` : null;

function laid() {
  const aws = createMemoryAws();
  return { aws, ...createMemoryCall(aws) };
}

/** What a vault has done before, by name. */
const created = async (call: Call) => void (await create(call, place, key, 'v1', one));
const rotated = async (call: Call) => {
  await created(call);
  await putPending(call, place, key, 'v2', two);
};

describe('create', () => {
  it('makes one version with the tags that say whose it is, under the derived name', async () => {
    const { aws, call, calls } = laid();
    expect(await create(call, place, key, 'v1', one)).toEqual({ value: { version: one.token, fingerprint: null } });
    expect([...(aws.secrets.get(name)?.tags ?? [])]).toEqual(Object.entries(ourTags));
    expect(stages(aws)).toEqual({ [one.token]: ['AWSCURRENT'] });
    expect(calls.map(([operation]) => operation)).toEqual(['DescribeSecret', 'CreateSecret']);
    expect(calls[1]?.[1]['ClientRequestToken']).toBe(one.token);
  });

  it('conflicts with a secret of that name that is there, whoever made it, and leaves it', async () => {
    const { aws, call } = laid();
    await created(call);
    expect(faultIn(await create(call, place, key, 'v2', two))).toBe('conflict exists');
    expect(stages(aws)).toEqual({ [one.token]: ['AWSCURRENT'] });
  });

  it.each([
    ['no tags', {}],
    ['tags of somebody else', { 'managed-by': 'terraform' }],
    ['another namespace', { ...ourTags, namespace: 'other' }],
    ['another prefix', { ...ourTags, 'provider-owner': 'other' }],
    ['another key', { ...ourTags, 'secret-key': 'other' }],
  ])('never writes over a secret with %s, deleted or not', async (_, tags) => {
    for (const deleted of [false, true]) {
      const { aws, call, calls } = laid();
      const foreign = aws.lay(name, 'theirs', tags);
      foreign.deleted = deleted;
      expect(faultIn(await create(call, place, key, 'ours', one))).toBe('conflict not_managed');
      expect([...foreign.versions.values()].map(({ value }) => value)).toEqual(['theirs']);
      expect(foreign.deleted).toBe(deleted);
      expect(calls.map(([operation]) => operation)).toEqual(['DescribeSecret']);
    }
  });

  it('conflicts with one that somebody else made between its two requests', async () => {
    const { aws, call, before } = laid();
    before(1, () => aws.lay(name, 'theirs'));
    expect(faultIn(await create(call, place, key, 'ours', one))).toBe('conflict not_managed');
  });

  it('takes a key again whose secret was removed, by headgate or by hand', async () => {
    for (const byHand of [false, true]) {
      const { aws, call } = laid();
      await created(call);
      if (byHand) (aws.secrets.get(name) as { deleted: boolean }).deleted = true;
      else await remove(call, place, key, two);
      expect(await create(call, place, key, 'new', three)).toEqual({
        value: { version: three.token, fingerprint: null },
      });
      expect(stages(aws)).toEqual({ [one.token]: ['AWSPREVIOUS'], [three.token]: ['AWSCURRENT'] });
      expect(Object.fromEntries(aws.secrets.get(name)?.tags ?? [])).toEqual(ourTags);
      expect(aws.secrets.get(name)?.deleted).toBe(false);
    }
  });
});

describe('rotation', () => {
  it('keeps a version that nobody is given, and then moves AWSCURRENT to it', async () => {
    const { aws, call, calls } = laid();
    await created(call);
    await putPending(call, place, key, 'v2', two);
    expect(stages(aws)).toEqual({ [one.token]: ['AWSCURRENT'], [two.token]: ['AWSPENDING'] });
    expect(await promote(call, place, key, two.token)).toEqual({ value: { version: two.token, fingerprint: null } });
    expect(stages(aws)).toEqual({ [one.token]: ['AWSPREVIOUS'], [two.token]: ['AWSCURRENT'] });
    const before = calls.length;
    await promote(call, place, key, two.token);
    expect(calls.slice(before).map(([operation]) => operation)).toEqual(['DescribeSecret']);
  });

  it('takes a pending version back, and a second time changes nothing', async () => {
    const { aws, call, calls } = laid();
    await rotated(call);
    expect(await discard(call, place, key, two.token)).toEqual({ value: null });
    expect(stages(aws)).toEqual({ [one.token]: ['AWSCURRENT'], [two.token]: [] });
    const before = calls.length;
    expect(await discard(call, place, key, two.token)).toEqual({ value: null });
    expect(calls.slice(before).map(([operation]) => operation)).toEqual(['DescribeSecret']);
    expect(await discard(call, place, 'absent', two.token)).toEqual({ value: null });
  });

  it('does not take back what is or was in use', async () => {
    const { aws, call } = laid();
    await rotated(call);
    await promote(call, place, key, two.token);
    for (const { token } of [one, two])
      expect(faultIn(await discard(call, place, key, token))).toBe('conflict version_used');
    expect(stages(aws)).toEqual({ [one.token]: ['AWSPREVIOUS'], [two.token]: ['AWSCURRENT'] });
  });

  it('says so when another version became the current one between its two requests', async () => {
    const { aws, call, calls, before } = laid();
    await rotated(call);
    before(calls.length + 1, () => {
      aws.answer('PutSecretValue', { SecretId: name, SecretString: 'x', ClientRequestToken: three.token });
    });
    expect(faultIn(await promote(call, place, key, two.token))).toBe('conflict current_moved');
    expect(stages(aws)[three.token]).toEqual(['AWSCURRENT']);
  });

  it('does not promote what is not there', async () => {
    const { call } = laid();
    await created(call);
    expect(faultIn(await promote(call, place, key, three.token))).toBe('not_found version_not_found');
    expect(faultIn(await promote(call, place, 'absent', three.token))).toBe('not_found not_found');
    expect(faultIn(await putPending(call, place, 'absent', 'v', three))).toBe('not_found not_found');
  });

  it('refuses another value under a token that was used', async () => {
    const { aws, call } = laid();
    await rotated(call);
    await discard(call, place, key, two.token);
    expect(faultIn(await putPending(call, place, key, 'another', two))).toBe('conflict exists');
    expect(aws.secrets.get(name)?.versions.get(two.token)?.value).toBe('v2');
  });
});

describe('remove', () => {
  it('leaves 30 days to get it back, and is done when it is done', async () => {
    const { aws, call, calls } = laid();
    await created(call);
    expect(await remove(call, place, key, two)).toEqual({ value: null });
    expect(calls.at(-1)).toEqual(['DeleteSecret', { SecretId: name, RecoveryWindowInDays: 30 }]);
    expect(aws.secrets.get(name)?.deleted).toBe(true);
    expect(await remove(call, place, key, two)).toEqual({ value: null });
    expect(await remove(call, place, 'absent', two)).toEqual({ value: null });
  });

  it('is done when somebody else has done it meanwhile', async () => {
    const { aws, call, calls, before } = laid();
    await created(call);
    before(calls.length + 2, () => aws.answer('DeleteSecret', { SecretId: name, RecoveryWindowInDays: 7 }));
    expect(await remove(call, place, key, two)).toEqual({ value: null });
  });
});

describe('a secret that headgate does not manage', () => {
  it.each([
    ['rotated', (call: Call) => putPending(call, place, key, 'x', two)],
    ['promoted', (call: Call) => promote(call, place, key, two.token)],
    ['taken back', (call: Call) => discard(call, place, key, two.token)],
    ['removed', (call: Call) => remove(call, place, key, two)],
  ])('is never %s', async (_, write) => {
    const { aws, call, calls } = laid();
    aws.lay(name, 'theirs', { team: 'other' });
    expect(faultIn(await write(call))).toBe('conflict not_managed');
    expect(calls.map(([operation]) => operation)).toEqual(['DescribeSecret']);
  });

  it('neither is one that answers under another name', async () => {
    const { aws, call } = laid();
    const other = aws.lay('headgate/team/other', 'theirs', ourTags);
    aws.secrets.set(name, other);
    expect(faultIn(await remove(call, place, key, two))).toBe('conflict drifted');
    expect(other.deleted).toBe(false);
  });
});

/** Each with the state that it begins in, and what must stand there when it is done, however often it was cut off. */
const cut: readonly (readonly [
  string,
  (call: Call) => Promise<void>,
  Write,
  Readonly<Record<string, readonly string[]>>,
])[] = [
  ['create', async () => {}, (call) => create(call, place, key, 'v1', one), { [one.token]: ['AWSCURRENT'] }],
  [
    'create, of a key that was removed',
    async (call) => {
      await created(call);
      await remove(call, place, key, two);
    },
    (call) => create(call, place, key, 'v3', three),
    { [one.token]: ['AWSPREVIOUS'], [three.token]: ['AWSCURRENT'] },
  ],
  [
    'putPending',
    created,
    (call) => putPending(call, place, key, 'v2', two),
    { [one.token]: ['AWSCURRENT'], [two.token]: ['AWSPENDING'] },
  ],
  [
    'promote',
    rotated,
    (call) => promote(call, place, key, two.token),
    { [one.token]: ['AWSPREVIOUS'], [two.token]: ['AWSCURRENT'] },
  ],
  [
    'discard',
    rotated,
    (call) => discard(call, place, key, two.token),
    { [one.token]: ['AWSCURRENT'], [two.token]: [] },
  ],
  ['remove', created, (call) => remove(call, place, key, two), { [one.token]: ['AWSCURRENT'] }],
];
type Write = (call: Call) => Promise<VaultAnswer<unknown>>;

describe.each(cut)('%s, cut off at each request', (_, begin, write, wanted) => {
  it.each(['unsent', 'unheard'] as const)(
    '(%s) and asked again with the same token, comes to the same',
    async (how) => {
      const whole = laid();
      await begin(whole.call);
      const first = whole.calls.length;
      const done = await write(whole.call);
      expect(faultIn(done)).toBeNull();
      expect(stages(whole.aws)).toEqual(wanted);
      for (let at = first; at < whole.calls.length; at++) {
        const { aws, call, lose } = laid();
        await begin(call);
        lose(at, how);
        expect(faultIn(await write(call))).toBe('provider_unavailable connection_failed');
        expect(await write(call)).toEqual(done);
        expect(stages(aws)).toEqual(wanted);
        expect(aws.secrets.get(name)?.tags).toEqual(whole.aws.secrets.get(name)?.tags);
        expect(aws.secrets.get(name)?.deleted).toBe(whole.aws.secrets.get(name)?.deleted);
      }
    },
  );
});
