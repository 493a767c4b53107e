/** Mounted config that is replaced while its program runs. */
import { ioReason } from '../../../adapters/files/io-reason.ts';
import { type LiveFiles, openLiveFiles } from '../../../adapters/sandbox/live-files.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { Refreshed } from '../../../ports/environment.ts';
import type { BoundProgram, LocalComponent } from './component.ts';
import type { Given } from './given.ts';

/** Of the files of a component those that hold a secret, where they are to be replaced. */
export function liveFilesOf(
  plain: Pick<LocalComponent, 'moniker' | 'files' | 'hasLiveFiles'>,
  bound: Pick<LocalComponent, 'files'>,
): { readonly files?: LiveFiles } | { readonly blocked: Blocked } {
  const known = new Map(plain.files.map(({ path, content }) => [path, content]));
  const secret = bound.files.filter(({ path, content }) => known.get(path) !== content);
  if (!plain.hasLiveFiles || secret.length === 0) return {};
  try {
    return { files: openLiveFiles(secret) };
  } catch {
    return {
      blocked: {
        gate: 'sandbox_unavailable',
        subject: plain.moniker,
        reasons: ['its files are replaced when a secret is rotated, and no folder of this machine is held in memory'],
        remedy: 'mount a tmpfs at /dev/shm, or write `restart` in the place of `file` in `rotation` of the settings',
      },
    };
  }
}

export const withLiveFiles = (
  given: Given,
  { shown, links }: LiveFiles,
): Given & { readonly links: LiveFiles['links'] } => ({
  ...given,
  files: given.files.filter(({ path }) => !links.has(path)),
  shown: new Map([...given.shown, ...shown]),
  links,
});

export function replaceIn(live: LiveFiles, files: BoundProgram['files']): Refreshed {
  try {
    return { files: live.replace(files) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Its folder goes with the program.
    if (code === 'ENOENT') return { fault: 'it has just ended, and its files with it' };
    return { fault: `a file cannot be replaced: ${ioReason(error as NodeJS.ErrnoException).reason}` };
  }
}
