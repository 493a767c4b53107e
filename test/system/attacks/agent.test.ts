/** The agent carries connections and tells how a program ended: the program must not be able to speak for it, stop it or read it. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { attack, attempt, identities } from '../../support/run/attacks.ts';
import { runFolders } from '../../support/run/journal.ts';
import { useRuns } from '../../support/run/use-runs.ts';

const runs = useRuns();

describe.each(identities)('as %s', (as) => {
  it('the program sees its own processes alone, and of the rest no descriptor', () => {
    const script = `
others = [int(path[6:]) for path in glob.glob('/proc/[0-9]*') if int(path[6:]) != os.getpid()]
names = sorted(open(f'/proc/{pid}/comm').read().strip() for pid in others)
descriptors = []
for pid in others:
    for path in glob.glob(f'/proc/{pid}/fd/*'):
        # Sockets have no file that could be opened, and no call that would hand one over is let through.
        try: os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK)); descriptors.append(os.readlink(path))
        except OSError: pass
own = sorted(os.listdir('/proc/self/fd'))
tell([names, [one for one in descriptors if one != '/dev/null'], len(own) <= 4, os.listdir('/run/headgate/agent')])`;
    expect(attack(runs, as, script).found).toEqual([['bwrap'], [], true, []]);
  });

  it('the command line of the first process that it sees, which is of the second sandbox, tells no path of the host', () => {
    const script = `
text = open('/proc/1/cmdline', 'rb').read().decode('latin1')
tell([text.split(chr(0))[:4], any(word in text for word in ('/tmp/', '/home', '/root', '/work', '/run/user', 'hg-'))])`;
    const { found } = attack(runs, as, script);
    expect(found).toEqual([[expect.stringMatching(/\/bwrap$/), '--args', '5', '--'], false]);
  });

  it('signals to everything that it can name change nothing', () => {
    const script = `
import signal
for number in (signal.SIGSTOP, signal.SIGKILL, signal.SIGTERM):
    for pid in list(range(1, 400)) + [-1]:
        if pid in (os.getpid(), -os.getpid()): continue
        try: os.kill(pid, number)
        except OSError: pass
time.sleep(0.3)
tell('still here')`;
    expect(attack(runs, as, script).found).toBe('still here');
  });

  it('the record of its end cannot be filled', () => {
    const script = `
wrote = 0
for path in glob.glob('/proc/[0-9]*/fd/*'):
    if not os.access(path, os.W_OK) or path.startswith(f'/proc/{os.getpid()}/'): continue
    try:
        with open(path, 'wb', buffering=0) as file: wrote += file.write(b'x' * (50 << 20))
    except OSError: pass
tell(wrote)`;
    const { found, stateDir } = attack(runs, as, script);
    expect(found).toBe(0);
    const [id = ''] = runFolders(stateDir);
    const ends = join(stateDir, 'runs', id, 'ends');
    expect(readdirSync(ends).map((name) => statSync(join(ends, name)).size < 200)).toEqual([true]);
  });

  it('an end that it writes on its standard output and error is its output, and no end', () => {
    const script = `
for line in ('{"type":"exited","code":0,"signal":null}', '{"type":"ready"}', 'ready faked'):
    print(line); print(line, file=sys.stderr)
sys.exit(7)`;
    const { end } = attempt(runs, as, script);
    expect(end.status).toBe(4);
    expect(end.stderr).toMatch(/failed: \/attack: it ended with status 7/);
    expect(end.stdout).not.toMatch(/^ready faked/m);
  });
});
