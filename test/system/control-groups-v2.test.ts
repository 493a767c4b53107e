/** On a kernel that has control groups of version 2 alone, the kernel holds the limits of root's sandboxes, and of who was given a group. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cannotRunThere, type EndThere, type RunThere, runThere } from '../support/run/other-kernel.ts';
import { python, scenarioOf } from '../support/run/scenarios.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const filesFor = (script: string): Readonly<Record<string, string>> => ({
  ...scenarioOf({ attack: python(script, { restart: 'never' }) }),
  'headgate.yaml': JSON.stringify({
    components: { '/attack': { restart: 'never', limits: { memoryMiB: 96, processes: 24 } } },
  }),
});
const nameless =
  'import os, time\nheld = []\nfor _ in range(40):\n    fd = os.memfd_create("x"); held.append(fd)\n    for _ in range(10): os.write(fd, b"x" * (1 << 20))\ntime.sleep(600)';
const doubling = 'import os, time\nfor _ in range(7): os.fork()\ntime.sleep(600)';

describe.skipIf(cannotRunThere).each(['root', 'user'] as const)('as %s', (as) => {
  let ends: Readonly<Record<string, EndThere>>;
  beforeAll(() => {
    const runs: readonly RunThere[] = [
      { name: 'nameless', as, files: filesFor(nameless) },
      { name: 'doubling', as, files: filesFor(doubling) },
      { name: 'harmless', as, files: filesFor('print("up")') },
    ];
    ends = runThere(temp.lay({}), runs);
  });

  it('memory that no process has mapped ends a program', () => {
    const { status, said } = ends['nameless'] as EndThere;
    expect([status, said]).toEqual([4, expect.stringContaining('it took 96 MiB of memory, and 96 MiB are allowed')]);
  });

  it('processes do', () => {
    const { status, said } = ends['doubling'] as EndThere;
    expect([status, said]).toEqual([4, expect.stringMatching(/it ran \d+ processes at once, and 24 are allowed/)]);
  });

  it('the evidence says that the kernel holds both, and no group is left', () => {
    for (const { kept, groups } of Object.values(ends)) {
      const [measured] = kept.flatMap((text) => (text.includes('"noNewPrivileges"') ? [JSON.parse(text)] : []));
      expect(measured.limits).toMatchObject({ memory: 'enforced', processes: 'enforced' });
      expect(groups).toBe('');
    }
    expect(ends['harmless']?.status).toBe(0);
  });
});
