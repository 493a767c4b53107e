/** What is written to where something was mounted twice, or over. */
import { describe, expect, it } from 'vitest';
import { inspect, writableMounts } from '../../../../src/adapters/sandbox/inspect.ts';

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

it('a process without a sandbox is told from one with', () => {
  const found = inspect(process.pid, { processes: 9, writable: ['/etc'] });
  expect(found).toMatchObject({ apart: [], seccomp: false, processes: 9, writable: ['/etc'] });
});

it('a process that is gone is an error', () => {
  expect(() => inspect(2 ** 22 + 1, { processes: 1, writable: [] })).toThrow(/ENOENT/);
});
