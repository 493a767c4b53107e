/** What is written to where something was mounted twice, or over. */
import { describe, expect, it } from 'vitest';
import { inspect, rightsIn, writableMounts } from '../../../../src/adapters/sandbox/inspect.ts';

const line = (point: string, options: string, superOptions = 'rw', type = 'tmpfs'): string =>
  `1 0 0:1 / ${point} ${options} - ${type} ${type} ${superOptions}`;

describe('mount points that can be written to', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['one of each', [line('/', 'ro'), line('/tmp', 'rw'), line('/usr', 'ro,nosuid', 'rw', 'ext4')], ['/tmp']],
    ['of a file system that is read-only itself', [line('/data', 'rw', 'ro')], []],
    ['what lies over it counts', [line('/proc/sys', 'rw'), line('/proc/sys', 'ro')], []],
    ['what is covered by a mount around it does not', [line('/run/a/proc', 'rw'), line('/run/a', 'ro')], []],
    ['but what is mounted in there later does', [line('/run/a', 'ro'), line('/run/a/b', 'rw')], ['/run/a/b']],
    ['a name that begins alike is another folder', [line('/run/ab', 'rw'), line('/run/a', 'ro')], ['/run/ab']],
    ['a name with a blank in it', [line('/a\\040b', 'rw')], ['/a b']],
    ['sorted', [line('/b', 'rw'), line('/a', 'rw')], ['/a', '/b']],
    ['what is not a mount', ['', 'nothing', ' - '], []],
  ])('%s', (_, lines, points) => {
    expect(writableMounts(lines.join('\n'))).toEqual(points);
  });
});

describe('rights', () => {
  const sets = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'];
  const status = (more: Readonly<Record<string, string>> = {}): string =>
    Object.entries({
      ...Object.fromEntries(sets.map((set) => [set, '0000000000000000'])),
      NoNewPrivs: '1',
      Seccomp: '2',
      ...more,
    })
      .map(([name, value]) => `${name}:\t${value}`)
      .join('\n');
  const none = { capabilities: '0', noNewPrivileges: true, seccomp: true };

  it('are none', () => {
    expect(rightsIn(status())).toEqual(none);
  });

  it.each(sets)('are those of every set, of %s too', (set) => {
    expect(rightsIn(status({ [set]: '0000000000002000' }))).toEqual({ ...none, capabilities: '2000' });
  });

  it.each(['0', '1', ''])('are not filtered with %j', (mode) => {
    expect(rightsIn(status({ Seccomp: mode }))).toEqual({ ...none, seccomp: false });
  });

  it('are taken for the worse where nothing is told', () => {
    expect(rightsIn('')).toEqual({ capabilities: 'f', noNewPrivileges: false, seccomp: false });
    expect(rightsIn(status({ NoNewPrivs: '0' }))).toEqual({ ...none, noNewPrivileges: false });
  });
});

it('a process without a sandbox is told from one with', () => {
  const found = inspect(process.pid, { processes: 9, writable: ['/etc'] });
  expect(found).toMatchObject({ apart: [], seccomp: false, processes: 9, writable: ['/etc'] });
});

it('a process that is gone is an error', () => {
  expect(() => inspect(2 ** 22 + 1, { processes: 1, writable: [] })).toThrow(/ENOENT/);
});
