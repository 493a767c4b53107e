/**
 * The second sandbox, around the program alone. The first holds the agent as well, which carries connections and ends everything: in
 * process ids, signals, /proc, system calls and files the program is kept apart from it, so that it can neither stop it nor read it.
 */
import type { Bubblewrap } from './bubblewrap.ts';
import { programIds } from './ids.ts';
import { inside } from './inside.ts';
import { procView } from './proc-view.ts';

/** Handed over in a descriptor, and without the command. Without a filter for an attempt; else descriptor 3 of bubblewrap holds the filter of system calls. */
export function confineArguments(
  bubblewrap: Pick<Bubblewrap, 'noNesting'>,
  cwd: string,
  filtered = true,
): readonly string[] {
  const { uid, gid } = programIds();
  return [
    '--unshare-user',
    ...(bubblewrap.noNesting ? ['--disable-userns'] : []),
    ...['--unshare-pid', '--uid', String(uid), '--gid', String(gid), '--new-session', '--cap-drop', 'ALL'],
    ...['--dev-bind', '/', '/', '--tmpfs', inside.agentFolder, '--remount-ro', inside.agentFolder],
    ...['--proc', '/proc', ...procView()],
    ...['--chdir', cwd, ...(filtered ? ['--seccomp', '3'] : [])],
  ];
}
