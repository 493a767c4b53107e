/** Preview and commit, over HTTP, before a server that writes down what it was asked. */

import { readFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { byOperator } from '../../../../../src/runtime/authority/authority.ts';
import { deleteSecret } from '../../../../../src/runtime/secrets/delete-secret.ts';
import { commitImport } from '../../../../../src/runtime/secrets/import/commit.ts';
import { type Candidate, type PreviewAsked, previewImport } from '../../../../../src/runtime/secrets/import/preview.ts';
import { type ImportRow, readRows } from '../../../../../src/runtime/secrets/import/rows.ts';
import { readRegistry } from '../../../../../src/runtime/secrets/registry.ts';
import { setSecret } from '../../../../../src/runtime/secrets/set-secret.ts';
import { type ImportFixture, importFixture } from '../../../../support/aws/import-fixture.ts';
import { component, endOf, textBelow } from '../../../../support/secrets/secrets-fixture.ts';
import { createTempFolder } from '../../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const open: ImportFixture[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
async function fixture(stateDir = temp.lay({})): Promise<ImportFixture & { readonly stateDir: string }> {
  const made = await importFixture(stateDir);
  open.push(made);
  return { ...made, stateDir };
}

const canary = 'canary-import-9b1d44';
const row = (externalRef: string, more: Partial<ImportRow> = {}): ImportRow => ({
  externalRef,
  name: externalRef,
  key: externalRef.replaceAll('/', '-'),
  description: null,
  providerVersionRef: null,
  ...more,
});
const rowsOf = (candidates: readonly Candidate[]): readonly ImportRow[] =>
  readRows(
    Buffer.from(
      JSON.stringify(
        candidates.map(({ externalRef, name, key, providerVersionRef }) => ({
          externalRef,
          name,
          key,
          providerVersionRef,
        })),
      ),
    ),
  );
const records = ({ ctx }: ImportFixture) => readRegistry(ctx.places, ctx.pool.named('cloud').identity).secrets;
const auditOf = ({ ctx }: ImportFixture): readonly (readonly [string, string | null, string, string | null])[] =>
  readFileSync(ctx.places.audit, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map(({ action, key, outcome, errorCode }) => [action, key, outcome, errorCode]);

describe('003-C4.2: preview', () => {
  it('shows what may be imported and what may not, and reads no value', async () => {
    const at = await fixture();
    const { aws, ctx, operations } = at;
    const free = aws.lay('prod/DB Password'.replace(' ', '_'), canary);
    await setSecret(ctx, { vault: 'cloud', key: 'taken' }, canary);
    aws.lay('taken', canary);
    const imported = aws.lay('prod/imported', canary);
    await commitImport(ctx, 'cloud', [row(imported.arn, { name: 'prod/called', key: 'imported' })]);
    aws.lay('prod/called', canary);
    aws.lay('@@@', canary);
    aws.lay('gone', canary).deleted = true;
    const before = operations().length;
    const { candidates, nextToken } = await previewImport(ctx, 'cloud', {});
    expect(new Set(operations().slice(before))).toEqual(new Set(['ListSecrets']));
    expect(nextToken).toBeNull();
    expect(JSON.stringify(candidates)).not.toContain(canary);
    const [record] = records(at).filter(({ externalRef }) => externalRef !== null);
    const [kept] = records(at).filter(({ externalRef }) => externalRef === null);
    expect(candidates[0]).toEqual({
      externalRef: free.arn,
      remoteName: 'prod/DB_Password',
      name: 'prod/DB_Password',
      key: 'prod-db_password',
      providerVersionRef: [...free.versions.keys()][0],
      providerMetadata: {
        createdAt: '2026-01-01T00:00:00.250Z',
        changedAt: null,
        rotatedAt: null,
        accessedAt: null,
        hasDescription: false,
        hasKmsKey: false,
        tagCount: 0,
      },
      status: 'ready',
      importable: true,
      conflicts: [],
    });
    expect(
      candidates.map(({ remoteName, status, importable, conflicts }) => [
        remoteName,
        status,
        importable,
        conflicts.map(({ type, existingSecretId }) => [type, existingSecretId]),
      ]),
    ).toEqual([
      ['prod/DB_Password', 'ready', true, []],
      ['headgate/team/taken', 'conflict', false, [['provider_guardrail', undefined]]],
      [
        'taken',
        'conflict',
        false,
        [
          ['name', kept?.id],
          ['key', kept?.id],
        ],
      ],
      ['prod/imported', 'duplicate', false, [['exact_reference', record?.id]]],
      ['prod/called', 'conflict', false, [['name', record?.id]]],
      ['@@@', 'conflict', false, [['key', undefined]]],
    ]);
    for (const { conflicts } of candidates) for (const { message } of conflicts) expect(message).not.toBe('');
  });

  it('sees what headgate keeps at the provider without a record', async () => {
    const first = await fixture();
    await setSecret(first.ctx, { vault: 'cloud', key: 'db' }, canary);
    const other = await importFixture(temp.lay({}));
    open.push(other);
    for (const [name, secret] of first.aws.secrets) other.aws.secrets.set(name, secret);
    other.aws.lay('db', canary);
    const { candidates } = await previewImport(other.ctx, 'cloud', { query: 'db' });
    expect(candidates.find(({ remoteName }) => remoteName === 'db')?.conflicts).toEqual([
      { type: 'key', message: 'the vault has a secret of its own under the key `db`' },
    ]);
    const { results } = await commitImport(other.ctx, 'cloud', [row('db')]);
    expect(results[0]).toMatchObject({ status: 'skipped', secretId: null });
  });

  it('003-C4.10: goes from page to page with tokens as they are, and asks for pages of 50 unless told', async () => {
    const { aws, ctx, shim } = await fixture();
    for (let index = 0; index < 120; index++) aws.lay(`prod/${String(index).padStart(3, '0')}`, canary);
    const names: string[] = [];
    let pageToken: string | undefined;
    let pages = 0;
    do {
      const page = await previewImport(ctx, 'cloud', {
        query: ' PROD ',
        ...(pageToken === undefined ? {} : { pageToken }),
      });
      names.push(...page.candidates.map(({ remoteName }) => remoteName));
      pages++;
      pageToken = page.nextToken ?? undefined;
      if (pageToken !== undefined) expect(pageToken).toMatch(/^page\+\/=/);
    } while (pageToken !== undefined);
    expect([pages, names.length, new Set(names).size]).toEqual([3, 120, 120]);
    const asked = shim.requests
      .filter(({ input }) => JSON.stringify(input).includes('PROD'))
      .map(({ input }) => input['MaxResults']);
    expect(asked).toEqual([50, 50, 50]);
    expect((await previewImport(ctx, 'cloud', { pageSize: 100 })).candidates).toHaveLength(100);
    aws.expirePages();
    expect(await endOf(previewImport(ctx, 'cloud', { pageToken: 'page+/=gone' }))).toBe(
      'invalid_request/page_token_invalid',
    );
  });

  it.each<readonly [PreviewAsked, string]>([
    [{ query: 'q'.repeat(201) }, 'query_too_long'],
    [{ pageToken: 't'.repeat(4097) }, 'page_token_invalid'],
    [{ pageToken: '' }, 'page_token_invalid'],
    [{ pageSize: 0 }, 'page_size_invalid'],
    [{ pageSize: 101 }, 'page_size_invalid'],
    [{ pageSize: 1.5 }, 'page_size_invalid'],
    [{ pageSize: Number.NaN }, 'page_size_invalid'],
  ])('refuses %j before it asks anybody', async (asked, detail) => {
    const { ctx, operations } = await fixture();
    expect(await endOf(previewImport(ctx, 'cloud', asked))).toBe(`invalid_request/${detail}`);
    expect(operations()).toEqual([]);
  });

  it('takes what is just short enough', async () => {
    const { ctx, shim } = await fixture();
    await previewImport(ctx, 'cloud', { query: 'q'.repeat(200), pageSize: 100 });
    expect(await endOf(previewImport(ctx, 'cloud', { pageToken: 't'.repeat(4096) }))).toBe(
      'invalid_request/page_token_invalid',
    );
    expect(shim.requests.some(({ input }) => input['NextToken'] === 't'.repeat(4096))).toBe(true);
  });

  it('is refused for a vault that is not there, and told where AWS refuses it', async () => {
    const { ctx, shim } = await fixture();
    expect(await endOf(previewImport(ctx, 'clod', {}))).toBe('not_found/unknown_vault');
    shim.fail(() => ({ kind: 'refuse', status: 400, type: 'AccessDeniedException' }));
    expect(await endOf(previewImport(ctx, 'cloud', {}))).toBe('access_denied/denied');
  });
});

describe('003-C4.2: commit', () => {
  it('records a reference, which resolves, and neither reads nor writes at the provider', async () => {
    const at = await fixture();
    const { aws, ctx, operations, secrets, stateDir } = at;
    const theirs = aws.lay('prod/db', canary);
    const { candidates } = await previewImport(ctx, 'cloud', {});
    const result = await commitImport(ctx, 'cloud', rowsOf(candidates));
    const [record] = records(at);
    expect(result).toEqual({
      importedCount: 1,
      skippedCount: 0,
      errorCount: 0,
      results: [
        {
          externalRef: theirs.arn,
          name: 'prod/db',
          key: 'prod-db',
          status: 'imported',
          reason: null,
          secretId: record?.id,
          conflicts: [],
        },
      ],
    });
    expect(record).toMatchObject({ mode: 'external', externalRef: theirs.arn, status: 'active', description: null });
    expect(record?.versions.map(({ number, providerVersion }) => [number, providerVersion])).toEqual([
      [1, [...theirs.versions.keys()][0]],
    ]);
    expect(new Set(operations())).toEqual(new Set(['ListSecrets']));
    expect(auditOf(at)).toEqual([['import', 'prod-db', 'success', null]]);
    expect(textBelow(stateDir)).not.toContain(canary);
    const resolved = await secrets.resolve({ vault: 'cloud', key: 'prod-db' }, component, byOperator);
    expect(resolved).toMatchObject({ value: { text: canary } });
    expect(
      await secrets.resolve({ vault: 'cloud', key: 'prod-db', version: { number: 1 } }, component, byOperator),
    ).toMatchObject({
      value: { text: canary },
    });
    aws.secrets.delete('prod/db');
    expect(await secrets.resolve({ vault: 'cloud', key: 'prod-db' }, component, byOperator)).toMatchObject({
      fault: { code: 'not_found' },
    });
  });

  it('003-C4.4 (import conflicts): looks again: what has changed since the preview is not gone around', async () => {
    const at = await fixture();
    const { aws, ctx } = at;
    for (const name of ['a', 'b', 'c', 'd']) aws.lay(name, canary);
    const { candidates } = await previewImport(ctx, 'cloud', {});
    expect(candidates.every(({ importable }) => importable)).toBe(true);
    const rows = rowsOf(candidates);
    await commitImport(ctx, 'cloud', [rows[0] as ImportRow]);
    await setSecret(ctx, { vault: 'cloud', key: 'b' }, canary);
    await commitImport(ctx, 'cloud', [row('elsewhere', { name: 'c', key: 'other' })]);
    const stale = [...rows, row('headgate/team/x', { key: 'x' }), row('a b', { key: 'y' })];
    const { results, ...counts } = await commitImport(ctx, 'cloud', stale);
    expect(counts).toEqual({ importedCount: 1, skippedCount: 5, errorCount: 0 });
    expect(results.map(({ key, status, conflicts }) => [key, status, conflicts.map(({ type }) => type)])).toEqual([
      ['a', 'skipped', ['exact_reference']],
      ['b', 'skipped', ['name', 'key']],
      ['c', 'skipped', ['name']],
      ['d', 'imported', []],
      ['x', 'skipped', ['provider_guardrail']],
      ['y', 'skipped', ['provider_guardrail']],
    ]);
    const ids = new Map(records(at).map(({ key, id }) => [key, id]));
    expect(results.map(({ secretId }) => secretId)).toEqual([
      ids.get('a'),
      ids.get('b'),
      ids.get('other'),
      ids.get('d'),
      null,
      null,
    ]);
    for (const { status, reason } of results) expect(reason === null).toBe(status === 'imported');
  });

  it('takes rows that are in each other’s way in their order', async () => {
    const { ctx } = await fixture();
    const { results } = await commitImport(ctx, 'cloud', [
      row('a'),
      row('a', { name: 'again', key: 'again' }),
      row('b', { key: 'a' }),
      row('c', { name: 'a' }),
      row('d'),
    ]);
    expect(results.map(({ status, conflicts }) => [status, conflicts.map(({ type }) => type)])).toEqual([
      ['imported', []],
      ['skipped', ['exact_reference']],
      ['skipped', ['key']],
      ['skipped', ['name']],
      ['imported', []],
    ]);
  });

  it('by two at once imports each row once', async () => {
    const stateDir = temp.lay({});
    const [one, two] = [await fixture(stateDir), await importFixture(stateDir)];
    open.push(two);
    // One provider, as it is known to one set of records.
    const other = { ...two.ctx, pool: one.ctx.pool };
    const rows = Array.from({ length: 50 }, (_, index) => row(`prod/${index}`));
    const both = await Promise.all([
      commitImport(one.ctx, 'cloud', rows),
      commitImport(other, 'cloud', [...rows].reverse()),
    ]);
    expect(both.reduce((sum, { importedCount }) => sum + importedCount, 0)).toBe(50);
    expect(both.reduce((sum, { skippedCount }) => sum + skippedCount, 0)).toBe(50);
    expect(records(one)).toHaveLength(50);
    expect(new Set(records(one).map(({ externalRef }) => externalRef)).size).toBe(50);
    expect(auditOf(one).filter(([, , outcome]) => outcome === 'success')).toHaveLength(50);
  });

  it('003-C4.4 (import after soft deletion): imports again what was deleted here, and has never touched it there', async () => {
    const at = await fixture();
    const { aws, ctx, operations, secrets } = at;
    const theirs = aws.lay('prod/db', canary);
    await commitImport(ctx, 'cloud', [row(theirs.arn, { name: 'prod/db', key: 'db' })]);
    expect(await deleteSecret(ctx, { vault: 'cloud', key: 'db' })).toMatchObject({ atProvider: 'kept' });
    expect(theirs.deleted).toBe(false);
    const { candidates } = await previewImport(ctx, 'cloud', {});
    expect(candidates[0]).toMatchObject({ status: 'ready', conflicts: [] });
    const { results } = await commitImport(ctx, 'cloud', [row(theirs.arn, { name: 'prod/db', key: 'db' })]);
    expect(results[0]).toMatchObject({ status: 'imported' });
    expect(new Set(records(at).map(({ id }) => id)).size).toBe(2);
    expect(new Set(operations())).toEqual(new Set(['ListSecrets']));
    expect(await secrets.resolve({ vault: 'cloud', key: 'db' }, component, byOperator)).toMatchObject({
      value: { text: canary },
    });
  });

  it('never rotates what it imported', async () => {
    const { aws, ctx, operations } = await fixture();
    aws.lay('prod/db', canary);
    await commitImport(ctx, 'cloud', [row('prod/db', { key: 'db' })]);
    expect(await endOf(setSecret(ctx, { vault: 'cloud', key: 'db' }, 'new'))).toBe(
      'invalid_request/external_reference',
    );
    expect(new Set(operations())).toEqual(new Set(['ListSecrets']));
  });

  it('tells of every row that could not be written down, and of nothing as imported', async () => {
    const at = await fixture();
    const { ctx } = at;
    await commitImport(ctx, 'cloud', [row('before')]);
    const broken = {
      ...ctx,
      places: { ...ctx.places, registry: () => '/proc/nowhere/registry.json' },
    };
    const { results, ...counts } = await commitImport(broken, 'cloud', [row('a'), row('headgate/team/x'), row('b')]);
    expect(counts).toEqual({ importedCount: 0, skippedCount: 1, errorCount: 2 });
    expect(results.map(({ status, secretId }) => [status, secretId])).toEqual([
      ['error', null],
      ['skipped', null],
      ['error', null],
    ]);
    expect(results[0]?.reason).toContain('cannot be written');
    expect(records(at).map(({ key }) => key)).toEqual(['before']);
    expect(auditOf(at).map(([, key, outcome, code]) => [key, outcome, code])).toEqual([
      ['before', 'success', null],
      ['a', 'failure', 'provider_error/not_recorded'],
      ['b', 'failure', 'provider_error/not_recorded'],
    ]);
  });

  it('imports nothing where the provider cannot be looked at, and writes down that it was tried', async () => {
    const at = await fixture();
    at.shim.fail(() => ({ kind: 'refuse', status: 400, type: 'AccessDeniedException' }));
    expect(await endOf(commitImport(at.ctx, 'cloud', [row('a')]))).toBe('access_denied/denied');
    expect(records(at)).toEqual([]);
    expect(auditOf(at)).toEqual([['import', null, 'failure', 'access_denied/denied']]);
  });
});
