import { relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runningSettings } from '../../../src/app/running-settings.ts';

/** Of a scenario whose root manifest lies in `root`, asked about from `/cwd`. */
async function sourcesFrom(root: string, sources: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const workspaces = Object.fromEntries(
    Object.entries(sources).map(([name, source]) => [
      name,
      { source, kind: 'dir', mode: 'isolated', conflictPolicy: 'keep_local' } as const,
    ]),
  );
  const running = { components: {}, probes: {}, workspaces, files: [], mentions: [] };
  const inside = (name: string): string => relative(root, resolve('/cwd', name));
  const settings = { file: 'headgate.yaml', running, vaults: {} } as unknown as Parameters<typeof runningSettings>[0];
  const read = await runningSettings(settings, { cwd: '/cwd', tree: undefined, inside });
  return Object.fromEntries(Object.entries(read.workspaces ?? {}).map(([name, { source }]) => [name, source]));
}

describe('sources of workspaces', () => {
  it('are seen from the folder of the root manifest, wherever one is', async () => {
    const sources = { here: 's', below: 's/w', beside: 'w', around: '.' };
    expect(await sourcesFrom('/cwd', sources)).toEqual(sources);
    expect(await sourcesFrom('/cwd/s', sources)).toEqual({ here: '.', below: 'w', beside: '../w', around: '..' });
  });
});
