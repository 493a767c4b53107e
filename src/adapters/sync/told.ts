/** Inside of this room a fault is thrown, so that every way out closes and cleans up; at its doors it is told. */

import type { BytePath } from '../../ir/workspace.ts';
import { ioReason } from '../files/io-reason.ts';
import { pathText } from './byte-path.ts';
import type { SyncFault } from './fault.ts';

export class Told extends Error {
  override readonly name = 'Told';
  readonly fault: SyncFault;
  constructor(fault: SyncFault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** What was being done when it failed. */
export interface Doing {
  what: 'read' | 'write';
  /** Absolute: the root that `path` is seen from. */
  root: string;
  path?: BytePath | undefined;
}

export const placeText = (root: string, path: BytePath | undefined): string =>
  path === undefined || path === '' ? root : `${root}/${pathText(path)}`;

/** What the system said, with the place that `doing` names. What is no error of the system is a bug, and thrown on. */
export function faultOf(error: unknown, doing: Doing): SyncFault {
  if (error instanceof Told) return error.fault;
  const system = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || system.code === undefined || system.syscall === undefined) throw error;
  const place = placeText(doing.root, doing.path);
  const { reason } = ioReason(system);
  return {
    code: codes[system.code] ?? (doing.what === 'read' ? 'workspace_unreadable' : 'workspace_unwritable'),
    ...(doing.path === undefined ? {} : { path: doing.path }),
    message: `${place} cannot be ${doing.what === 'read' ? 'read' : 'written'}: ${reason}`,
    remedy: remedies[system.code] ?? 'look at this place, and finalize again',
  };
}

const codes: Readonly<Record<string, string>> = { ENOSPC: 'workspace_no_space', EDQUOT: 'workspace_no_space' };
const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'free some space there, and finalize again',
  EDQUOT: 'free some space there, and finalize again',
  EROFS: 'make it writable, and finalize again',
  EACCES: 'give yourself the rights to it, and finalize again',
};

export const moved = (root: string, path: BytePath): Told =>
  new Told({
    code: 'workspace_moved',
    path,
    message: `${placeText(root, path)} was changed while it was copied`,
    remedy: 'see that nothing writes there, and do it again',
  });
