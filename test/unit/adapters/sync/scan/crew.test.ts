import { statSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { crewOf } from '../../../../../src/adapters/sync/scan/crew.ts';
import { gathering } from '../../../../../src/adapters/sync/scan/gather.ts';
import { createTempFolder } from '../../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const settings = (root: string) =>
  ({
    ...{ root, dev: statSync(root).dev, exclude: [], isGit: false, rules: [], mounts: [], hashes: true, isCopy: false },
    ...{ began: 0, seed: 1, share: 0, sampledBytes: 0, passesOver: false },
  }) as const;

describe('threads of a scan', () => {
  it('look at a folder again when what was in it is gone', async () => {
    const gathered = gathering(undefined, true);
    const crew = crewOf(settings(temp.lay({ 'a/b': 'x', c: '' })), 0, gathered.take);
    expect(await crew.scan([{ path: 'a/gone' }])).toEqual([]);
    expect(await crew.scan([{ path: 'elsewhere' }])).toEqual([]);
    expect([...gathered.tree().tree.keys()]).toEqual(['a', 'a/b', 'c']);
    await crew.end();
  });

  it('give up on a root that is gone', async () => {
    const crew = crewOf({ ...settings(temp.path), root: `${temp.path}/none` }, 0, () => 0);
    expect(await crew.scan([{ path: '' }])).toEqual([{ code: 'workspace_changing', path: '' }]);
    await crew.end();
  });

  it('end where there is more than anybody can hold', async () => {
    const crew = crewOf(settings(temp.lay({ a: '' })), 0, () => 5_000_000);
    expect(await crew.scan([{ path: '' }])).toEqual([{ code: 'workspace_too_large', path: '', detail: '4000000' }]);
    await crew.end();
  });
});
