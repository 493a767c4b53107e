/** What of a /proc is covered, for root and for others. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { procView } from '../../../../src/adapters/sandbox/proc-view.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const proc = temp.lay({});
for (const name of ['1', '4711', 'self', 'sys', 'net', 'sysvipc', 'thread-self', 'acpi', 'of-a-newer-kernel'])
  mkdirSync(join(proc, name));
const files = {
  meminfo: 0o444,
  keys: 0o444,
  kallsyms: 0o444,
  kmsg: 0o400,
  'sysrq-trigger': 0o200,
  mtrr: 0o644,
  everybodys: 0o446,
  cmdline: 0o444,
};
for (const [name, mode] of Object.entries(files)) {
  writeFileSync(join(proc, name), '');
  chmodSync(join(proc, name), mode);
}
const coveredIn = (args: readonly string[]): readonly string[] =>
  args.flatMap((arg, index) => (args[index - 1] === '/dev/null' ? [arg] : [])).sort();

it('settings of the kernel are read-only, and folders that are not listed are empty and cannot be written to', () => {
  for (const root of [true, false]) {
    const text = procView(root, proc).join(' ');
    expect(text).toMatch(/^--ro-bind \/proc\/sys \/proc\/sys /);
    for (const name of ['acpi', 'of-a-newer-kernel'])
      expect(text).toContain(`--tmpfs /proc/${name} --remount-ro /proc/${name}`);
    expect(text).not.toMatch(/(tmpfs|null) \/proc\/(1|4711|self|sys|net|sysvipc|thread-self|meminfo)( |$)/);
  }
});

it('for root whatever it could write to, or alone could read, is covered', () => {
  const paths = ['cmdline', 'everybodys', 'kallsyms', 'keys', 'kmsg', 'mtrr', 'sysrq-trigger'].map(
    (name) => `/proc/${name}`,
  );
  expect(coveredIn(procView(true, proc))).toEqual(paths);
});

it('for others what the kernel refuses them anyway is not', () => {
  const paths = ['cmdline', 'everybodys', 'kallsyms', 'keys', 'sysrq-trigger'].map((name) => `/proc/${name}`);
  expect(coveredIn(procView(false, proc))).toEqual(paths);
});
