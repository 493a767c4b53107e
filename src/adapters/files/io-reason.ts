/** What the system says, in words. */

type Words = readonly [reason: string, remedy: string];

const REASONS: Readonly<Record<string, Words>> = {
  EACCES: ['permission denied', 'write to a folder that is yours, or change its permissions'],
  EPERM: [
    'the system does not permit it',
    'look at its owner and its attributes (`lsattr`), or write to another place',
  ],
  EROFS: ['the file system is read-only', 'write to another place'],
  ENOSPC: ['no space is left on the device', 'free some space, or write to another place'],
  EDQUOT: ['your disk quota is used up', 'free some space, or write to another place'],
  ENAMETOOLONG: ['the name is too long', 'give a shorter one'],
  EISDIR: ['it is a folder', 'give the path of a file'],
  ENOENT: ['its folder is gone', 'create the folder, or give another path'],
  ENOTDIR: ['a part of its path is not a folder', 'give a path through folders only'],
  ELOOP: ['its symbolic links go round in a circle', 'remove one of the links, or give another path'],
};

export interface IoReason {
  readonly reason: string;
  readonly remedy: string | undefined;
}

/** Why something could not be written. */
export function ioReason(error: NodeJS.ErrnoException): IoReason {
  const [reason, remedy] = REASONS[error.code ?? ''] ?? [unknownReason(error)];
  return { reason, remedy };
}

/** The messages of node begin with the code. */
const unknownReason = ({ code = '', message }: NodeJS.ErrnoException): string =>
  message.startsWith(code) ? message : `${code} ${message}`.trim();

/** Why a file that was named could not be read. */
export const readReason = (error: NodeJS.ErrnoException): string =>
  error.code === 'ENOENT' ? 'there is no such file' : ioReason(error).reason;
