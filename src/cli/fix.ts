/** `--fix`: the files of this machine that were checked, with their faults mended. */
import { constants, existsSync, realpathSync } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { ioReason } from '../adapters/files/io-reason.ts';
import type { ScenarioTree } from '../adapters/files/scenario-tree.ts';
import { fileUrl } from '../app/discover.ts';
import { type Checked, fixInRounds, type RoundOptions } from '../authoring/fix/rounds.ts';
import { sortedBy } from '../base/order.ts';
import * as D from '../diagnostics/catalogue/fix.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type OutputFile, writeOutputs } from './output.ts';

export interface FixSession extends Checked {
  /** The path of a source that may be written; see `createToPath`. */
  readonly toPath: (file: string) => string | undefined;
  /** Of what was checked: no link in them is followed out of them. */
  readonly trees: readonly ScenarioTree[];
}

export interface FixFlags {
  /** Also what nobody uses goes. */
  readonly unused: boolean;
  /** Nothing is written. */
  readonly dryRun: boolean;
}

export interface FixedFile {
  /** Absolute. */
  readonly path: string;
  /** Key in the sources. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

export interface FixReport extends Checked {
  /** What was written, or would be; by name. */
  readonly files: readonly FixedFile[];
  /** How many fixes. */
  readonly count: number;
  /** Why nothing was written. */
  readonly problems: readonly Diagnostic[];
}

/** All files are written or none. What is left to say is what a check of the fixed files says. */
export async function fixFiles(
  session: FixSession,
  flags: FixFlags,
  recheck: RoundOptions['recheck'],
  hold: <T>(work: () => Promise<T>) => Promise<T> = (work) => work(),
): Promise<FixReport> {
  const { sources, toPath, trees } = session;
  const fixed = await fixInRounds(session, {
    kinds: flags.unused ? ['safe', 'remove'] : ['safe'],
    // What a bundle holds was packed with its digest.
    mayChange: (file) => toPath(file) !== undefined && sources.get(file)?.format === undefined,
    recheck,
  });
  const files = sortedBy(fixed.texts, ([file]) => file).map(([file, after]) => ({
    path: toPath(file) as string,
    file,
    before: sources.get(file)?.text ?? '',
    after,
  }));
  const problems = flags.dryRun || files.length === 0 ? [] : await hold(() => writeFixed(files, trees));
  if (problems.length > 0) return { ...session, files: [], count: 0, problems };
  return { diagnostics: fixed.diagnostics, sources: fixed.sources, files, count: fixed.count, problems };
}

async function writeFixed(files: readonly FixedFile[], trees: FixSession['trees']): Promise<readonly Diagnostic[]> {
  const failed = (path: string, error: Error): Diagnostic => D.fixNotWritten({ path, ...ioReason(error) }, {});
  const outputs: OutputFile[] = [];
  for (const { path, file, before, after } of files) {
    try {
      // The folder may let it be replaced where the file itself says no.
      await access(path, constants.W_OK);
      const there = (await readFile(path)).toString('utf8');
      const mark = there.startsWith('\ufeff') ? '\ufeff' : '';
      if (there !== mark + before) return [D.fixFileChanged({ path: file }, {})];
      outputs.push({ path, shown: file, text: mark + after });
    } catch (error) {
      return [failed(file, error as Error)];
    }
  }
  return writeOutputs(outputs, trees, { failed });
}

/**
 * Files below the current folder and below what was named. Never what was installed, and nothing that a link leads out to: it
 * belongs to somebody else.
 */
export function createToPath(cwd: string, named: readonly string[]): (file: string) => string | undefined {
  const roots = [cwd, ...named.filter((path) => !isUrl(path)).map((path) => resolve(cwd, path))].map(real);
  const find = (file: string): string | undefined => {
    if (file === '' || isUrl(file)) return undefined;
    const path = resolve(cwd, file);
    if (!existsSync(path)) return undefined;
    const target = real(path);
    return roots.some((root) => isOwn(relative(root, target))) ? path : undefined;
  };
  // Asked once a file: the answer must not change while there is work on it.
  const known = new Map<string, string | undefined>();
  return (file) => {
    if (!known.has(file)) known.set(file, find(file));
    return known.get(file);
  };
}

const isUrl = (file: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(file);

const real = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
};

/** `''` is the named file itself. */
const isOwn = (inside: string): boolean => {
  const parts = inside.split(sep);
  return parts[0] !== '..' && !/^[a-z]:/i.test(inside) && !parts.includes('node_modules');
};

/** The texts of a recheck, as the loader wants them. */
export function overlayOf(
  texts: ReadonlyMap<string, string>,
  toPath: FixSession['toPath'],
): ReadonlyMap<string, Uint8Array> {
  return new Map(
    [...texts].map(([file, text]) => [fileUrl(toPath(file) as string), new TextEncoder().encode(text)] as const),
  );
}
