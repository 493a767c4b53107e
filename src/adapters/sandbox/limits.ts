/** What one sandbox may use. */
export interface SandboxLimits {
  /** CPU seconds of one process; null for no limit. */
  readonly cpuSeconds: number | null;
  /** Bytes of private memory that one process may reserve (RLIMIT_DATA). */
  readonly dataBytes: number;
  /**
   * Bytes of all processes together. In a control group everything counts that the kernel holds for them; without one their resident
   * pages do, those shared by several for each.
   */
  readonly totalBytes: number;
  /**
   * Processes at a time, counted every `watchMs`. Eight times as many processes and threads are what the kernel itself refuses, by the
   * control group, and from Linux 5.14 on by RLIMIT_NPROC for everybody who is not root outside.
   */
  readonly processes: number;
  /** 50 unless given; what runs for long and in numbers is looked at less often. */
  readonly watchMs?: number;
  readonly openFiles: number;
  /** Bytes of one file; null for no limit. */
  readonly fileBytes: number | null;
  /** Bytes of /tmp, of /run and of /dev/shm, each; they are held in memory. */
  readonly tmpBytes: number;
}

const MiB = 1024 * 1024;

export const standardLimits: SandboxLimits = {
  cpuSeconds: 60,
  dataBytes: 2048 * MiB,
  totalBytes: 1024 * MiB,
  processes: 128,
  openFiles: 1024,
  fileBytes: 256 * MiB,
  tmpBytes: 256 * MiB,
};

/** Processes and threads together: what the kernel refuses to go beyond. */
export const mostTasks = ({ processes }: Pick<SandboxLimits, 'processes'>): number => processes * 8;

/** What holds for this process already; nobody inside can raise it. */
export interface HostLimits {
  readonly root: boolean;
  /** As `os.release` gives it. */
  readonly kernel: string;
  /** The text of /proc/self/limits. */
  readonly own: string;
}

/** In front of the program; soft CPU limit first, so that its end says why. `prlimit` is where it is installed. */
export function prlimitCommand(prlimit: string, limits: SandboxLimits, host: HostLimits): readonly string[] {
  const least = (name: string, wanted: number): number => {
    const hard = Number(new RegExp(`^Max ${name}\\s+\\S+\\s+(\\d+)`, 'm').exec(host.own)?.[1] ?? wanted);
    return Math.min(wanted, hard);
  };
  const command = [
    prlimit,
    `--data=${least('data size', limits.dataBytes)}`,
    `--nofile=${least('open files', limits.openFiles)}`,
    '--core=0',
  ];
  const { cpuSeconds, fileBytes } = limits;
  if (cpuSeconds !== null) command.push(`--cpu=${least('cpu time', cpuSeconds)}:${least('cpu time', cpuSeconds + 5)}`);
  if (fileBytes !== null) command.push(`--fsize=${least('file size', fileBytes)}`);
  if (!host.root && hasOwnCount(host.kernel)) command.push(`--nproc=${least('processes', mostTasks(limits))}`);
  return [...command, '--'];
}

/** Since 5.14 a user namespace counts its processes by itself; before, those of the whole user counted. */
function hasOwnCount(kernel: string): boolean {
  const [major = 0, minor = 0] = kernel.split('.').map((part) => Number.parseInt(part, 10));
  return major > 5 || (major === 5 && minor >= 14);
}
