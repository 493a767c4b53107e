/** What a program by a path of the manifest's choice may be, and what is shown around it. */
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { treeAt } from '../../../../src/adapters/files/scenario-tree.ts';
import { programRefusal, shownFor } from '../../../../src/adapters/sandbox/program-place.ts';

let top = '';
const at = (...parts: readonly string[]): string => join(top, ...parts);
const path = process.env['PATH'];
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'headgate-place-')));
  for (const folder of ['shop/bin', 'victim/bin', 'victim/lib/python3', 'plain', 'shop/venv/bin'])
    mkdirSync(at(folder), { recursive: true });
  for (const file of [
    'shop/tool',
    'shop/bin/tool',
    'victim/bin/tool',
    'victim/tool',
    'plain/tool',
    'shop/venv/bin/tool',
  ])
    writeFileSync(at(file), '');
  writeFileSync(at('shop/venv/pyvenv.cfg'), '');
  chmodSync(at('victim'), 0o700);
});
afterEach(() => {
  process.env['PATH'] = path ?? '';
  rmSync(top, { recursive: true });
});
const tree = () => treeAt(at('shop'));

describe('a program by a relative path', () => {
  it.each(['shop/tool', 'shop/bin/tool', 'shop/none', 'shop/../shop/tool'])('is one of the tree: %s', (program) => {
    expect(programRefusal(at(program), tree())).toBeUndefined();
  });

  it.each(['victim/tool', 'victim/bin/tool', 'shop/../victim/tool', 'none/tool'])(
    'is refused outside: %s',
    (program) => {
      expect(programRefusal(at(program), tree())).toBeDefined();
    },
  );

  it('is judged by where it really lies', () => {
    symlinkSync('../victim/tool', at('shop/out'));
    symlinkSync('../victim', at('shop/folder'));
    symlinkSync('bin/tool', at('shop/in'));
    symlinkSync('/usr/bin/env', at('shop/system'));
    symlinkSync('/proc/self/exe', at('shop/kernel'));
    const refused = ['out', 'folder/tool', 'folder/none', 'in', 'system'].map(
      (name) => programRefusal(at('shop', name), tree()) !== undefined,
    );
    expect(refused).toEqual([true, true, true, false, false]);
    expect(programRefusal('/dev/null', tree())).toBeDefined();
    expect(programRefusal('/proc/1/exe', tree())).toBeDefined();
  });

  it('may be of an installation that is on the PATH, and of none that is closed to others', () => {
    expect(programRefusal(at('victim/bin/tool'), tree())).toBeDefined();
    process.env['PATH'] = at('victim/bin');
    expect(programRefusal(at('victim/bin/tool'), tree())).toBeUndefined();
    expect(programRefusal(at('victim/tool'), tree())).toBeDefined();
    // An empty entry is the current folder, and counts for nothing.
    process.env['PATH'] = ':';
    expect(programRefusal(at('victim/bin/tool'), tree())).toBeDefined();
  });
});

describe('what is shown around a program', () => {
  it('is its folder in the tree, and its file alone elsewhere', () => {
    expect(shownFor(at('shop/tool'), tree())).toBe(at('shop'));
    expect(shownFor(at('shop/bin/tool'), tree())).toBe(at('shop/bin'));
    expect(shownFor(at('plain/tool'), tree())).toBe(at('plain/tool'));
    expect(shownFor(at('victim/tool'), tree())).toBe(at('victim/tool'));
    expect(shownFor(at('plain/tool'), undefined)).toBe(at('plain/tool'));
  });

  it('is an installation of the tree or of the user, and no private one', () => {
    expect(shownFor(at('shop/venv/bin/tool'), tree())).toBe(at('shop/venv'));
    expect(shownFor(at('victim/bin/tool'), tree())).toBe(at('victim/bin/tool'));
    process.env['PATH'] = at('victim/bin');
    expect(shownFor(at('victim/bin/tool'), tree())).toBe(at('victim'));
  });

  it('is never a folder that holds everybody’s things', () => {
    const wide = treeAt('/');
    expect(shownFor('/tool', wide)).toBe('/tool');
    expect(shownFor(join(tmpdir(), 'tool'), treeAt(tmpdir()))).toBe(join(tmpdir(), 'tool'));
  });
});
