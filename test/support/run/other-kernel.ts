/** Linux as a program (user-mode-linux): a kernel beside the machine's, with control groups of version 2 alone. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isRoot, user } from './as-user.ts';

export const otherKernel = '/usr/bin/linux.uml';

/**
 * Of this processor: registers of matrices (AMX) make the state of a process larger than that kernel can set, and its first process dies
 * of it. Nothing that could be installed changes that.
 */
export const cannotRunThere: boolean = /^flags\b.*\bamx_tile\b/m.test(readFileSync('/proc/cpuinfo', 'utf8'));

export interface RunThere {
  readonly name: string;
  /** Who runs it: root, or somebody without rights whose shell is in a group that was delegated. */
  readonly as: 'root' | 'user';
  /** File names to texts; `scenario.json` is run. */
  readonly files: Readonly<Record<string, string>>;
}

export interface EndThere {
  readonly status: number;
  readonly said: string;
  /** Texts of what was kept as evidence. */
  readonly kept: readonly string[];
  /** Control groups of sandboxes that are left. */
  readonly groups: string;
}

const script = (folder: string, runs: readonly RunThere[]): string => `#!/bin/sh
export PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/nonexistent NO_COLOR=1
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t tmpfs tmpfs /run
mkdir /run/out /run/repository
mount --bind ${folder} /run/out
mount --bind ${resolve('.')} /run/repository
cp -a ${folder}/scenarios /run/scenarios
mount -t tmpfs tmpfs /tmp
ip link set lo up
groups=/sys/fs/cgroup
echo '+memory +pids' > $groups/cgroup.subtree_control
mkdir -p $groups/given/shell
echo '+memory +pids' > $groups/given/cgroup.subtree_control
chown -R ${user}:${user} $groups/given
one() {
  name=$1; shift
  mkdir /run/$name; chown --reference=/run/scenarios/$name /run/$name
  cd /run/scenarios/$name
  "$@" ${process.execPath} /run/repository/dist/cli.js run scenario.json --state-dir /run/$name > /run/out/$name.said 2>&1 < /dev/null
  echo $? > /run/out/$name.status
  mkdir /run/out/$name.kept
  find /run/$name/store -type f -exec cp -t /run/out/$name.kept {} +
  find $groups -type d -name 'hg-*' > /run/out/$name.groups
}
as_root() { "$@"; }
as_user() { sh -c 'echo $$ > '$groups'/given/shell/cgroup.procs && exec setpriv --reuid=${user} --regid=${user} --clear-groups --no-new-privs "$@"' sh "$@"; }
${runs.map(({ name, as }) => `one ${name} as_${as}`).join('\n')}
halt -f
`;

/** One after the other in one kernel. Throws with what it said where it did not come to its end. `folder` is one of the machine that is empty. */
export function runThere(folder: string, runs: readonly RunThere[]): Readonly<Record<string, EndThere>> {
  // It writes to files of the machine as root does.
  if (!isRoot || !existsSync(otherKernel))
    throw new Error('this test needs root and user-mode-linux; scripts/install-system.sh --system-tests installs it');
  chmodSync(folder, 0o755);
  for (const { name, as, files } of runs) {
    const path = join(folder, 'scenarios', name);
    mkdirSync(path, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
    if (as === 'user') spawnSync('chown', ['-R', `${user}:${user}`, path]);
  }
  const init = join(folder, 'init.sh');
  writeFileSync(init, script(folder, runs), { mode: 0o755 });
  const options = ['mem=1024M', 'root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'rw', `init=${init}`, 'quiet'];
  const { stdout, stderr } = spawnSync(otherKernel, [...options, 'con=null', 'con0=fd:0,fd:1'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 500_000,
    killSignal: 'SIGKILL',
  });
  const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return Object.fromEntries(
    runs.map(({ name }) => {
      if (!existsSync(join(folder, `${name}.groups`))) throw new Error(`${name} was not run: ${stdout}${stderr}`);
      const kept = readdirSync(join(folder, `${name}.kept`)).map((file) => text(`${name}.kept/${file}`));
      return [
        name,
        { status: Number(text(`${name}.status`)), said: text(`${name}.said`), kept, groups: text(`${name}.groups`) },
      ];
    }),
  );
}
