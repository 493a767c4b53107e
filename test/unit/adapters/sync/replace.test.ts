/** What a user does between the look at a path and its exchange, which nobody can wait for in a test of the whole. */
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startCopier } from '../../../../src/adapters/sync/copy-file.ts';
import { look } from '../../../../src/adapters/sync/look.ts';
import { startPace } from '../../../../src/adapters/sync/pace.ts';
import { type Exchanged, exchange } from '../../../../src/adapters/sync/replace.ts';
import type { TreeEntry } from '../../../../src/ir/workspace.ts';
import { type Laid, layDown, treeAt } from '../../../support/sync/files.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const copier = startCopier(startPace());
let count = 0;

interface Tried {
  readonly end: Exchanged;
  readonly path: string;
  readonly text: () => string;
}

/** `was` is looked at, then something happens, then it is exchanged for `becomes`. */
async function tried(
  was: Laid | undefined,
  becomes: Laid | undefined,
  happens: (path: string) => void,
): Promise<Tried> {
  const folder = join(temp.path, `case${count++}`);
  const laid = (name: string, one: Laid | undefined): TreeEntry | undefined => {
    const root = join(folder, name);
    layDown(root, one === undefined ? {} : { x: one });
    return treeAt(root).get('x');
  };
  const change = { path: 'x', was: laid('target', was), becomes: laid('staged', becomes) };
  const path = join(folder, 'target/x');
  const place = Buffer.from(path);
  const seen = await look(copier, place);
  happens(path);
  const [fresh, old] = ['staged/x', 'staged/old'].map((name) => Buffer.from(join(folder, name))) as [Buffer, Buffer];
  const end = await exchange(copier, { place, change, seen, fresh, old });
  return { end, path, text: () => readFileSync(path, 'utf8') };
}
const nothing = (): void => {};
const folder = { folder: true } as const;

describe('an exchange', () => {
  it('of a file by a file, of kinds, of nothing, and by nothing', async () => {
    expect((await tried('1', '2', nothing)).text()).toBe('2');
    expect((await tried(undefined, '2', nothing)).text()).toBe('2');
    expect((await tried(folder, '2', nothing)).text()).toBe('2');
    expect(existsSync((await tried('1', undefined, nothing)).path)).toBe(false);
    expect(existsSync((await tried(folder, undefined, nothing)).path)).toBe(false);
    expect((await tried('1', folder, nothing)).end).toBe('done');
  });

  const edits: Readonly<Record<string, (path: string) => void>> = {
    'is written to': (path) => appendFileSync(path, 'mine'),
    'is replaced': (path) => {
      writeFileSync(`${path}.tmp`, 'mine');
      renameSync(`${path}.tmp`, path);
    },
  };
  for (const [what, edit] of Object.entries(edits))
    it.each<readonly [string, Laid | undefined]>([
      ['a file', '2'],
      ['a folder', folder],
      ['a link', { link: 'y' }],
      ['nothing', undefined],
    ])(`leaves what ${what} meanwhile, and was to become %s`, async (_, becomes) => {
      const { end, text } = await tried('1', becomes, edit);
      expect([end, text()]).toEqual(['moved', expect.stringContaining('mine')]);
    });

  it('leaves what came to an empty place meanwhile', async () => {
    const { end, text } = await tried(undefined, '2', (path) => writeFileSync(path, 'mine'));
    expect([end, text()]).toEqual(['moved', 'mine']);
    expect((await tried(undefined, folder, (path) => writeFileSync(path, 'mine'))).end).toBe('moved');
  });

  it('leaves a folder into which something came meanwhile', async () => {
    const inside = (path: string): void => writeFileSync(join(path, 'mine'), 'mine');
    const toFile = await tried(folder, '2', inside);
    expect([toFile.end, readFileSync(join(toFile.path, 'mine'), 'utf8')]).toEqual(['moved', 'mine']);
    const gone = await tried(folder, undefined, inside);
    expect([gone.end, readFileSync(join(gone.path, 'mine'), 'utf8')]).toEqual(['kept', 'mine']);
  });

  it('sees what is written by somebody who had opened the file before', async () => {
    let fd = 0;
    const { end, path } = await tried('1', '2', (opened) => {
      fd = openSync(opened, 'r+');
      writeSync(fd, 'MINE', 0);
    });
    closeSync(fd);
    expect([end, readFileSync(path, 'utf8')]).toEqual(['moved', 'MINE']);
  });

  it('does not bring back what was removed meanwhile', async () => {
    for (const becomes of ['2', folder, { link: 'y' }] as const) {
      const { end, path } = await tried('1', becomes, unlinkSync);
      expect([end, existsSync(path)]).toEqual(['moved', false]);
    }
    expect((await tried('1', undefined, unlinkSync)).end).toBe('done');
    const again = await tried('1', folder, (path) => {
      unlinkSync(path);
      mkdirSync(path);
    });
    expect(again.end).toBe('moved');
  });
});
