/** What a container without privileges is to a program in it: put before the command line, which then has the same process id. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DeniedCall, deniedCalls } from '../../../src/adapters/sandbox/seccomp/denied-calls.ts';
import { architectureOf, filterOf } from '../../../src/adapters/sandbox/seccomp/filter.ts';

/** Loads a filter of system calls from a file, and becomes the command. */
const loader = `
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
data = open(sys.argv[1], 'rb').read()
class Program(ctypes.Structure): _fields_ = [('len', ctypes.c_ushort), ('filter', ctypes.c_void_p)]
held = ctypes.create_string_buffer(data, len(data))
program = Program(len(data) // 8, ctypes.cast(held, ctypes.c_void_p))
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(program), 0, 0): sys.exit('no filter')
os.execvp(sys.argv[2], sys.argv[2:])
`;

/** Root there has no capability but that which lets it map itself, which container runtimes leave it. */
const withoutCapabilities = ['setpriv', '--bounding-set=-all,+setfcap', '--inh-caps=-all', '--no-new-privs'];
/** And this one not even that. */
export const withNoCapability = ['setpriv', '--bounding-set=-all', '--inh-caps=-all', '--no-new-privs'];

/** Refuses these calls as the profiles of container runtimes do. `folder` takes the filter. */
export function filtered(folder: string, names: readonly string[]): readonly string[] {
  const calls = deniedCalls.filter(({ name }) => names.includes(name)).map((call): DeniedCall => call);
  if (calls.length !== names.length) throw new Error('not all of these are in the table');
  const path = join(folder, `${names.join('-')}.bpf`);
  writeFileSync(path, filterOf(architectureOf(process.arch) ?? 'x86_64', calls));
  return [...withoutCapabilities, '/usr/bin/python3', '-c', loader, path];
}

export const namespaceCalls = ['clone', 'clone3', 'unshare', 'setns'];
export const mountCalls = ['mount', 'umount2', 'pivot_root'];

const inNamespace = (script: string): readonly string[] => [
  'unshare',
  '-Urm',
  'sh',
  '-c',
  `${script} && exec "$@"`,
  'sh',
];

/** Parts of /proc are covered, and the kernel then mounts no other. */
export const maskedProc: readonly string[] = [
  ...inNamespace('mount --bind /dev/null /proc/keys && mount --bind /dev/null /proc/timer_list'),
  ...withoutCapabilities,
];

export const noNamespaces: readonly string[] = [
  ...inNamespace('echo 0 > /proc/sys/user/max_user_namespaces'),
  ...withoutCapabilities,
];
