/** Lines of logs come in the order of their time, whole, once, and a piece at a time. */
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createLogTail, type LogTail } from '../../../src/app/log-tail.ts';
import { createTempFolder } from '../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
let folders = 0;
function place(): string {
  const folder = join(temp.path, `logs${folders++}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

const at = (n: number): string => new Date(n).toISOString();
const lines = (from: number, to: number, step = 1, text = 'x'): string => {
  const all: string[] = [];
  for (let n = from; n < to; n += step) all.push(`${at(n)} stdout ${text}${n}\n`);
  return all.join('');
};
const open = (folder: string, more: Partial<Parameters<typeof createLogTail>[0]> = {}): LogTail =>
  createLogTail({ folder, monikers: () => ['/a', '/b'], ...more });
function all(tail: LogTail): readonly string[] {
  const told: string[] = [];
  for (let piece = tail.next(); piece.length > 0; piece = tail.next()) {
    expect(piece.length <= 500).toBe(true);
    told.push(...piece.map(({ moniker, text }) => `${moniker} ${text}`));
  }
  return told;
}

describe('the tail of logs', () => {
  it('merges components by time, over many pieces', () => {
    const folder = place();
    writeFileSync(join(folder, 'a.log'), lines(0, 20_000, 2));
    writeFileSync(join(folder, 'b.log'), lines(1, 20_000, 2));
    const told = all(open(folder));
    expect(told).toHaveLength(20_000);
    expect(told.map((text) => Number(text.slice('/a x'.length)))).toEqual([...Array(20_000).keys()]);
  });

  it('tells a line when it is whole, and once', () => {
    const folder = place();
    const file = join(folder, 'a.log');
    writeFileSync(file, lines(0, 2));
    const tail = open(folder);
    expect(all(tail)).toEqual(['/a x0', '/a x1']);
    appendFileSync(file, `${at(2)} stderr ha`);
    expect(all(tail)).toEqual([]);
    appendFileSync(file, 'lf\n');
    expect(tail.next()).toEqual([{ at: at(2), moniker: '/a', stream: 'stderr', text: 'half' }]);
  });

  it('tells a line that is longer than what is read at a time', () => {
    const folder = place();
    const long = 'é'.repeat(300_000);
    writeFileSync(join(folder, 'a.log'), `${at(0)} stdout ${long}\n${lines(1, 2)}`);
    expect(all(open(folder))).toEqual([`/a ${long}`, '/a x1']);
  });

  it('goes on over rotations that came in between', () => {
    const folder = place();
    const file = join(folder, 'a.log');
    writeFileSync(file, lines(0, 10));
    const tail = open(folder);
    expect(tail.next()).toHaveLength(10);
    appendFileSync(file, lines(10, 20));
    renameSync(file, `${file}.1`);
    writeFileSync(file, lines(20, 30));
    expect(all(tail)).toHaveLength(20);
  });

  it('is of one component where one is named, and finds those that begin later', () => {
    const folder = place();
    const tail = open(folder, { moniker: '/b' });
    expect(all(tail)).toEqual([]);
    writeFileSync(join(folder, 'a.log'), lines(0, 2));
    writeFileSync(join(folder, 'b.log'), lines(5, 6));
    expect(all(tail)).toEqual(['/b x5']);
  });

  it('is what there was at the first look, where no more is asked for, whatever the clock said', () => {
    const folder = place();
    const file = join(folder, 'a.log');
    writeFileSync(file, lines(2_000_000_000_000, 2_000_000_001_000));
    writeFileSync(`${file}.1`, lines(10, 20));
    const tail = open(folder, { once: true });
    expect(tail.next()).toHaveLength(500);
    appendFileSync(file, lines(5, 9));
    writeFileSync(join(folder, 'b.log'), lines(5, 9));
    expect(all(tail)).toHaveLength(510);
  });
});
