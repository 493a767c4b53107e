import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { canonicalJson, type JsonValue } from '../../../../src/base/json.ts';
import { openAudit, readAudit } from '../../../../src/runtime/secrets/audit.ts';
import { type AuditEvent, auditLine } from '../../../../src/runtime/secrets/audit-form.ts';
import { exclusively } from '../../../../src/runtime/secrets/exclusive.ts';
import { type SecretPlaces, secretPlaces } from '../../../../src/runtime/secrets/places.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const now = (): number => Date.UTC(2030, 0, 2, 3, 4, 5, 678);
const identityOf = (vault: string): string | undefined => (vault === 'local' ? 'id-1' : undefined);
const fresh = (): SecretPlaces => secretPlaces(temp.lay({}));
const event = (key: string): AuditEvent => ({
  actor: 'run',
  consumer: { type: 'component', id: '/a', path: '/token', run: 'r' },
  vault: 'local',
  key,
  version: null,
  action: 'resolve',
  outcome: 'success',
  errorCode: null,
});
const textOf = ({ audit }: SecretPlaces): string => readFileSync(audit, 'utf8');

describe('the audit', () => {
  it('keeps what it is told, in a chain, for its owner alone', async () => {
    const places = fresh();
    const audit = openAudit({ places, now, identityOf });
    expect(await audit.tell(event('one'))).toBeUndefined();
    expect(await audit.tell({ ...event('two'), outcome: 'failure', errorCode: 'not_found/x' })).toBeUndefined();
    const { lines, broken } = readAudit(places);
    expect(broken).toBeUndefined();
    expect(lines.map(({ seq, key, outcome, at }) => ({ seq, key, outcome, at }))).toEqual([
      { seq: 0, key: 'one', outcome: 'success', at: '2030-01-02T03:04:05.678Z' },
      { seq: 1, key: 'two', outcome: 'failure', at: '2030-01-02T03:04:05.678Z' },
    ]);
    expect(lines[0]?.identity).toBe('id-1');
    expect(lines[1]?.prev).toBe(lines[0]?.hash);
    expect(lstatSync(places.audit).mode & 0o777).toBe(0o600);
  });

  it('writes what is told in one turn at once', async () => {
    const places = fresh();
    const audit = openAudit({ places, now, identityOf });
    const first = audit.tell(event('k0'));
    const rest = Array.from({ length: 99 }, (_, n) => audit.tell(event(`k${n + 1}`)));
    expect(new Set([first, ...rest]).size).toBe(1);
    await Promise.all([first, ...rest]);
    expect(readAudit(places).lines.map(({ key }) => key)).toEqual(Array.from({ length: 100 }, (_, n) => `k${n}`));
  });

  it('loses nothing of what is told while it writes', async () => {
    const places = fresh();
    const audit = openAudit({ places, now, identityOf });
    const told: Promise<string | undefined>[] = [];
    for (let n = 0; n < 60; n++) {
      told.push(audit.tell(event(`k${n}`)));
      await new Promise((next) => setImmediate(next));
    }
    expect(new Set(await Promise.all(told))).toEqual(new Set([undefined]));
    const { lines, broken } = readAudit(places);
    expect(broken).toBeUndefined();
    expect(lines.map(({ key }) => key).sort()).toEqual(Array.from({ length: 60 }, (_, n) => `k${n}`).sort());
  });

  it('is one chain when several write', async () => {
    const places = fresh();
    const audits = Array.from({ length: 6 }, () => openAudit({ places, now, identityOf }));
    await Promise.all(audits.flatMap((audit, n) => [0, 1, 2].map((m) => audit.tell(event(`${n}.${m}`)))));
    const { lines, broken } = readAudit(places);
    expect(broken).toBeUndefined();
    expect(lines).toHaveLength(18);
  });

  it('cuts off a line that was not written to its end, and says so', async () => {
    const places = fresh();
    await openAudit({ places, now, identityOf }).tell(event('one'));
    appendFileSync(places.audit, '{"actor":"run","key":"lost');
    expect(readAudit(places)).toMatchObject({ lines: [{ key: 'one' }] });
    await openAudit({ places, now, identityOf }).tell(event('two'));
    const { lines, broken } = readAudit(places);
    expect(broken).toBeUndefined();
    expect(lines.map(({ action }) => action)).toEqual(['resolve', 'torn_end_cut_off', 'resolve']);
    expect(textOf(places)).not.toContain('lost');
  });

  it('begins anew behind a first line that was not written to its end', async () => {
    const places = fresh();
    await openAudit({ places, now, identityOf }).tell(event('one'));
    writeFileSync(places.audit, '{"ac');
    await openAudit({ places, now, identityOf }).tell(event('two'));
    expect(readAudit(places)).toMatchObject({ lines: [{ action: 'torn_end_cut_off' }, { key: 'two' }] });
    expect(readAudit(places).broken).toBeUndefined();
  });

  it.each([
    ['changed', (lines: string[]) => lines.with(1, (lines[1] as string).replace('"k1"', '"k9"')), 2, 'hash'],
    ['lost', (lines: string[]) => lines.toSpliced(1, 1), 2, 'event 2'],
    ['repeated', (lines: string[]) => lines.toSpliced(1, 0, lines[0] as string), 2, 'event 0'],
    ['put elsewhere', (lines: string[]) => [lines[1] as string, lines[0] as string, ...lines.slice(2)], 1, 'event 1'],
    ['no event', (lines: string[]) => lines.with(2, 'nonsense'), 3, 'not an event'],
    ['of a newer headgate', (lines: string[]) => lines.with(0, '{"format":2,"hash":"x","seq":0}'), 1, 'version 2'],
  ])('says where it breaks when a line is %s, and goes on all the same', async (_, change, line, reason) => {
    const places = fresh();
    const audit = openAudit({ places, now, identityOf });
    for (const n of [0, 1, 2]) await audit.tell(event(`k${n}`));
    writeFileSync(places.audit, `${change(textOf(places).trimEnd().split('\n')).join('\n')}\n`);
    expect(readAudit(places).broken).toMatchObject({ line, reason: expect.stringContaining(reason) });
    expect(await audit.tell(event('later'))).toBeUndefined();
    expect(textOf(places)).toContain('"later"');
    expect(readAudit(places).broken).toMatchObject({ line });
  });

  it('breaks behind a line that was forged whole, with a hash of its own', async () => {
    const places = fresh();
    const audit = openAudit({ places, now, identityOf });
    for (const n of [0, 1, 2]) await audit.tell(event(`k${n}`));
    const lines = textOf(places).trimEnd().split('\n');
    const [, second] = readAudit(places).lines;
    if (!second) throw new Error('no second line');
    const forged = auditLine({ ...event('forged'), identity: null }, { seq: 1, prev: second.prev }, second.at);
    writeFileSync(places.audit, `${lines.with(1, canonicalJson(forged as unknown as JsonValue)).join('\n')}\n`);
    expect(readAudit(places).broken).toEqual({ line: 3, reason: 'this does not follow the event before it' });
  });

  it('says why nothing is kept, and never throws', async () => {
    const link = fresh();
    mkdirSync(link.folder, { mode: 0o700 });
    symlinkSync(join(temp.path, 'elsewhere'), link.audit);
    expect(await openAudit({ places: link, now, identityOf }).tell(event('k'))).toContain(link.audit);
    const folder = fresh();
    writeFileSync(folder.folder, 'a file');
    expect(await openAudit({ places: folder, now, identityOf }).tell(event('k'))).toContain(folder.folder);
  });

  it('gives up on others in the end, and keeps what is told later', async () => {
    const places = fresh();
    const audit = openAudit({ places, now, identityOf, patience: 40 });
    let done = (): void => {};
    const held = exclusively(places.lock('audit'), () => new Promise<void>((end) => (done = end)));
    expect(await audit.tell(event('lost'))).toContain(`process ${process.pid}`);
    done();
    await held;
    expect(await audit.tell(event('kept'))).toBeUndefined();
    expect(readAudit(places).lines.map(({ key }) => key)).toEqual(['kept']);
  });

  it('takes the place of a holder that was killed', async () => {
    const places = fresh();
    await openAudit({ places, now, identityOf }).tell(event('one'));
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
    const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const record = JSON.stringify({ pid: child.pid, startTime, bootId });
    writeFileSync(join(places.lock('audit'), 'owner.json'), record);
    expect(await openAudit({ places, now, identityOf, patience: 40 }).tell(event('two'))).toContain(
      `process ${child.pid}`,
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await openAudit({ places, now, identityOf, patience: 40 }).tell(event('three'))).toBeUndefined();
  });
});
