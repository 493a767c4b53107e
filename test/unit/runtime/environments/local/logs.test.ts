import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type LogLine, logName, openLog } from '../../../../../src/runtime/environments/local/logs.ts';
import { createRedactor } from '../../../../../src/runtime/redactor/redactor.ts';
import { createTempFolder } from '../../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

describe('logs', () => {
  const open = (folder: string, lines: LogLine[]) =>
    openLog('/a/b', {
      folder,
      clock: () => '2030-01-01T00:00:00.000Z',
      redactor: createRedactor(['hunter22']),
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

  it('have no secret that was cut into pieces, has several lines, or lies where a line is cut', () => {
    const values = ['hunter22', 'one\ntwo\nten', 'x'.repeat(30)];
    const lines: LogLine[] = [];
    const log = openLog('/a/b', {
      folder: temp.lay({}),
      clock: () => '',
      redactor: createRedactor(values),
      onLine: (line) => lines.push(line),
    });
    const text = `${'y'.repeat(64 * 1024 - 4)}hunter22${'y'.repeat(64 * 1024 - 9)}${values[2]}\n<one\ntwo\nten>\n${Buffer.from('u:hunter22').toString('base64')}`;
    for (let at = 0; at < text.length; at += 7) log.write('stdout', Buffer.from(text.slice(at, at + 7)));
    log.close();
    const told = lines.map((line) => line.text);
    expect(told.join('')).toBe(
      `${'y'.repeat(64 * 1024 - 4)}[secret]${'y'.repeat(64 * 1024 - 9)}[secret]<[secret]>dTp[secret]`,
    );
    expect(told[0]).toHaveLength(64 * 1024);
    expect(told.slice(-2)).toEqual(['<[secret]>', 'dTp[secret]']);
  });

  it('have names that cannot leave their folder', () => {
    expect([logName('/'), logName('/../x'), logName('/a/b.c')]).toEqual(['root.log', '...x.log', 'a.b.c.log']);
  });
});
