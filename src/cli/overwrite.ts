/** What a command has read is not to be lost to what it writes. */
import { resolve } from 'node:path';
import type { SharedFlags } from '../app/flags.ts';
import { realPath } from '../app/real-path.ts';
import { UsageError } from '../app/usage-error.ts';

export interface WrittenTo {
  /** As it is told: `--emit plan`. */
  readonly option: string;
  /** Absolute. */
  readonly path: string;
  /** As typed. */
  readonly shown: string;
}

/** `read` is named from the current folder; `why` goes behind "which". */
export function refuseOver(written: readonly WrittenTo[], read: Iterable<string>, cwd: string, why: string): void {
  if (written.length === 0) return;
  const files = new Set([...read].map((file) => realPath(resolve(cwd, file))));
  const clash = written.find(({ path }) => files.has(realPath(path)));
  if (clash) throw new UsageError(`${clash.option} would overwrite \`${clash.shown}\`, which ${why}`);
}

/** Files that were given with options. A lock may be written anew. */
export const givenFiles = ({ config, settings, lock }: SharedFlags): readonly string[] =>
  [config, settings, lock].filter((file) => file !== undefined);
