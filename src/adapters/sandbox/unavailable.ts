/** What to tell people when no sandbox can be made here: what keeps it from being made, and the remedy that fits. */
import { readText } from './look.ts';

export interface SandboxUnavailable {
  readonly message: string;
  readonly help: string;
  /** The same for programs that do not run without a sandbox. */
  readonly remedy: string;
}

export const instead = 'or pass `--no-sandbox` to run policies with all your rights';

const withHelp = (remedy: string): Pick<SandboxUnavailable, 'help' | 'remedy'> => ({
  remedy,
  help: `${remedy}, ${instead}`,
});

export const toInstall = withHelp(
  'install bubblewrap 0.5 or newer (Debian, Ubuntu: `apt install bubblewrap`; Fedora: `dnf install bubblewrap`)',
);

/** What the kernel says of user namespaces, and of this process. */
export interface KernelFacts {
  /** `user.max_user_namespaces`; undefined where it is not told, as for the next two. */
  readonly most: number | undefined;
  /** `kernel.unprivileged_userns_clone` of Debian. */
  readonly unprivileged: number | undefined;
  /** `kernel.apparmor_restrict_unprivileged_userns` of Ubuntu. */
  readonly apparmor: number | undefined;
  /** A filter of system calls holds for this process, as containers have one. */
  readonly filtered: boolean;
  /** This process is root, and has not got the capability without which the kernel maps no root into a namespace. */
  readonly unmapped: boolean;
}

const setfcap = 31n;

export function kernelFacts(): KernelFacts {
  const setting = (path: string): number | undefined => {
    const text = readText(`/proc/sys/${path}`).trim();
    return /^\d+$/.test(text) ? Number(text) : undefined;
  };
  const status = readText('/proc/self/status');
  const capabilities = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? 'ffffffffffffffff';
  return {
    most: setting('user/max_user_namespaces'),
    unprivileged: setting('kernel/unprivileged_userns_clone'),
    apparmor: setting('kernel/apparmor_restrict_unprivileged_userns'),
    filtered: /^Seccomp:\s*2$/m.test(status),
    unmapped: process.getuid?.() === 0 && ((BigInt(`0x${capabilities}`) >> setfcap) & 1n) === 0n,
  };
}

const remedies = {
  none: 'let there be user namespaces, which bubblewrap needs: `sysctl user.max_user_namespaces=15000`, on the machine itself where this is a container',
  unprivileged: 'let users make user namespaces, which bubblewrap needs: `sysctl kernel.unprivileged_userns_clone=1`',
  apparmor:
    'give bwrap an AppArmor profile with `userns,`, or set `sysctl kernel.apparmor_restrict_unprivileged_userns=0`: bubblewrap needs user namespaces',
  unmapped:
    'give root in this container the capability `SETFCAP` (`--cap-add SETFCAP`), or run headgate there as another user: the kernel lets bubblewrap map root into a user namespace only with it',
  filtered:
    'let the seccomp profile of this container allow `clone`, `unshare`, `mount`, `umount2` and `pivot_root` (Docker, Podman: `--security-opt seccomp=FILE`, or `seccomp=unconfined`; Kubernetes: `securityContext.seccompProfile`): a filter of system calls keeps bubblewrap from making namespaces',
  mounts:
    'let this container mount inside its own namespaces: its seccomp profile must allow `mount`, `umount2` and `pivot_root` (`--security-opt seccomp=FILE`), and its AppArmor profile `mount` (`--security-opt apparmor=unconfined`)',
  proc: 'show this container the whole of `/proc`, of which parts are covered: the kernel then lets nobody in it mount a new one (Docker: `--security-opt systempaths=unconfined`; Podman: `--security-opt unmask=ALL`; Kubernetes: `procMount: Unmasked`)',
  unknown:
    'look whether user namespaces are allowed: `sysctl user.max_user_namespaces` must not be 0; Ubuntu 23.10 and later want an AppArmor profile with `userns,` for bwrap, or `sysctl kernel.apparmor_restrict_unprivileged_userns=0`; older Debian `sysctl kernel.unprivileged_userns_clone=1`; and a container a seccomp profile that allows `unshare` and `mount`',
} as const;

/** From the last line that bubblewrap said on standard error. */
export function bubblewrapFault(stderr: string, facts: KernelFacts = kernelFacts()): SandboxUnavailable {
  const line =
    stderr
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^bwrap: /, '') ?? '';
  const cause = causeOf(line, facts);
  return {
    message: line === '' ? 'bubblewrap ended without a word' : `bubblewrap says: ${line}`,
    ...(cause === undefined ? toInstall : withHelp(remedies[cause])),
  };
}

/** Undefined when it has nothing to do with what is allowed here. */
function causeOf(
  line: string,
  { most, unprivileged, apparmor, filtered, unmapped }: KernelFacts,
): keyof typeof remedies | undefined {
  const refused = /not permitted|Permission denied|No permissions/i.test(line);
  if (/mount proc/i.test(line) && refused) return 'proc';
  if (/\/ slave|mount|pivot_root/i.test(line) && refused) return 'mounts';
  if (!refused && !/namespace|uid map|gid map|userns|loopback/i.test(line)) return undefined;
  if (most === 0 || /ENOSPC|No space left/i.test(line)) return 'none';
  if (unprivileged === 0) return 'unprivileged';
  if (apparmor === 1) return 'apparmor';
  if (unmapped && /[ug]id map/.test(line)) return 'unmapped';
  return filtered ? 'filtered' : 'unknown';
}
