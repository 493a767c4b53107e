/**
 * The second sandbox, around the program alone. The first holds the agent as well, which carries connections and ends everything: in
 * process ids, signals, /proc, system calls and files the program is kept apart from it, so that it can neither stop it nor read it.
 */
import type { Bubblewrap } from './bubblewrap.ts';
import { agentIds, programIds } from './ids.ts';
import { inside } from './inside.ts';
import { procView } from './proc-view.ts';

export interface Confinement {
  readonly cwd: string;
  /** False for an attempt; else descriptor 3 of bubblewrap holds the filter of system calls. */
  readonly filtered: boolean;
  /** The filter lets it make user namespaces. It is then not root for itself, since the kernel maps no root again, and browsers do not run as root. */
  readonly nests: boolean;
}

/** Handed over in a descriptor, and without the command. */
export function confineArguments(
  bubblewrap: Pick<Bubblewrap, 'noNesting'>,
  { cwd, filtered, nests }: Confinement,
): readonly string[] {
  const { uid, gid } = nests ? agentIds() : programIds();
  return [
    '--unshare-user',
    ...(bubblewrap.noNesting && !nests ? ['--disable-userns'] : []),
    ...['--unshare-pid', '--uid', String(uid), '--gid', String(gid), '--new-session', '--cap-drop', 'ALL'],
    ...['--dev-bind', '/', '/', '--tmpfs', inside.agentFolder, '--remount-ro', inside.agentFolder],
    ...['--proc', '/proc', ...procView(programIds().uid === 0)],
    ...['--chdir', cwd, ...(filtered ? ['--seccomp', '3'] : [])],
  ];
}
