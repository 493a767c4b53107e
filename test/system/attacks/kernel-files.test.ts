/** Settings of the machine lie in /proc and /sys, and root owns them, also without any capability. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { attack, identities } from '../../support/run/attacks.ts';
import { useRuns } from '../../support/run/use-runs.ts';

const runs = useRuns();
/** Opens every file for writing that is to be found, and changes none. */
const walk = `
opened, seen = [], 0
for top in ('/proc', '/sys'):
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if not (folder == '/proc' and name.isdigit())]
        for name in files:
            path = os.path.join(folder, name)
            seen += 1
            if os.path.islink(path): continue
            try: os.close(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK))
            except OSError: continue
            opened.append(path)
tell([seen, opened])
`;

describe.each(identities)('as %s', (as) => {
  it('no file of /proc or /sys that is not of the program itself can be opened for writing', () => {
    const [seen, opened] = attack(runs, as, walk).found as unknown as [number, readonly string[]];
    // Settings of the kernel are there to be read.
    expect(seen).toBeGreaterThan(300);
    // What belongs to the thread that asks.
    expect(opened.filter((path) => !/^\/proc\/(self|thread-self)\//.test(path))).toEqual([]);
  });

  it('the pattern of core dumps is not changed', () => {
    const before = readFileSync('/proc/sys/kernel/core_pattern', 'utf8');
    const script = `
found = []
for path in ('/proc/sys/kernel/core_pattern', '/proc/sys/kernel/modprobe', '/proc/sysrq-trigger', '/sys/kernel/uevent_helper'):
    try:
        with open(path, 'a') as file: file.write('')
        found.append(path)
    except OSError as error: pass
tell(found)`;
    expect(attack(runs, as, script).found).toEqual([]);
    expect(readFileSync('/proc/sys/kernel/core_pattern', 'utf8')).toBe(before);
  });

  it('keys, addresses of the kernel, its log and its command line are not shown', () => {
    const script = `
shown = {}
for name in ('keys', 'key-users', 'kallsyms', 'kmsg', 'kcore', 'kpageflags', 'slabinfo', 'timer_list', 'cmdline', 'acpi', 'bus', 'fs', 'irq', 'pressure'):
    path = '/proc/' + name
    try: shown[name] = os.listdir(path) if os.path.isdir(path) else open(path, 'rb').read(64).decode('latin1')
    except OSError: pass
tell({name: value for name, value in shown.items() if value})`;
    expect(attack(runs, as, script).found).toEqual({});
  });
});
