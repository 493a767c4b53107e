/** `headgate secrets import`: what it prints, what it refuses, and that it lists and does nothing else at the provider. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CloudFolder, cloudFolder } from '../support/aws/cloud-folder.ts';
import { createMemoryAws, type MemoryAws } from '../support/aws/memory-aws.ts';
import { type Shim, startShim } from '../support/aws/shim.ts';
import { textBelow } from '../support/secrets/secrets-fixture.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const canary = 'canary-e2e-import-c04d';
const keys = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'canary-key-88ae' };

let aws: MemoryAws;
let shim: Shim;
let cloud: CloudFolder;
beforeEach(async () => {
  aws = createMemoryAws();
  shim = await startShim(aws);
  cloud = cloudFolder(temp, { url: shim.url, env: keys });
});
afterEach(() => shim.close());
const asked = (): ReadonlySet<string> => new Set(shim.requests.map(({ operation }) => operation));

describe('preview, then commit', () => {
  it('as JSON: rows of the one are rows of the other', async () => {
    const theirs = aws.lay('prod/db', canary);
    aws.lay('headgate/team/mine', canary);
    const preview = await cloud.secrets(['import', 'preview', 'cloud', '--format', 'json']);
    expect([preview.status, preview.stderr]).toEqual([0, '']);
    const told = JSON.parse(preview.stdout);
    expect(Object.keys(told)).toEqual(['version', 'vault', 'candidates', 'nextToken']);
    expect(told).toMatchObject({ version: 1, vault: 'cloud', nextToken: null });
    expect(Object.keys(told.candidates[0])).toEqual([
      'externalRef',
      'remoteName',
      'name',
      'key',
      'providerVersionRef',
      'providerMetadata',
      'status',
      'importable',
      'conflicts',
    ]);
    const rows = told.candidates
      .filter(({ importable }: { importable: boolean }) => importable)
      .map(({ externalRef, name, key, providerVersionRef }: Record<string, string>) => ({
        externalRef,
        name,
        key,
        providerVersionRef,
      }));
    const commit = await cloud.secrets(['import', 'commit', 'cloud', '--file', '-', '--format', 'json'], {
      input: JSON.stringify(rows),
    });
    expect([commit.status, commit.stderr]).toEqual([0, '']);
    const result = JSON.parse(commit.stdout);
    expect(Object.keys(result)).toEqual(['version', 'vault', 'importedCount', 'skippedCount', 'errorCount', 'results']);
    expect(result).toMatchObject({ importedCount: 1, skippedCount: 0, errorCount: 0 });
    expect(Object.keys(result.results[0])).toEqual([
      'externalRef',
      'name',
      'key',
      'status',
      'reason',
      'secretId',
      'conflicts',
    ]);
    expect(result.results[0]).toMatchObject({
      externalRef: theirs.arn,
      key: 'prod-db',
      status: 'imported',
      reason: null,
    });
    const again = JSON.parse((await cloud.secrets(['import', 'preview', 'cloud', '--format', 'json'])).stdout);
    expect(again.candidates[0]).toMatchObject({
      status: 'duplicate',
      importable: false,
      conflicts: [{ type: 'exact_reference', existingSecretId: result.results[0].secretId }],
    });
    const list = JSON.parse((await cloud.secrets(['list', 'cloud', '--format', 'json'])).stdout);
    expect(list.vaults[0].secrets).toMatchObject([{ key: 'prod-db', mode: 'external', status: 'active' }]);
    expect(asked()).toEqual(new Set(['ListSecrets']));
    for (const text of [preview.stdout, commit.stdout, textBelow(cloud.stateDir)]) expect(text).not.toContain('canary');
  });

  it('in words', async () => {
    for (const name of ['prod/a', 'prod/b', 'prod/c']) aws.lay(name, canary);
    const first = await cloud.secrets(['import', 'preview', 'cloud', '--page-size', '2', '--query', 'prod']);
    expect(first.stdout).toBe(
      [
        'STATUS  KEY     NAME AT THE PROVIDER  WHY NOT',
        'ready   prod-a  prod/a                -',
        'ready   prod-b  prod/b                -',
        '',
      ].join('\n'),
    );
    const token = /--page-token '([^']+)'/.exec(first.stderr)?.[1] as string;
    const second = await cloud.secrets([
      'import',
      'preview',
      'cloud',
      '--page-size',
      '2',
      '--query',
      'prod',
      '--page-token',
      token,
    ]);
    expect([second.status, second.stderr]).toEqual([0, '']);
    expect(second.stdout).toContain('prod/c');
    const rows = JSON.stringify([
      { externalRef: 'prod/a', name: 'prod/a' },
      { externalRef: 'headgate/team/x', name: 'x' },
    ]);
    const commit = await cloud.secrets(['import', 'commit', 'cloud', '--file', '-'], { input: rows });
    expect([commit.status, commit.stdout]).toEqual([0, 'imported cloud/prod-a\n']);
    expect(commit.stderr).toBe(
      'skipped headgate/team/x: names below the prefix of the vault are managed by headgate\n1 imported, 1 skipped, 0 failed\n',
    );
    const nothing = await cloud.secrets(['import', 'preview', 'cloud', '--query', 'nowhere']);
    expect([nothing.status, nothing.stdout, nothing.stderr]).toEqual([0, '', 'there is nothing to import\n']);
  });
});

describe('refused, and nothing is sent', () => {
  const good = JSON.stringify([{ externalRef: 'prod/a', name: 'a' }]);
  it.each<readonly [string, readonly string[], number, string]>([
    ['a vault that is none', ['preview', 'clod'], 3, 'did you mean `cloud`?'],
    ['a vault that lists nothing', ['preview', 'local'], 2, 'import_unsupported'],
    ['a long query', ['preview', 'cloud', '--query', 'q'.repeat(201)], 2, 'query_too_long'],
    ['a long token', ['preview', 'cloud', '--page-token', 't'.repeat(4097)], 2, 'page_token_invalid'],
    ['an empty token', ['preview', 'cloud', '--page-token', ''], 2, 'page_token_invalid'],
    ['a page of none', ['preview', 'cloud', '--page-size', '0'], 2, '1 to 100'],
    ['a page of too many', ['preview', 'cloud', '--page-size', '101'], 2, '1 to 100'],
    ['no rows', ['commit', 'cloud'], 2, '--file'],
    ['a file that is none', ['commit', 'cloud', '--file', 'nowhere.json'], 2, 'does not exist'],
    ['a folder', ['commit', 'cloud', '--file', '.'], 2, 'cannot be read'],
    ['rows for a vault that takes none', ['commit', 'local', '--file', '-'], 2, 'import_unsupported'],
  ])('%s', async (_, args, status, words) => {
    const ended = await cloud.secrets(['import', ...args], { input: good });
    expect([ended.status, ended.stdout]).toEqual([status, '']);
    expect(ended.stderr).toContain(words);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
    expect(shim.requests).toEqual([]);
  });

  it.each([
    ['not JSON', 'x', 'rows_not_json'],
    ['101 rows', JSON.stringify(Array(101).fill({ externalRef: 'a', name: 'a' })), 'rows_too_many'],
    [
      'a wrong row',
      JSON.stringify([
        { externalRef: 'a', name: 'a' },
        { externalRef: 'b', name: 2 },
      ]),
      'row 2: `name` is not text',
    ],
  ])('rows that are %s', async (_, input, words) => {
    for (const format of ['text', 'json']) {
      const ended = await cloud.secrets(['import', 'commit', 'cloud', '--file', '-', '--format', format], { input });
      expect(ended.status).toBe(2);
      expect(ended.stderr).toContain(words);
      if (format === 'json')
        expect(JSON.parse(ended.stdout)).toMatchObject({ version: 1, error: { code: 'invalid_request' } });
    }
    expect(shim.requests).toEqual([]);
  });

  it('what is not trusted, and a vault that is disabled', async () => {
    const untrusted = await cloud.secrets(['import', 'preview', 'cloud'], { trusted: false });
    expect([untrusted.status, untrusted.stdout]).toEqual([3, '']);
    expect(untrusted.stderr).toContain('settings_untrusted');
    expect((await cloud.secrets(['vaults', 'disable', 'cloud'])).status).toBe(0);
    for (const args of [
      ['preview', 'cloud'],
      ['commit', 'cloud', '--file', '-'],
    ]) {
      const ended = await cloud.secrets(['import', ...args], { input: good });
      expect(ended.status).toBe(3);
      expect(ended.stderr).toContain('vault_disabled');
    }
    expect(shim.requests).toEqual([]);
  });
});

describe('what AWS says', () => {
  it.each([
    ['AccessDeniedException', 3, 'access_denied/denied'],
    ['InvalidNextTokenException', 2, 'invalid_request/page_token_invalid'],
    ['DecryptionFailure', 4, 'provider_error/key_unusable'],
    ['UnrecognizedClientException', 3, 'access_denied/credentials_refused'],
  ])('%s: exit %i, in words of headgate', async (type, status, code) => {
    shim.fail(() => ({ kind: 'refuse', status: 400, type }));
    const ended = await cloud.secrets(['import', 'preview', 'cloud', '--page-token', 'a']);
    expect([ended.status, ended.stdout]).toEqual([status, '']);
    expect(ended.stderr).toContain(`error[${code}]`);
    expect(ended.stderr).toContain('= help: ');
    expect(ended.stderr).not.toMatch(/provider-text|canary|Exception/);
  });
});
