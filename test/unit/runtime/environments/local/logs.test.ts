import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { nextStep, restartLimits } from '../../../../../src/runtime/actions/component/restarts.ts';
import { type LogLine, logName, openLog } from '../../../../../src/runtime/environments/local/logs.ts';
import { createRedactor } from '../../../../../src/runtime/environments/local/redact.ts';
import { createTempFolder } from '../../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

describe('restart', () => {
  const ok = { code: 0, signal: null };
  const bad = { code: 3, signal: null };
  const killed = { code: null, signal: 'SIGKILL' };

  it.each([
    ['on-failure', ok, 'finished'],
    ['on-failure', bad, 'restart'],
    ['on-failure', killed, 'restart'],
    ['always', ok, 'restart'],
    ['always', bad, 'restart'],
    ['never', ok, 'finished'],
    ['never', bad, 'failed'],
    ['never', killed, 'failed'],
  ] as const)('%s after %j: %s', (policy, exit, kind) => {
    expect(nextStep(policy, exit, 0).kind).toBe(kind);
  });

  it('waits twice as long each time, up to a bound, and gives up', () => {
    const waits = Array.from({ length: restartLimits.most }, (_, failures) => {
      const next = nextStep('on-failure', bad, failures);
      return next.kind === 'restart' ? next.afterMs : 0;
    });
    expect(waits.slice(0, 4)).toEqual([500, 1000, 2000, 4000]);
    expect(Math.max(...waits)).toBe(restartLimits.longestMs);
    expect(nextStep('on-failure', bad, restartLimits.most)).toEqual({
      kind: 'failed',
      reason: 'it ended with status 3, after 8 restarts in a row',
    });
  });
});

describe('redactor', () => {
  it('finds a secret in all its clothes', () => {
    const secret = 'p&ss "word"/ü';
    const { redact } = createRedactor([secret]);
    const forms = [
      secret,
      Buffer.from(secret).toString('base64'),
      encodeURIComponent(secret),
      JSON.stringify({ secret }),
    ];
    for (const form of forms) expect(redact(`<${form}>`)).not.toMatch(/word|cCZzcy/);
    expect(redact('nothing here')).toBe('nothing here');
  });

  it('takes the longer of two that begin alike, and says how many it cannot look for', () => {
    const { redact, tooShort } = createRedactor(['secret-1', 'secret-12', 'abc']);
    expect(redact('x secret-12 y')).toBe('x [secret] y');
    expect(tooShort).toBe(1);
  });
});

describe('logs', () => {
  const open = (folder: string, lines: LogLine[]) =>
    openLog('/a/b', {
      folder,
      clock: () => '2030-01-01T00:00:00.000Z',
      redact: (text) => text.replaceAll('hunter22', '[secret]'),
      onLine: (line) => lines.push(line),
    });

  it('are whole lines, whatever the pieces, with secrets taken out', () => {
    const folder = temp.lay({});
    const lines: LogLine[] = [];
    const log = open(folder, lines);
    const bytes = Buffer.from('eins ü\r\nzwei hunter22\ndrei');
    for (const byte of bytes) log.write('stdout', Buffer.from([byte]));
    log.write('stderr', Buffer.from('other\n'));
    log.close();
    expect(lines.map((line) => line.text)).toEqual(['eins ü', 'zwei [secret]', 'other', 'drei']);
    const path = join(folder, logName('/a/b'));
    expect(readFileSync(path, 'utf8').split('\n')[1]).toBe('2030-01-01T00:00:00.000Z stdout zwei [secret]');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('rotate, and keep a bounded number of files', () => {
    const folder = temp.lay({});
    const log = open(folder, []);
    const line = Buffer.from(`${'x'.repeat(60_000)}\n`);
    for (let i = 0; i < 900; i++) log.write('stdout', line);
    log.close();
    const files = readdirSync(folder).sort();
    expect(files).toEqual(['a.b.log', 'a.b.log.1', 'a.b.log.2', 'a.b.log.3']);
    for (const file of files) expect(statSync(join(folder, file)).size).toBeLessThanOrEqual(10 * 1024 * 1024);
  });

  it('cut a line that has no end', () => {
    const lines: LogLine[] = [];
    const log = open(temp.lay({}), lines);
    log.write('stdout', Buffer.alloc(200_000, 'y'));
    expect(lines).toHaveLength(3);
    log.close();
    expect(lines.reduce((sum, one) => sum + one.text.length, 0)).toBe(200_000);
  });

  it('have names that cannot leave their folder', () => {
    expect([logName('/'), logName('/../x'), logName('/a/b.c')]).toEqual(['root.log', '...x.log', 'a.b.c.log']);
  });
});
