/** What a program leaves in storage that is meant to be gone with it. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runPaths } from '../../../src/runtime/state/run-folder.ts';
import { attempt, identities } from '../../support/run/attacks.ts';
import { runFolders } from '../../support/run/journal.ts';
import { useRuns } from '../../support/run/use-runs.ts';

const runs = useRuns();

describe.each(identities)('as %s', (as) => {
  it.each([
    ['a folder without rights', "os.makedirs('/data/a/b'); tell(1); os.chmod('/data/a/b', 0); os.chmod('/data/a', 0)"],
    ['its own mount without rights', "tell(1); os.chmod('/data', 0)"],
    [
      'a path that is longer than any that can be opened',
      "tell(1); os.chdir('/data')\nfor _ in range(60): os.mkdir('d' * 200); os.chdir('d' * 200)\nopen('x', 'w').close()",
    ],
  ])('ephemeral storage is gone with its run, whatever lies in it: %s', (_, script) => {
    const { end, stateDir } = attempt(runs, as, script, {}, { retention: 'ephemeral' });
    expect(end.status, end.stderr).toBe(0);
    const [id = ''] = runFolders(stateDir);
    const { folder, scratch } = runPaths(stateDir, id);
    expect([existsSync(folder), existsSync(scratch)]).toEqual([true, false]);
  });
});
