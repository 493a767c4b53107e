/** Commits on their way from one repository to another, as a bundle: a list of refs, and a pack behind it. */
import { closeSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { callGit, type GitEnd } from './call.ts';

/** Where objects go. */
export interface Receiver {
  readonly gitDir: string;
  readonly objects?: string;
}

/** Of the commits that refs of this repository lead to, without those that `without` leads to. */
export const makeBundle = (
  gitDir: string,
  file: string,
  refs: readonly string[],
  without: readonly string[],
): Promise<GitEnd> =>
  callGit({
    gitDir,
    args: ['bundle', 'create', '--quiet', '--version=3', file, '--stdin'],
    input: [...refs, ...without.map((id) => `^${id}`)].join('\n').concat('\n'),
  });

/** Objects that are named, and all that they lead to, without what `without` leads to. */
export const makePack = (
  gitDir: string,
  file: string,
  ids: readonly string[],
  without: readonly string[],
  index?: string,
): Promise<GitEnd> =>
  callGit({
    gitDir,
    args: ['pack-objects', '-q', '--revs', '--thin', '--delta-base-offset', '--stdout'],
    input: [...ids, ...without.map((id) => `^${id}`)].join('\n').concat('\n'),
    outputFile: file,
    ...(index === undefined ? {} : { index }),
  });

/** These objects alone. */
export const packOf = (gitDir: string, file: string, ids: readonly string[]): Promise<GitEnd> =>
  callGit({
    gitDir,
    args: ['pack-objects', '-q', '--delta-base-offset', '--stdout'],
    input: ids.join('\n').concat('\n'),
    outputFile: file,
  });

/**
 * What a bundle or pack holds becomes objects of the receiver, each under the id that its bytes have. `strict`: with everything that
 * `git fsck` looks at; what a name, a link or a `.gitmodules` could do to whoever checks it out is refused.
 */
export async function receive(to: Receiver, file: string, strict: boolean): Promise<GitEnd> {
  const fd = openSync(file, 'r');
  try {
    const at = packStart(fd);
    if (at === undefined) return { code: null, out: Buffer.alloc(0), said: 'what was sent is no bundle' };
    // git reads on from where the descriptor stands.
    const few = objectsAt(fd, at) < 100 && !strict;
    const args = few
      ? ['unpack-objects', '-q']
      : ['index-pack', '--stdin', '--fix-thin', ...(strict ? ['--strict'] : [])];
    seek(fd, at);
    return await callGit({ ...to, args, inputFile: fd });
  } finally {
    closeSync(fd);
  }
}

const mostHeader = 16 * 1024 * 1024;

/** Behind the empty line that ends the list of refs; 0 for a pack. */
function packStart(fd: number): number | undefined {
  const bytes = Buffer.alloc(Math.min(mostHeader, statSync(`/proc/self/fd/${fd}`).size));
  readSync(fd, bytes, 0, bytes.length, 0);
  if (bytes.subarray(0, 4).toString('latin1') === 'PACK') return 0;
  const end = bytes.indexOf('\n\n');
  return end < 0 || bytes.subarray(end + 2, end + 6).toString('latin1') !== 'PACK' ? undefined : end + 2;
}

function objectsAt(fd: number, at: number): number {
  const count = Buffer.alloc(4);
  readSync(fd, count, 0, 4, at + 8);
  return count.readUInt32BE();
}

/** Node has no call for it: what is read without a place moves it on. */
function seek(fd: number, to: number): void {
  const bytes = Buffer.alloc(65_536);
  for (let at = 0; at < to; ) at += readSync(fd, bytes, 0, Math.min(bytes.length, to - at), null);
}

/** The whole of what each leads to is there. */
export const isWhole = async (gitDir: string, ids: readonly string[], without: readonly string[]): Promise<GitEnd> =>
  callGit({
    gitDir,
    args: ['rev-list', '--objects', '--quiet', '--stdin'],
    input: [...ids, ...without.map((id) => `^${id}`)].join('\n').concat('\n'),
  });

export const forget = (file: string): void => rmSync(file, { force: true });
