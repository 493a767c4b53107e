/** One private folder for all sandboxes of a pass, with the files that every sandbox is given. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentSource } from './agent/agent.ts';
import type { ControlGroups } from './cgroup/control-group.ts';
import { findControlGroups } from './cgroup/find.ts';
import { gitSettings } from './git-guard.ts';
import type { HiddenPlace } from './hidden.ts';
import { agentIds, programIds } from './ids.ts';
import { inside } from './inside.ts';
import { createPrivateFolder, isStale, type PrivateFolder, sweepStaleFolders } from './private-folder.ts';

export interface Workplace extends PrivateFolder {
  readonly agent: string;
  /** Read-only in every sandbox: path inside → path on the host. They name no user and no host of this machine. */
  readonly mounts: ReadonlyMap<string, string>;
  /** In every sandbox: path → target. */
  readonly links: ReadonlyMap<string, string>;
  /** No sandbox may show them. */
  readonly hidden: readonly HiddenPlace[];
  /** Undefined where this process may make none. */
  readonly groups: ControlGroups | undefined;
}

/** Throws when there is no place for it. Removes what killed processes left behind. */
export function openWorkplace(hidden: readonly HiddenPlace[] = []): Workplace {
  sweepStaleFolders();
  const folder = createPrivateFolder();
  const own = programIds();
  const [user, group] = [
    ({ uid, gid }: typeof own) => `headgate:x:${uid}:${gid}::${inside.home}:/bin/sh\n`,
    ({ gid }: typeof own) => `headgate:x:${gid}:\n`,
  ];
  // The second is who a program is whose sandbox root has widened.
  const ids = own.uid === 0 ? [own, agentIds()] : [own];
  const write = (name: string, text: string): string => {
    const path = join(folder.path, name);
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
    return path;
  };
  try {
    const agent = write('agent.cjs', agentSource);
    const etc = join(folder.path, 'etc');
    mkdirSync(etc, { mode: 0o700 });
    write('etc/hosts', '127.0.0.1 localhost headgate\n::1 localhost\n');
    write('etc/passwd', ids.map(user).join(''));
    write('etc/group', ids.map(group).join(''));
    const mounts = new Map([
      [inside.agent, agent],
      [inside.etc, etc],
      // No link, which whoever may rename what it leads through could bend.
      ['/etc/gitconfig', write('gitconfig', gitSettings)],
    ]);
    const links = new Map(['hosts', 'passwd', 'group'].map((name) => [`/etc/${name}`, `${inside.etc}/${name}`]));
    const groups = findControlGroups();
    groups?.sweep(isStale);
    return { ...folder, agent, mounts, links, hidden, groups };
  } catch (error) {
    folder.remove();
    throw error;
  }
}
