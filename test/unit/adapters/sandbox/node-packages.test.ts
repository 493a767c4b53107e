/** Which packages a program for node is shown, and that no link makes them somebody else's. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { treeAt } from '../../../../src/adapters/files/scenario-tree.ts';
import { packagesAround, startsNode } from '../../../../src/adapters/sandbox/node-packages.ts';

let top = '';
const at = (...parts: readonly string[]): string => join(top, ...parts);
const lay = (...files: readonly string[]): void => {
  for (const file of files) {
    mkdirSync(join(at(file), '..'), { recursive: true });
    writeFileSync(at(file), '{}');
  }
};
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'headgate-packages-')));
  lay('shop/app/run.mjs', 'victim/secret', 'victim/package.json');
});
afterEach(() => rmSync(top, { recursive: true }));

/** Of a program in `shop/app`, in the tree `shop`. */
const shown = (): readonly string[] =>
  packagesAround(at('shop/app'), treeAt(at('shop'))).map((path) => path.replace(`${top}/`, ''));

describe('packages', () => {
  it('are those of the folder and of the folders around it, up to the top of the tree', () => {
    lay('shop/app/node_modules/a/x.js', 'shop/app/package.json', 'shop/node_modules/b/x.js', 'shop/package.json');
    lay('node_modules/c/x.js', 'package.json');
    expect(shown()).toEqual([
      'shop/app/package.json',
      'shop/app/node_modules',
      'shop/package.json',
      'shop/node_modules',
    ]);
  });

  it('of a folder beside the tree are none', () => {
    lay('victim/node_modules/a/x.js');
    expect(packagesAround(at('victim'), treeAt(at('shop')))).toEqual([]);
  });

  it.each(['shop', 'shop/app'])('that are a link out of the tree are not shown: in %s', (folder) => {
    symlinkSync(at('victim'), at(folder, 'node_modules'));
    symlinkSync(at('victim/package.json'), at(folder, 'package.json'));
    expect(shown()).toEqual([]);
  });

  it('that are a link that stays in the tree are shown', () => {
    lay('shop/vendor/a/x.js', 'shop/vendor.json');
    symlinkSync('vendor', at('shop/node_modules'));
    symlinkSync('vendor.json', at('shop/package.json'));
    expect(shown()).toEqual(['shop/package.json', 'shop/node_modules']);
  });

  it('that are a link to a home or a folder of the kernel are not shown', () => {
    symlinkSync('/proc', at('shop/node_modules'));
    symlinkSync('/proc/self/environ', at('shop/package.json'));
    expect(shown()).toEqual([]);
  });
});

describe('a headgate that is a link', () => {
  const sdk = (name: string): void => {
    lay('lib/dist/policy.js', 'lib/secret');
    writeFileSync(at('lib/package.json'), JSON.stringify({ name }));
    mkdirSync(at('shop/node_modules'));
    symlinkSync(at('lib'), at('shop/node_modules/headgate'));
  };

  it('shows what a policy imports of it, and nothing else', () => {
    sdk('headgate');
    expect(shown()).toEqual(['shop/node_modules', 'lib/package.json', 'lib/dist/policy.js']);
  });

  it('shows nothing of a package of another name', () => {
    sdk('other');
    expect(shown()).toEqual(['shop/node_modules']);
  });

  it.each(['package.json', 'dist/policy.js'])('shows nothing where its %s is a link to another file', (file) => {
    sdk('headgate');
    writeFileSync(at('victim/package.json'), '{"name":"headgate"}');
    rmSync(at('lib', file));
    symlinkSync(at('victim/package.json'), at('lib', file));
    expect(shown()).toEqual(['shop/node_modules']);
  });

  it('shows nothing where a folder of it leads elsewhere', () => {
    sdk('headgate');
    lay('victim/dist/policy.js');
    rmSync(at('lib/dist'), { recursive: true });
    symlinkSync(at('victim/dist'), at('lib/dist'));
    expect(shown()).toEqual(['shop/node_modules']);
  });
});

it.each([
  [['node', 'x'], true],
  [['/usr/bin/env', 'node', 'x'], true],
  [['./x.mjs'], true],
  [['python3', 'x.py'], false],
])('%j starts node: %s', (argv, expected) => {
  expect(startsNode(argv)).toBe(expected);
});
