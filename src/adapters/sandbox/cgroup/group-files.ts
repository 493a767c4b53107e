/** Reading and writing the files of a control group. */
import { readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Throws with what the kernel says. */
export const put = (folder: string, file: string, value: number | string): void =>
  writeFileSync(join(folder, file), String(value), { flag: 'r+' });

/** 0 when there is nothing to read. */
export function readNumber(folder: string, file: string): number {
  const value = Number.parseInt(textOf(folder, file), 10);
  return Number.isFinite(value) ? value : 0;
}

/** The number behind a word at the start of a line; 0 when there is none. */
export function numberAfter(folder: string, file: string, word: string): number {
  const line = textOf(folder, file)
    .split('\n')
    .find((text) => text.startsWith(`${word} `));
  return line === undefined ? 0 : Number(line.slice(word.length + 1)) || 0;
}

export const pidsIn = (folder: string): readonly number[] =>
  textOf(folder, 'cgroup.procs')
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);

/** A group that something still runs in stays. */
export function removeGroup(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Gone, or not empty yet.
  }
}

export function sweepGroups(parent: string, isStale: (name: string) => boolean): void {
  let names: readonly string[];
  try {
    names = readdirSync(parent);
  } catch {
    return;
  }
  for (const name of names) if (isStale(name)) removeGroup(join(parent, name));
}

function textOf(folder: string, file: string): string {
  try {
    return readFileSync(join(folder, file), 'latin1');
  } catch {
    return '';
  }
}
