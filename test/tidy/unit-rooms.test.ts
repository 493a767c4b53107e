/** Unit tests lie where what they test lies: those of src/x/ in test/unit/x/. */
import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow } from '../support/harness.ts';
import { importsOf, type SourceFile, sourceFiles } from '../support/source-files.ts';

/** Folders and files of test/unit that are of no room, and why. */
const ofNoRoom: Readonly<Record<string, string>> = {
  growth: 'counts the steps of many rooms, bundled as one program',
  'validators.test.ts': 'holds what `npm run gen` made of each schema',
  'deep.test.ts': 'no phase recurses: one test for the whole of compile.ts',
};

/** Folders of src, from there. */
const rooms: ReadonlySet<string> = new Set(
  filesBelow('src').flatMap((path) => path.split('/').map((_, depth, parts) => parts.slice(0, depth).join('/'))),
);

function faultsOf(file: SourceFile): readonly string[] {
  const path = file.path.slice('test/unit/'.length);
  if ((path.split('/')[0] as string) in ofNoRoom) return [];
  const room = posix.dirname(path);
  if (room === '.' || !rooms.has(room)) return [`${file.path}: there is no folder src/${room}`];
  const name = posix.basename(path).replace(/(\.test)?\.ts$/, '.ts');
  const tested = importsOf(file).filter(({ target }) => target.startsWith('src/') && posix.basename(target) === name);
  if (tested.length === 0 || tested.some(({ target }) => target === `src/${room}/${name}`)) return [];
  return tested.map(({ target }) => `${file.path}: what it is named after is ${target}`);
}

describe('unit tests', () => {
  it('lie in the room of what they test', () => {
    expect(sourceFiles('test/unit').flatMap(faultsOf)).toEqual([]);
  });

  it('are all of those that are of no room', () => {
    expect(Object.keys(ofNoRoom).filter((path) => !existsSync(`test/unit/${path}`))).toEqual([]);
  });

  it.each([
    ['govern/trust.test.ts', 'there is no folder src/govern'],
    ['glob.test.ts', 'there is no folder src/.'],
    ['language/glob.test.ts', 'what it is named after is src/base/glob.ts'],
  ])('are not at %s', (path, fault) => {
    const up = '../'.repeat(path.split('/').length + 1);
    const text = `import { glob } from '${up}src/base/glob.ts';`;
    expect(faultsOf({ path: `test/unit/${path}`, text }).join()).toContain(fault);
    expect(faultsOf({ path: 'test/unit/base/glob.test.ts', text })).toEqual([]);
  });
});
