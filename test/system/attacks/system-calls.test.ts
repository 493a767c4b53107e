/** What lies behind the edges is the kernel, which all sandboxes share. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { deniedCalls } from '../../../src/adapters/sandbox/seccomp/denied-calls.ts';
import { architectureOf } from '../../../src/adapters/sandbox/seccomp/filter.ts';
import { attack, identities } from '../../support/run/attacks.ts';
import { useRuns } from '../../support/run/use-runs.ts';

const runs = useRuns();
const architecture = architectureOf(process.arch) ?? 'x86_64';
const number = (name: string): number => deniedCalls.find((call) => call.name === name)?.[architecture] as number;
/** With arguments that change nothing where they were let through. */
const always = deniedCalls.flatMap((call) =>
  call.when === undefined && call[architecture] !== null ? [[call.name, call[architecture]]] : [],
);

describe.each(identities)('as %s', (as) => {
  it('every call of the table is refused', () => {
    const script = `tell({name: call(number, -1, 0, 0, 0, 0, 0) for name, number in ${JSON.stringify(always)}})`;
    const found = attack(runs, as, script).found as Record<string, string>;
    expect(Object.keys(found).length).toBeGreaterThan(50);
    const refused = Object.entries(found).filter(([name, error]) => error === (name === 'clone3' ? 'ENOSYS' : 'EPERM'));
    expect(Object.fromEntries(refused)).toEqual(found);
  });

  it('sockets of other families, namespaces, and typing into a terminal are refused', () => {
    const script = `
def sockets(family):
    try: socket.socket(family, socket.SOCK_RAW if family == 17 else socket.SOCK_DGRAM).close(); return 'done'
    except OSError as error: return errno.errorcode[error.errno]
tell({
    'families': [family for family in range(50) if sockets(family) == 'done'],
    'netlink': sockets(16), 'packet': sockets(17), 'vsock': sockets(40),
    'unshare': call(${number('unshare')}, 0x10000000),
    'clone': call(${number('clone')}, 0x10000011, 0, 0, 0, 0),
    'ioctl': call(${number('ioctl')}, 0, 0x5412, b'x'),
    'shell': subprocess.run(['unshare', '-Ur', 'true'], capture_output=True).returncode != 0,
})`;
    expect(attack(runs, as, script).found).toEqual({
      families: [1, 2, 10],
      netlink: 'EAFNOSUPPORT',
      packet: 'EAFNOSUPPORT',
      vsock: 'EAFNOSUPPORT',
      unshare: 'EPERM',
      clone: 'EPERM',
      ioctl: 'EPERM',
      shell: true,
    });
  });

  it('a key of the caller is not read: whoever starts headgate has it in the keyring of the session', () => {
    // A new keyring of the session is handed down to everything that is started here.
    const around = [
      'python3',
      '-c',
      `import ctypes, os, sys
call = ctypes.CDLL(None, use_errno=True).syscall
assert call(${number('keyctl')}, 1, None) > 0
key = call(${number('add_key')}, b'user', b'headgate-test', b'canary-9133', 11, -3)
# Read by who has it, whoever that is: possessor, user, group, others.
assert key > 0 and call(${number('keyctl')}, 5, key, 0x3f3f3f3f) == 0
os.execvp(sys.argv[1], sys.argv[1:])`,
    ];
    const read = `
buffer = ctypes.create_string_buffer(64)
key = libc.syscall(${number('request_key')}, b'user', b'headgate-test', None, 0)
read = libc.syscall(${number('keyctl')}, 11, key, buffer, 64)`;
    const plain = spawnSync(
      around[0] as string,
      [
        ...around.slice(1),
        'python3',
        '-c',
        `import ctypes\nlibc = ctypes.CDLL(None)${read}\nprint(buffer.value.decode())`,
      ],
      { encoding: 'utf8' },
    );
    expect(plain.stdout, plain.stderr).toBe('canary-9133\n');
    const script = `${read}\ntell([key, read, buffer.value.decode('latin1')])`;
    expect(attack(runs, as, script, around).found).toEqual([-1, -1, '']);
  });

  it('threads, processes, pipes and sockets of the usual kind work', () => {
    const script = `
import threading, multiprocessing, tempfile
out = []
thread = threading.Thread(target=lambda: out.append('thread')); thread.start(); thread.join()
out.append(subprocess.run(['sh', '-c', 'echo process | cat'], capture_output=True, text=True).stdout.strip())
a, b = socket.socketpair(); a.sendall(b'pair'); out.append(b.recv(4).decode())
server = socket.create_server(('127.0.0.1', 0)); client = socket.create_connection(server.getsockname()); server.accept()[0].sendall(b'tcp'); out.append(client.recv(3).decode())
with multiprocessing.Pool(2) as pool: out.append(sum(pool.map(abs, [-1, -2])))
tell(out)`;
    expect(attack(runs, as, script).found).toEqual(['thread', 'process', 'pair', 'tcp', 3]);
  });
});
