import { ask, type Bubblewrap } from './bubblewrap.ts';
import { confineArguments } from './confine.ts';
import { agentIds } from './ids.ts';
import { inside, wholeProc } from './inside.ts';
import { bubblewrapFault, type SandboxUnavailable } from './unavailable.ts';

/** Makes the emptiest sandboxes that there are, one in the other, some 20 ms: what keeps these from being made keeps every other. */
export async function tryBubblewrap(bubblewrap: Bubblewrap): Promise<SandboxUnavailable | undefined> {
  const { path } = bubblewrap;
  const { uid, gid } = agentIds();
  const outer = [
    ...['--unshare-all', '--unshare-user', '--uid', String(uid), '--gid', String(gid)],
    ...['--die-with-parent', '--cap-drop', 'ALL', '--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev'],
    ...['--tmpfs', '/run', '--dir', inside.agentFolder, ...wholeProc(), '--'],
  ];
  const { ok, stderr } = await ask(path, [
    ...outer,
    path,
    ...confineArguments(bubblewrap, { cwd: '/', filtered: false, nests: false }),
    '--',
    path,
    '--version',
  ]);
  return ok ? undefined : bubblewrapFault(stderr);
}
