/**
 * `headgate secrets` with a vault in AWS: moto with its IAM, and a strict server before it. Whole commands are killed at each request
 * to the provider, and at each write of their own.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CloudFolder, cloudFolder, type Ended } from '../support/aws/cloud-folder.ts';
import { type Moto, type MotoUser, startMoto } from '../support/aws/moto.ts';
import { type Shim, startShim } from '../support/aws/shim.ts';
import { countCalls, points, strace, sweepTime } from '../support/run/sweep.ts';
import { textBelow } from '../support/secrets/secrets-fixture.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
let moto: Moto;
let shim: Shim;
let admin: MotoUser;
let lister: MotoUser;
beforeAll(async () => {
  moto = await startMoto();
  admin = await moto.addUser('admin', ['*']);
  lister = await moto.addUser('lister', ['ListSecrets']);
});
afterAll(async () => {
  await moto?.stop();
  temp.remove();
});
beforeEach(async () => {
  shim = await startShim(moto.url);
});
afterEach(() => shim.close());

let folders = 0;
/** Each has a namespace of its own. */
function cloudOf(user: MotoUser, namespace = `n${folders++}`): CloudFolder & { readonly namespace: string } {
  return { ...cloudFolder(temp, { url: shim.url, env: { ...user }, namespace }), namespace };
}
const isDone = ({ status, signal, stderr }: Ended, what = ''): void =>
  expect([what, status, signal, stderr]).toEqual([what, 0, null, '']);
/** By version, without what makes it one: `{ AWSCURRENT: value }`. */
async function valuesAt(namespace: string, key: string): Promise<Readonly<Record<string, string>>> {
  const described = await ask('DescribeSecret', { SecretId: `headgate/${namespace}/${key}` });
  const values: Record<string, string> = {};
  for (const [version, stages] of Object.entries(
    (described['VersionIdsToStages'] ?? {}) as Record<string, readonly string[]>,
  )) {
    const { SecretString } = await ask('GetSecretValue', {
      SecretId: `headgate/${namespace}/${key}`,
      VersionId: version,
    });
    values[stages.join('+') || `none of ${Object.keys(values).length}`] = String(SecretString);
  }
  return values;
}
/** Of moto itself. */
async function ask(operation: string, input: object): Promise<Readonly<Record<string, unknown>>> {
  await moto.trust(1);
  const answer = await fetch(moto.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `secretsmanager.${operation}`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=A/20260101/eu-west-1/secretsmanager/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(input),
  });
  return (await answer.json()) as Readonly<Record<string, unknown>>;
}
const lay = (name: string, value: string) =>
  ask('CreateSecret', { Name: name, SecretString: value, ClientRequestToken: crypto.randomUUID() });

describe('import by somebody who may list and nothing else', () => {
  it('003-C4.5: works from the preview to the records, and what it refers to is denied to them', async () => {
    const canary = 'canary-list-only-import-2b7c';
    const cloud = cloudOf(lister);
    await lay(`${cloud.namespace}/db`, canary);
    const preview = await cloud.secrets(['import', 'preview', 'cloud', '--query', cloud.namespace, '--format', 'json']);
    isDone(preview);
    const { candidates } = JSON.parse(preview.stdout);
    expect(candidates).toMatchObject([{ remoteName: `${cloud.namespace}/db`, status: 'ready' }]);
    const [{ externalRef, name, key }] = candidates;
    const rows = JSON.stringify([{ externalRef, name, key }]);
    const commit = await cloud.secrets(['import', 'commit', 'cloud', '--file', '-', '--format', 'json'], {
      input: rows,
    });
    isDone(commit);
    expect(JSON.parse(commit.stdout)).toMatchObject({ importedCount: 1, errorCount: 0 });
    expect(new Set(shim.requests.map(({ operation }) => operation))).toEqual(new Set(['ListSecrets']));
    expect(shim.faults).toEqual([]);
    for (const text of [preview.stdout, commit.stdout, textBelow(cloud.folder)]) expect(text).not.toContain(canary);
    // It would have been read if it could be: the server says that these keys may not.
    const rotate = await cloud.secrets(['set', 'cloud/new'], { input: 'x' });
    expect([rotate.status, rotate.stderr.includes('error[access_denied/denied]')]).toEqual([3, true]);
  });
});

describe('two who import at once', () => {
  it('import each row once between them', async () => {
    const cloud = cloudOf(lister);
    const rows = Array.from({ length: 100 }, (_, index) => ({ externalRef: `prod/${index}`, name: `prod/${index}` }));
    const commit = (of: readonly unknown[]) =>
      cloud.secrets(['import', 'commit', 'cloud', '--file', '-', '--format', 'json'], { input: JSON.stringify(of) });
    const both = await Promise.all([commit(rows), commit([...rows].reverse())]);
    for (const one of both) isDone(one);
    const counts = both.map(({ stdout }) => JSON.parse(stdout));
    expect(
      counts.map(({ importedCount, skippedCount, errorCount }) => importedCount + skippedCount + errorCount),
    ).toEqual([100, 100]);
    expect(counts.reduce((sum, { importedCount }) => sum + importedCount, 0)).toBe(100);
    const list = JSON.parse((await cloud.secrets(['list', 'cloud', '--format', 'json'])).stdout);
    expect(list.vaults[0].secrets).toHaveLength(100);
    const audit = JSON.parse((await cloud.secrets(['audit', '--format', 'json'])).stdout);
    expect(audit.broken).toBeNull();
    expect(audit.events.filter(({ action }: { action: string }) => action === 'import')).toHaveLength(100);
  });
});

describe('killed at each request, before and after the provider has done it', () => {
  const works: readonly (readonly [
    string,
    (cloud: CloudFolder) => Promise<void>,
    readonly string[],
    string,
    Readonly<Record<string, string>>,
  ])[] = [
    ['set, of a new secret', async () => {}, ['set', 'cloud/key'], 'canary-v1', { AWSCURRENT: 'canary-v1' }],
    [
      'set, of another value',
      async (cloud) => isDone(await cloud.secrets(['set', 'cloud/key'], { input: 'canary-v0' })),
      ['set', 'cloud/key'],
      'canary-v1',
      { AWSPREVIOUS: 'canary-v0', AWSCURRENT: 'canary-v1' },
    ],
    [
      'rotate',
      async (cloud) => isDone(await cloud.secrets(['set', 'cloud/key'], { input: 'canary-v0' })),
      ['rotate', 'cloud/key'],
      'canary-v1',
      { AWSPREVIOUS: 'canary-v0', AWSCURRENT: 'canary-v1' },
    ],
  ];
  it.each(works)(
    '%s: asked again, there is one version for each value',
    { timeout: sweepTime },
    async (_, begin, args, value, wanted) => {
      let kills = 0;
      for (const when of ['then', 'after'] as const)
        for (let at = 0; ; at++) {
          const cloud = cloudOf(admin);
          await begin(cloud);
          const start = shim.requests.length;
          let pid = 0;
          let killed = false;
          shim.fail((__, index) =>
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
          const first = await cloud.secrets(args, {
            input: value,
            onStart: (started) => {
              pid = started;
            },
          });
          shim.fail(() => null);
          const what = `${when} ${at}`;
          if (!killed) {
            isDone(first, what);
            break;
          }
          kills++;
          expect([what, first.signal]).toEqual([what, 'SIGKILL']);
          isDone(await cloud.secrets(args, { input: value }), what);
          expect([what, await valuesAt(cloud.namespace, 'key')]).toEqual([what, wanted]);
          const list = JSON.parse((await cloud.secrets(['list', 'cloud', '--format', 'json'])).stdout);
          expect([what, list.vaults[0].secrets]).toMatchObject([what, [{ key: 'key', status: 'active' }]]);
          expect([what, textBelow(cloud.folder).includes('canary')]).toEqual([what, false]);
        }
      expect(kills).toBeGreaterThanOrEqual(4);
      expect(shim.faults).toEqual([]);
    },
  );

  it('delete: asked again, it is deleted once, and can be made anew', { timeout: sweepTime }, async () => {
    let kills = 0;
    for (const when of ['then', 'after'] as const)
      for (let at = 0; ; at++) {
        const cloud = cloudOf(admin);
        isDone(await cloud.secrets(['set', 'cloud/key'], { input: 'canary-v0' }));
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
        await cloud.secrets(['delete', 'cloud/key'], {
          onStart: (started) => {
            pid = started;
          },
        });
        shim.fail(() => null);
        if (!killed) break;
        kills++;
        const what = `${when} ${at}`;
        isDone(await cloud.secrets(['delete', 'cloud/key']), what);
        expect([
          what,
          (await ask('DescribeSecret', { SecretId: `headgate/${cloud.namespace}/key` }))['DeletedDate'],
        ]).toEqual([what, expect.any(Number)]);
        isDone(await cloud.secrets(['set', 'cloud/key'], { input: 'canary-v1' }), what);
        expect([what, (await valuesAt(cloud.namespace, 'key'))['AWSCURRENT']]).toEqual([what, 'canary-v1']);
      }
    expect(kills).toBeGreaterThanOrEqual(4);
    expect(shim.faults).toEqual([]);
  });
});

describe('an import that is killed', () => {
  it.each(['write', 'fsync', 'rename,renameat,renameat2', 'unlink,unlinkat', 'mkdir,rmdir'])(
    'at every %s, and then asked again, imports each row once',
    { timeout: sweepTime },
    async (calls) => {
      const cloud = cloudOf(admin);
      const rows = JSON.stringify([1, 2, 3].map((n) => ({ externalRef: `prod/${n}`, name: `prod/${n}` })));
      const args = ['import', 'commit', 'cloud', '--file', '-', '--format', 'json'];
      const log = join(temp.path, 'calls');
      isDone(await cloud.secrets(args, { input: rows, before: countCalls(calls, log) }));
      const last = readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => /^\w+\(/.test(line)).length;
      let killed = 0;
      for (const n of points(last, 6)) {
        const what = `${calls} ${n} of ${last}`;
        const at = cloudOf(admin);
        const first = await at.secrets(args, { input: rows, before: strace(calls, 'signal=SIGKILL', String(n)) });
        if (first.signal === 'SIGKILL') killed++;
        const again = await at.secrets(args, { input: rows });
        isDone(again, what);
        const { importedCount, skippedCount } = JSON.parse(again.stdout);
        // All of them by then, by the one or by the other.
        expect([what, [3, 0], [0, 3]]).toContainEqual([importedCount, skippedCount]);
        const list = JSON.parse((await at.secrets(['list', 'cloud', '--format', 'json'])).stdout);
        expect([what, list.vaults[0].secrets.map(({ key }: { key: string }) => key)]).toEqual([
          what,
          ['prod-1', 'prod-2', 'prod-3'],
        ]);
      }
      if (last > 0) expect(killed).toBeGreaterThan(0);
    },
  );
});
