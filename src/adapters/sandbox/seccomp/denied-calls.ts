/**
 * The system calls that no program of a sandbox may make, and why each is here. Numbers are those of x86_64 and of aarch64; a call
 * that an architecture does not have has no number there.
 */

/**
 * What a sandbox may be given back by name. `browser`: what Chromium needs for its own sandbox, which are user namespaces with process
 * ids and a network of their own, and `chroot` in them; `debugger`: what reads and steers processes of the same sandbox.
 */
export type Widening = (typeof widenings)[number];
export const widenings = ['browser', 'debugger'] as const;

export interface DeniedCall {
  readonly name: string;
  readonly x86_64: number | null;
  readonly aarch64: number | null;
  readonly why: string;
  /** Only when one of these conditions holds; always when there is none. */
  readonly when?: readonly Condition[];
  /** ENOSYS makes libraries fall back to the older call, where the filter can look at the arguments. */
  readonly error?: 'ENOSYS' | 'EAFNOSUPPORT';
  /** Given back by this one: wholly, or but for what `still` says. */
  readonly widening?: { readonly by: Widening; readonly still?: readonly Condition[] };
}

/** About the low 32 bits of an argument, which are all that the kernel looks at for these. */
export type Condition =
  | { readonly argument: number; readonly has: number }
  | { readonly argument: number; readonly is: number }
  | { readonly argument: number; readonly noneOf: readonly number[] };

const newNamespaces = {
  time: 0x00000080,
  mount: 0x00020000,
  cgroup: 0x02000000,
  uts: 0x04000000,
  ipc: 0x08000000,
  user: 0x10000000,
  pid: 0x20000000,
  net: 0x40000000,
};
/** What a sandbox of Chromium's is made of. */
const namespacesOfBrowsers = newNamespaces.user | newNamespaces.pid | newNamespaces.net;
const anyNamespace = Object.values(newNamespaces).reduce((all, flag) => all | flag, 0);
/** The bit of CLONE_NEWTIME means a signal number for clone. */
const namespacesOfClone = anyNamespace & ~newNamespaces.time;
const families = { unix: 1, inet: 2, inet6: 10 };
const tiocsti = 0x5412;
const tioclinux = 0x541c;
/** Linux as it is, and as 32 bit programs and those with a short address space want it; the last only asks. */
const personalities = [0, 0x8, 0x20000, 0x20008, 0xffffffff];

const keyrings =
  'keys of the kernel belong to the user, not to the sandbox: two sandboxes, or the caller, would share them';
const otherProcesses = 'reads or steers another process of the same user';
const mounts = 'changes what the sandbox sees of files';
const kernelCode = 'puts code into the kernel';
const kernelSurface = 'large parts of the kernel behind one call, with a history of holes';
const machine = 'belongs to the machine, not to one program';
const handles = 'opens files by number, past the folders that are shown';
const hardware = 'talks to hardware';
const nested = 'a namespace of its own gives the program capabilities, and with them more of the kernel to attack';

const call = (
  name: string,
  x86_64: number | null,
  aarch64: number | null,
  why: string,
  more: Pick<DeniedCall, 'when' | 'error' | 'widening'> = {},
): DeniedCall => ({ name, x86_64, aarch64, why, ...more });

export const deniedCalls: readonly DeniedCall[] = [
  call('add_key', 248, 217, keyrings),
  call('request_key', 249, 218, keyrings),
  call('keyctl', 250, 219, keyrings),

  call('ptrace', 101, 117, otherProcesses, { widening: { by: 'debugger' } }),
  call('process_vm_readv', 310, 270, otherProcesses, { widening: { by: 'debugger' } }),
  call('process_vm_writev', 311, 271, otherProcesses, { widening: { by: 'debugger' } }),
  call('pidfd_getfd', 438, 438, otherProcesses),
  call('kcmp', 312, 272, otherProcesses),

  call('mount', 165, 40, mounts),
  call('umount2', 166, 39, mounts),
  call('pivot_root', 155, 41, mounts),
  call('chroot', 161, 51, mounts, { widening: { by: 'browser' } }),
  call('open_tree', 428, 428, mounts),
  call('move_mount', 429, 429, mounts),
  call('fsopen', 430, 430, mounts),
  call('fsconfig', 431, 431, mounts),
  call('fsmount', 432, 432, mounts),
  call('fspick', 433, 433, mounts),
  call('mount_setattr', 442, 442, mounts),
  call('open_tree_attr', 467, 467, mounts),
  call('statmount', 457, 457, 'tells folders of the host'),
  call('listmount', 458, 458, 'tells folders of the host'),

  call('clone', 56, 220, nested, {
    when: [{ argument: 0, has: namespacesOfClone }],
    widening: { by: 'browser', still: [{ argument: 0, has: namespacesOfClone & ~namespacesOfBrowsers }] },
  }),
  call('clone3', 435, 435, 'its flags lie in memory, where no filter can look', {
    error: 'ENOSYS',
  }),
  call('unshare', 272, 97, nested, {
    when: [{ argument: 0, has: anyNamespace }],
    widening: { by: 'browser', still: [{ argument: 0, has: anyNamespace & ~namespacesOfBrowsers }] },
  }),
  call('setns', 308, 268, nested),

  call('socket', 41, 198, 'families beyond TCP, UDP and unix sockets reach the kernel and the machine past the edges', {
    when: [{ argument: 0, noneOf: Object.values(families) }],
    error: 'EAFNOSUPPORT',
  }),
  call('socketpair', 53, 199, 'only unix sockets come in pairs', {
    when: [{ argument: 0, noneOf: [families.unix] }],
    error: 'EAFNOSUPPORT',
  }),
  call('ioctl', 16, 29, 'types into the terminal of whoever started headgate', {
    when: [
      { argument: 1, is: tiocsti },
      { argument: 1, is: tioclinux },
    ],
  }),

  call('bpf', 321, 280, kernelCode),
  call('init_module', 175, 105, kernelCode),
  call('finit_module', 313, 273, kernelCode),
  call('delete_module', 176, 106, kernelCode),
  call('create_module', 174, null, kernelCode),
  call('query_module', 178, null, kernelCode),
  call('get_kernel_syms', 177, null, kernelCode),
  call('kexec_load', 246, 104, kernelCode),
  call('kexec_file_load', 320, 294, kernelCode),

  call('perf_event_open', 298, 241, kernelSurface),
  call('io_uring_setup', 425, 425, kernelSurface),
  call('io_uring_enter', 426, 426, kernelSurface),
  call('io_uring_register', 427, 427, kernelSurface),
  call('userfaultfd', 323, 282, 'stops the kernel in the middle of a copy, which makes races into attacks'),
  call('fanotify_init', 300, 262, kernelSurface),
  call('modify_ldt', 154, null, kernelSurface),
  call('uselib', 134, null, kernelSurface),
  call('nfsservctl', 180, 42, kernelSurface),
  call('_sysctl', 156, null, kernelSurface),
  call('personality', 135, 92, 'switches off what makes addresses hard to guess', {
    when: [{ argument: 0, noneOf: personalities }],
  }),

  call('open_by_handle_at', 304, 265, handles),
  call('name_to_handle_at', 303, 264, handles),

  call('acct', 163, 89, machine),
  call('quotactl', 179, 60, machine),
  call('quotactl_fd', 443, 443, machine),
  call('swapon', 167, 224, machine),
  call('swapoff', 168, 225, machine),
  call('reboot', 169, 142, machine),
  call('settimeofday', 164, 170, machine),
  call('clock_settime', 227, 112, machine),
  call('sethostname', 170, 161, machine),
  call('setdomainname', 171, 162, machine),
  call('syslog', 103, 116, 'reads the log of the kernel, which tells addresses and other users'),
  call('vhangup', 153, 58, 'hangs up the terminal of whoever started headgate'),
  call('lookup_dcookie', 212, 18, 'tells paths of the host'),
  call('ustat', 136, null, 'tells of file systems that are not shown'),
  call('sysfs', 139, null, machine),
  call('move_pages', 279, 239, otherProcesses),
  call('migrate_pages', 256, 238, otherProcesses),
  call('iopl', 172, null, hardware),
  call('ioperm', 173, null, hardware),
];
