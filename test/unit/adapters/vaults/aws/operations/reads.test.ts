/** What a vault reads, and what it does not. */
import { describe, expect, it } from 'vitest';
import { create } from '../../../../../../src/adapters/vaults/aws/operations/create.ts';
import { discover } from '../../../../../../src/adapters/vaults/aws/operations/discover.ts';
import { list } from '../../../../../../src/adapters/vaults/aws/operations/list.ts';
import { promote } from '../../../../../../src/adapters/vaults/aws/operations/promote.ts';
import { putPending } from '../../../../../../src/adapters/vaults/aws/operations/put-pending.ts';
import { remove } from '../../../../../../src/adapters/vaults/aws/operations/remove.ts';
import { resolve } from '../../../../../../src/adapters/vaults/aws/operations/resolve.ts';
import type { AwsPlace } from '../../../../../../src/adapters/vaults/aws/place.ts';
import type { SecretAddress, VaultAnswer } from '../../../../../../src/ports/vault.ts';
import { createMemoryAws } from '../../../../../support/aws/memory-aws.ts';
import { createMemoryCall } from '../../../../../support/aws/memory-call.ts';

const place: AwsPlace = {
  region: 'eu-west-1',
  endpoint: 'https://x.example',
  prefix: 'headgate',
  namespace: 'team',
};
const token = (digit: number) => ({ token: `${digit}`.repeat(8).padEnd(36, '-4444-4444-8444-444444444444') });
const faultIn = (answer: VaultAnswer<unknown>): string | null =>
  'fault' in answer ? `${answer.fault.code} ${answer.fault.detail}` : null;
function laid() {
  const aws = createMemoryAws();
  return { aws, ...createMemoryCall(aws) };
}

describe('resolve', () => {
  it('gives the current version, a stage, or a version by its id', async () => {
    const { call } = laid();
    await create(call, place, 'key', 'v1', token(1));
    await putPending(call, place, 'key', 'v2', token(2));
    const of = async (version?: SecretAddress['version']) =>
      resolve(call, place, { key: 'key', ...(version === undefined ? {} : { version }) });
    expect(await of()).toEqual({ value: { text: 'v1', version: token(1).token } });
    expect(await of({ stage: 'AWSPENDING' })).toEqual({ value: { text: 'v2', version: token(2).token } });
    await promote(call, place, 'key', token(2).token);
    expect(await of()).toEqual({ value: { text: 'v2', version: token(2).token } });
    expect(await of({ stage: 'AWSPREVIOUS' })).toEqual({ value: { text: 'v1', version: token(1).token } });
    expect(await of({ stage: token(1).token })).toEqual({ value: { text: 'v1', version: token(1).token } });
    expect(faultIn(await of({ stage: 'AWSPENDING' }))).toBe('not_found not_found');
    expect(faultIn(await of({ number: 1 }))).toBe('invalid_request version_not_numbered');
  });

  it('takes what was imported by its name or its ARN', async () => {
    const { aws, call } = laid();
    const { arn } = aws.lay('prod/db', 'theirs');
    for (const externalRef of ['prod/db', arn, arn.slice(0, -7)])
      expect(await resolve(call, place, { key: 'db', externalRef })).toMatchObject({ value: { text: 'theirs' } });
  });

  it.each([
    ['a name below the prefix', 'headgate/team/other', 'invalid_request drifted'],
    ['a name of another namespace', 'headgate/other/key', 'invalid_request drifted'],
    ['the derived name with more behind it', 'headgate/team/key-abcdef', 'invalid_request drifted'],
    [
      'an ARN below the prefix',
      'arn:aws:secretsmanager:eu-west-1:123456789012:secret:headgate/team/x-abcdef',
      'invalid_request drifted',
    ],
    [
      'an ARN of another region',
      'arn:aws:secretsmanager:eu-west-2:123456789012:secret:prod-abcdef',
      'invalid_request region_differs',
    ],
    ['an ARN of another service', 'arn:aws:s3:::bucket', 'invalid_request reference_invalid'],
    ['what AWS calls nothing', 'a b', 'invalid_request reference_invalid'],
    ['a line break', 'prod\ndb', 'invalid_request reference_invalid'],
    ['too much', 'a'.repeat(2049), 'invalid_request reference_invalid'],
  ])('refuses %s without asking AWS', async (_, externalRef, fault) => {
    const { call, calls } = laid();
    expect(faultIn(await resolve(call, place, { key: 'key', externalRef }))).toBe(fault);
    expect(calls).toEqual([]);
  });

  it('takes the ARN of the secret that the key means, with the six characters of AWS', async () => {
    const { aws, call } = laid();
    await create(call, place, 'key', 'v1', token(1));
    const { arn = '' } = aws.secrets.get('headgate/team/key') ?? {};
    expect(await resolve(call, place, { key: 'key', externalRef: arn })).toMatchObject({ value: { text: 'v1' } });
  });

  it('refuses an answer about another secret than the one that was asked for', async () => {
    const { aws, call } = laid();
    aws.secrets.set('headgate/team/key', aws.lay('headgate/team/key-abcdef', 'other'));
    expect(faultIn(await resolve(call, place, { key: 'key' }))).toBe('invalid_request drifted');
  });

  it('says that a secret was deleted to whoever may look, and that it may have been to whoever may not', async () => {
    const { aws, call, calls, lose } = laid();
    aws.lay('prod/db', 'x').deleted = true;
    const asked = { key: 'db', externalRef: 'prod/db' };
    expect(faultIn(await resolve(call, place, asked))).toBe('not_found deleted');
    lose(calls.length + 1, 'unsent');
    expect(faultIn(await resolve(call, place, asked))).toBe('conflict wrong_state');
  });

  it.each([
    ['text', Buffer.from('ä€').toString('base64'), 'ä€'],
    ['nothing', '', ''],
    ['what is not text', Buffer.from([0xff, 0xfe, 0x00]).toString('base64'), null],
  ])('takes binary that is %s', async (_, SecretBinary, text) => {
    const answer = await resolve(
      async () => ({ value: { Name: 'headgate/team/key', VersionId: 'v', SecretBinary } }),
      place,
      { key: 'key' },
    );
    if (text === null) expect(faultIn(answer)).toBe('invalid_request not_text');
    else expect(answer).toEqual({ value: { text, version: 'v' } });
  });

  it.each([
    ['no version', { Name: 'headgate/team/key', SecretString: 'x' }],
    ['no value', { Name: 'headgate/team/key', VersionId: 'v' }],
  ])('does not take an answer with %s', async (_, answer) => {
    expect(faultIn(await resolve(async () => ({ value: answer }), place, { key: 'key' }))).toBe(
      'provider_error answer_unexpected',
    );
  });
});

describe('list', () => {
  it('gives the keys that this vault manages, over all pages, sorted, and reads no value', async () => {
    const { aws, call, calls } = laid();
    const keys = Array.from({ length: 230 }, (_, index) => `k${index}`);
    for (const key of keys) await create(call, place, key, 'v', token(1));
    aws.lay('headgate/team/foreign', 'x');
    aws.lay('headgate/other/key', 'x');
    await create(call, { ...place, namespace: 'teams' }, 'k', 'v', token(1));
    await remove(call, place, 'k7', token(2));
    const before = calls.length;
    expect(await list(call, place)).toEqual({ value: keys.filter((key) => key !== 'k7').sort() });
    expect(calls.slice(before).map(([operation]) => operation)).toEqual(['ListSecrets', 'ListSecrets', 'ListSecrets']);
  });

  it('says that a page is gone, and never gives half a list', async () => {
    const { aws, call, calls, before } = laid();
    for (let index = 0; index < 150; index++) await create(call, place, `k${index}`, 'v', token(1));
    before(calls.length + 1, aws.expirePages);
    expect(faultIn(await list(call, place))).toBe('invalid_request page_token_invalid');
  });

  it('ends where a server never does', async () => {
    let pages = 0;
    const answer = await list(async () => {
      pages++;
      return { value: { SecretList: [], NextToken: 'again' } };
    }, place);
    expect(faultIn(answer)).toBe('provider_error answer_unexpected');
    expect(pages).toBe(10_000);
  });
});

describe('discover', () => {
  it('lists, gives pages on as they are, and tells what may not be imported', async () => {
    const { aws, call, calls } = laid();
    const theirs = aws.lay('prod/db', 'canary', { owner: 'x', tier: 'y' });
    theirs.description = 'of the shop';
    aws.lay('headgate/team/stray', 'x');
    aws.lay('other/key', 'x', { 'managed-by': 'headgate', 'provider-owner': 'other', namespace: 'team' });
    aws.lay('gone', 'x').deleted = true;
    await create(call, place, 'key', 'v', token(1));
    const before = calls.length;
    const answer = await discover(call, place, { pageSize: 50 });
    expect(answer).toEqual({
      value: {
        nextToken: null,
        secrets: [
          {
            externalRef: theirs.arn,
            name: 'prod/db',
            versionRef: [...theirs.versions.keys()][0],
            metadata: {
              createdAt: '2026-01-01T00:00:00.250Z',
              changedAt: null,
              rotatedAt: null,
              accessedAt: null,
              hasDescription: true,
              hasKmsKey: false,
              tagCount: 2,
            },
            guarded: null,
          },
          expect.objectContaining({
            name: 'headgate/team/stray',
            guarded: expect.stringContaining('managed by headgate'),
          }),
          expect.objectContaining({
            name: 'headgate/team/key',
            guarded: expect.stringContaining('managed by headgate'),
          }),
        ],
      },
    });
    expect(calls.slice(before).map(([operation]) => operation)).toEqual(['ListSecrets']);
  });

  it('passes query, page and its token on unchanged', async () => {
    const { aws, call, calls } = laid();
    for (let index = 0; index < 5; index++) aws.lay(`prod/${index}`, 'x');
    const first = await discover(call, place, { pageSize: 2, query: '!PROD' });
    const token = 'value' in first ? (first.value.nextToken ?? '') : '';
    expect(token).toMatch(/^page\+\/=/);
    const second = await discover(call, place, { pageSize: 2, query: '!PROD', pageToken: token });
    expect('value' in second && second.value.secrets.map((secret) => secret.name)).toEqual(['prod/2', 'prod/3']);
    expect(calls.at(-1)?.[1]).toEqual({
      MaxResults: 2,
      IncludePlannedDeletion: false,
      Filters: [{ Key: 'all', Values: ['PROD'] }],
      NextToken: token,
    });
    await discover(call, place, { pageSize: 2, query: '!' });
    expect(calls.at(-1)?.[1]).toEqual({ MaxResults: 2, IncludePlannedDeletion: false });
    aws.expirePages();
    expect(faultIn(await discover(call, place, { pageSize: 2, pageToken: token }))).toBe(
      'invalid_request page_token_invalid',
    );
  });
});
