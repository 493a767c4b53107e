/** Runs the built command line with standard output on a terminal. */
import { spawnSync } from 'node:child_process';
import { type CliRun, cliPath } from './cli.ts';

export interface TerminalOptions {
  readonly cwd: string;
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Node cannot open a terminal of its own, and Python can. Standard error stays a pipe, so that the two are told apart. */
const SCRIPT = `
import fcntl, os, pty, struct, subprocess, sys, termios
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, int(sys.argv[1]), 0, 0))
child = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=slave)
os.close(slave)
while True:
    try:
        data = os.read(master, 65536)
    except OSError:
        break
    if not data:
        break
    sys.stdout.buffer.write(data)
sys.stdout.buffer.flush()
sys.exit(child.wait())
`;

/** Line ends of the terminal are given as those of the program. */
export function runInTerminal(args: readonly string[], { cwd, columns = 100, env }: TerminalOptions): CliRun {
  const { status, signal, stdout, stderr } = spawnSync(
    'python3',
    ['-c', SCRIPT, String(columns), process.execPath, cliPath, ...args],
    { cwd, env: { PATH: process.env['PATH'], ...env }, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  return { status, signal, stdout: stdout.replaceAll('\r\n', '\n'), stderr };
}

const ANSWERING = `
import os, pty, sys
pid, master = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
said = b''
answers = sys.argv[1].encode().splitlines(True)
while True:
    try:
        data = os.read(master, 65536)
    except OSError:
        break
    if not data:
        break
    said += data
    if data.endswith(b'[y/N] ') and answers:
        os.write(master, answers.pop(0))
sys.stdout.buffer.write(said)
sys.stdout.buffer.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

/** Everything on one terminal; each question is given the next line of the answers. */
export function answerInTerminal(args: readonly string[], answers: string, { cwd, env }: TerminalOptions): CliRun {
  const { status, signal, stdout, stderr } = spawnSync(
    'python3',
    ['-c', ANSWERING, answers, process.execPath, cliPath, ...args],
    { cwd, env: { PATH: process.env['PATH'], NO_COLOR: '1', ...env }, encoding: 'utf8' },
  );
  return { status, signal, stdout: stdout.replaceAll('\r\n', '\n'), stderr };
}
