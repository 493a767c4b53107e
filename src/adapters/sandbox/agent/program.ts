/** The program that the agent of a sandbox starts. These functions run as text in every agent (see agent.ts): they call nothing else. */
import type * as Fs from 'node:fs';
import type * as Path from 'node:path';
import type { AgentConfig } from './protocol.ts';

/** Descriptors that the host itself inherited from whoever started it have no close-on-exec flag, and would reach the program. */
export function closeInherited(fs: typeof Fs, known: ReadonlySet<number | null>): void {
  let open: readonly number[] = [];
  try {
    open = fs.readdirSync('/proc/self/fd').map(Number);
  } catch {
    // Nothing can be known of them.
  }
  for (const fd of open) {
    if (fd < 3 || known.has(fd)) continue;
    try {
      const flags = /^flags:\s*([0-7]+)/m.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1] ?? '0';
      if ((Number.parseInt(flags, 8) & 0o2000000) === 0) fs.closeSync(fd);
    } catch {
      // The descriptor of the listing itself.
    }
  }
}

/** A code of the system; undefined when it can be started. What is put in front of it would say so in words of its own, and later. */
export function whyNotRun(
  fs: typeof Fs,
  path: typeof Path,
  { argv, cwd, env }: Pick<AgentConfig, 'argv' | 'cwd' | 'env'>,
): string | undefined {
  try {
    if (!fs.statSync(cwd).isDirectory()) return 'ECWD';
  } catch {
    return 'ECWD';
  }
  const name = argv[0] ?? '';
  const places = name.includes('/')
    ? [path.resolve(cwd, name)]
    : (env['PATH'] ?? '').split(':').map((folder) => path.join(folder, name));
  let code = 'ENOENT';
  for (const place of places) {
    try {
      fs.accessSync(place, fs.constants.X_OK);
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') code = (error as NodeJS.ErrnoException).code ?? code;
    }
  }
  return code;
}

/** On any address or on loopback, of both families. Asks the kernel and not the program, which may count connections or take one alone. */
export function listeningPorts(fs: typeof Fs): ReadonlySet<number> {
  const open = new Set<number>();
  for (const file of ['tcp', 'tcp6']) {
    let text = '';
    try {
      text = fs.readFileSync(`/proc/self/net/${file}`, 'latin1');
    } catch {
      // No IPv6 here.
    }
    for (const line of text.split('\n')) {
      const [, address = '', port = ''] =
        /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /.exec(line) ?? [];
      // Words are in the byte order of the machine.
      const own = /^(0{8}|0{32}|(0{16}(FFFF0000|0000FFFF))?(0{8}|0100007F|7F000001)|0{24}01000000|0{31}1)$/;
      if (own.test(address)) open.add(Number.parseInt(port, 16));
    }
  }
  return open;
}

/** What a script needs to call these. */
export const programSource: readonly string[] = [closeInherited, whyNotRun, listeningPorts].map(String);
