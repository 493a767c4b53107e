/** Figures of one commit, kept as a file: what was measured, where, and as multiples that can be compared over machines. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

export function writeHistory(folder, { commit, changed, figures, started }) {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${commit.slice(0, 12)}${changed ? '-changed' : ''}.json`);
  const machine = {
    processors: cpus().length,
    model: cpus()[0]?.model ?? null,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
  };
  writeFileSync(file, `${JSON.stringify({ version: 1, commit, changed, started, machine, figures }, null, 2)}\n`);
  return file;
}

export const readFigures = (file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
