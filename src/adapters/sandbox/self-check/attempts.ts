/**
 * What is tried from inside a sandbox, in the place of the program and before it. This function runs there as text, by a node of its
 * own: it calls nothing from outside. What it says is checked against what the host sees.
 */
import type * as ChildProcess from 'node:child_process';
import type * as Fs from 'node:fs';
import type * as Net from 'node:net';

/** Paths are those of the host. */
export interface Given {
  /** Files to make; none of them is there. */
  readonly outside: readonly string[];
  readonly git: readonly string[];
  /** Files to read. */
  readonly keys: readonly string[];
  /** Settings of the kernel to open for writing; nothing is written. */
  readonly kernel: readonly string[];
  /** On the loopback of the host. */
  readonly ports: readonly { readonly host: string; readonly port: number }[];
  /** Number of the system call, and programs that can make one; what they run comes after their name. */
  readonly keyctl: number;
  readonly callers: readonly (readonly string[])[];
}

/** Indices into what was given, of what could be done. */
export interface Said {
  readonly outside: readonly number[];
  readonly git: readonly number[];
  readonly keys: readonly number[];
  readonly kernel: readonly number[];
  readonly ports: readonly number[];
  /** Start times of the processes that it sees. */
  readonly processes: readonly string[];
  /** Null where nothing could make the call. */
  readonly keyring: boolean | null;
}

interface Node {
  readonly fs: typeof Fs;
  readonly net: typeof Net;
  readonly child: typeof ChildProcess;
}

export function attemptAll({ fs, net, child }: Node, given: Given): void {
  const done = (paths: readonly string[], attempt: (path: string) => void): number[] =>
    paths.flatMap((path, index) => {
      try {
        attempt(path);
        return [index];
      } catch {
        return [];
      }
    });
  const make = (path: string): void => fs.writeFileSync(path, '', { flag: 'wx' });
  const keyring = (): boolean | null => {
    for (const [command = '', ...args] of given.callers) {
      const { status, stdout } = child.spawnSync(command, args, { encoding: 'utf8', env: {}, timeout: 5_000 });
      if (status === 0 && /^-?\d+$/.test(stdout.trim())) return Number(stdout) >= 0;
    }
    return null;
  };
  const processes = (): string[] =>
    fs.readdirSync('/proc').flatMap((name) => {
      if (!/^\d+$/.test(name)) return [];
      try {
        const stat = fs.readFileSync(`/proc/${name}/stat`, 'latin1');
        return [stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''];
      } catch {
        return [];
      }
    });
  const connect = ({ host, port }: Given['ports'][number], index: number): Promise<number[]> =>
    new Promise((settle) => {
      const socket = net.connect({ host, port, timeout: 2_000 });
      const over = (reached: number[]) => (): void => {
        socket.destroy();
        settle(reached);
      };
      socket
        .on('connect', over([index]))
        .on('error', over([]))
        .on('timeout', over([]));
    });
  void Promise.all(given.ports.map(connect)).then((ports) => {
    const said: Said = {
      outside: done(given.outside, make),
      git: done(given.git, make),
      keys: done(given.keys, (path) => void fs.readFileSync(path)),
      kernel: done(given.kernel, (path) => fs.closeSync(fs.openSync(path, 'r+'))),
      ports: ports.flat(),
      processes: processes().slice(0, 8),
      keyring: keyring(),
    };
    process.stdout.write(JSON.stringify(said));
  });
}
