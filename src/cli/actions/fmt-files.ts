/** What `fmt` is told to look at: files, and folders with every manifest in them. */
import { constants } from 'node:fs';
import { access, readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ioReason, readReason } from '../../adapters/files/io-reason.ts';
import { type FoundFiles, findManifestFiles } from '../../adapters/files/manifest-finder.ts';
import { treeOfRoot } from '../../adapters/files/scenario-tree.ts';
import { neighbour } from '../../app/input.ts';
import { UsageError } from '../../app/usage-error.ts';
import * as D from '../../diagnostics/catalogue/cli.ts';
import { formatNotWritten } from '../../diagnostics/catalogue/format.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { maxManifestBytes } from '../../language/syntax/limits.ts';
import { type OutputFile, writeOutputs } from '../output.ts';

export interface FmtFile {
  /** Absolute. */
  readonly path: string;
  /** From the current folder. */
  readonly shown: string;
  /** By a search, which does not know yet whether it is a manifest. */
  readonly searched: boolean;
}

export interface FmtFiles {
  /** In the order of the command line; each file once, whatever links lead to it. */
  readonly files: readonly FmtFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** `excluded` is asked for each folder, and answers of absolute paths. */
export async function findFiles(
  paths: readonly string[],
  cwd: string,
  excluded: (folder: string) => Promise<(path: string) => boolean>,
): Promise<FmtFiles> {
  const files = new Map<string, FmtFile>();
  const diagnostics: Diagnostic[] = [];
  const add = async (file: FmtFile): Promise<void> => {
    const real = await realpath(file.path).catch(() => file.path);
    const known = files.get(real);
    // Named by itself, it is to be formatted whatever it is.
    if (!known || (known.searched && !file.searched)) files.set(real, file);
  };
  for (const shown of paths) {
    const path = resolve(cwd, shown);
    const there = await stat(path).catch((error: NodeJS.ErrnoException) => error.code ?? '');
    if (there === 'ENOENT' || there === 'ENOTDIR') diagnostics.push(missing(path, shown));
    else if (typeof there === 'string' || !there.isDirectory()) await add({ path, shown, searched: false });
    else {
      const found = await findManifests(path, await excluded(path));
      for (const { path: inside, reason } of found.unreadable) {
        diagnostics.push(D.unreadablePath({ path: join(shown, inside), reason }, {}));
      }
      if (found.manifests.length + found.unreadable.length + found.bundles.length === 0)
        diagnostics.push(D.nothingToCheck({ path: shown }, {}));
      for (const inside of found.manifests) {
        await add({ path: join(path, inside), shown: join(shown, inside), searched: true });
      }
    }
  }
  return { files: [...files.values()], diagnostics };
}

const findManifests = (folder: string, excluded: (path: string) => boolean): Promise<FoundFiles> =>
  findManifestFiles(folder, { excluded: (path) => excluded(join(folder, path)) });

const missing = (path: string, shown: string): Diagnostic => {
  const near = neighbour(path, shown);
  const help = near === undefined ? 'name a file or a folder' : `did you mean \`${near}\`?`;
  return D.inputNotFound({ path: shown, near }, { help });
};

export function refuseUrls(paths: readonly string[]): void {
  for (const path of paths) {
    if (/^(?:https?|file):\/\//i.test(path))
      throw new UsageError(`fmt takes files and folders, and \`${path}\` is a URL`);
  }
}

/** Anything else might be laid out as what it is not. */
export function refuseOtherEndings(files: readonly FmtFile[]): void {
  const other = files.find(({ shown }) => !/\.(?:ya?ml|json5?)$/.test(shown));
  if (other) {
    throw new UsageError(
      `fmt takes files that end in .yaml, .yml, .json5 or .json, and was given \`${other.shown}\`; standard input may be anything of these: \`headgate fmt - < FILE\``,
    );
  }
}

/** Over a link, only what lies in the tree of the file that was named. */
export async function readFmtFile(
  { path, shown }: FmtFile,
  root?: string,
): Promise<Uint8Array | { readonly diagnostic: Diagnostic }> {
  const failed = (reason: string): { readonly diagnostic: Diagnostic } => ({
    diagnostic: D.unreadablePath({ path: shown, reason }, {}),
  });
  const outside = treeOfRoot(path, root).refusal(path);
  if (outside)
    return { diagnostic: D.unreadablePath({ path: shown, reason: outside.message }, { help: outside.help }) };
  try {
    const there = await stat(path);
    // A pipe or a device would be waited for.
    if (!there.isFile()) return failed('it is not a file');
    return there.size > maxManifestBytes ? failed(tooLarge) : await readFile(path);
  } catch (error) {
    return failed(readReason(error as NodeJS.ErrnoException));
  }
}

export const tooLarge: string = `it is larger than ${maxManifestBytes / 1_048_576} MiB`;

/** Whole, or not at all; over a link, what it leads to. */
export async function writeFmtFile(file: OutputFile, root?: string): Promise<readonly Diagnostic[]> {
  const failed = (path: string, error: Error): Diagnostic => formatNotWritten({ path, ...ioReason(error) }, {});
  try {
    // The folder may let it be replaced where the file itself says no.
    await access(file.path, constants.W_OK);
  } catch (error) {
    return [failed(file.shown, error as Error)];
  }
  return writeOutputs([file], [treeOfRoot(file.path, root)], { failed });
}
