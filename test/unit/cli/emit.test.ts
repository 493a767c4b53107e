import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseEmits } from '../../../src/cli/emit.ts';
import { createTempFolder } from '../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
mkdirSync(join(temp.path, 'there.lock.d'));
symlinkSync('there.lock.d', join(temp.path, 'link'));

const parsed = (given: readonly string[]) => () => parseEmits(given, temp.path).length;

describe('outputs that write to the same place', () => {
  it.each([
    ['a file among the recordings of a lock', ['lock=a.lock', 'plan=a.lock.d/x'], 'lock and --emit plan', 'a.lock.d/x'],
    ['deep in them', ['plan=a.lock.d/x/y', 'lock=./a.lock'], 'lock and --emit plan', 'a.lock.d/x/y'],
    ['a file in the place of their folder', ['plan=a.lock.d', 'lock=a.lock'], 'lock and --emit plan', 'a.lock.d'],
    ['a folder in that place', ['lock=a.lock', 'compose=a.lock.d'], 'lock and --emit compose', 'a.lock.d'],
    ['one behind a link', ['lock=there.lock', 'plan=link/x'], 'lock and --emit plan', 'link/x'],
    ['a lock among the recordings of another', ['lock=a', 'lock=a.d/b'], 'lock and --emit lock', 'a.d/b'],
    ['a file in a bundle', ['bundle=b', 'plan=b/plan.json'], 'bundle and --emit plan', 'b/plan.json'],
    ['a folder in a bundle', ['kubernetes=b/k', 'bundle=b'], 'bundle and --emit kubernetes', 'b/k'],
    [
      'a file in the place of a folder of another',
      ['compose=x', 'plan=x/config'],
      'compose and --emit plan',
      'x/config',
    ],
  ] as const)('%s', (_, given, kinds, path) => {
    const message = `--emit ${kinds} both write to \`${path}\``;
    expect(parsed(given)).toThrow(message);
    expect(parsed([...given].reverse())).toThrow(/both write to/);
  });

  it.each([
    ['a file beside a lock', ['lock=a.lock', 'plan=a.lock.json', 'ir=a.lock.d.json']],
    ['two locks', ['lock=a', 'lock=b']],
    ['a lock in a folder of its own name', ['lock=x/a', 'plan=x/b']],
    ['a file beside what another folder has', ['compose=x', 'plan=x/plan.json', 'kubernetes=x/k']],
    ['a bundle beside a file', ['bundle=b', 'plan=b.json']],
    ['a bundle in another folder', ['compose=x', 'bundle=x/b']],
  ] as const)('are not %s', (_, given) => {
    expect(parsed(given)()).toBe(given.length);
  });
});
