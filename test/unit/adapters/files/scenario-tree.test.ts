/** Which files of the machine are a scenario's, wherever links, `..` and folders that are not there lead. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageFolder } from '../../../../src/adapters/files/package-folder.ts';
import {
  checkoutAround,
  createTreeFinder,
  realPlace,
  rootFault,
  treeAt,
  treeOfRoot,
} from '../../../../src/adapters/files/scenario-tree.ts';

let top = '';
const at = (...parts: readonly string[]): string => join(top, ...parts);
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'headgate-tree-')));
  for (const folder of ['shop/app/deep', 'victim']) mkdirSync(at(folder), { recursive: true });
  for (const file of ['shop/app/scenario.yaml', 'shop/x', 'victim/secret']) writeFileSync(at(file), '');
});
afterEach(() => rmSync(top, { recursive: true }));

describe('the tree of a root manifest', () => {
  const root = (): string => at('shop/app/scenario.yaml');

  it('is its folder, where there is no checkout', () => {
    expect(treeOfRoot(root()).folder).toBe(at('shop/app'));
  });

  it.each(['a folder', 'a file'])('is the nearest checkout, whose .git is %s', (what) => {
    mkdirSync(at('.git'));
    if (what === 'a folder') mkdirSync(at('shop/.git'));
    else writeFileSync(at('shop/.git'), 'gitdir: ../elsewhere\n');
    expect(treeOfRoot(root()).folder).toBe(at('shop'));
    expect(treeOfRoot(at('shop/app/deep/none.yaml')).folder).toBe(at('shop'));
    expect([checkoutAround(at('shop/app')), checkoutAround(at('victim'))]).toEqual([at('shop'), top]);
  });

  it('is the same for whoever asks for many, in whatever order, and what each of them holds', () => {
    mkdirSync(at('shop/.git'));
    mkdirSync(at('shop/app/deep/further'), { recursive: true });
    const roots = ['shop/app/deep/further/r', 'shop/app/r', 'victim/r', 'shop/r', 'shop/app/deep/r', 'r'].map((one) =>
      at(one),
    );
    const files = ['shop/x', 'shop/app/scenario.yaml', 'victim/secret'].map((one) => at(one));
    const told = (ofRoot: typeof treeOfRoot): readonly unknown[] =>
      roots.map((one) => {
        const { folder, refusal } = ofRoot(one);
        return [folder, files.map((file) => refusal(file) === undefined)];
      });
    expect(told(createTreeFinder().ofRoot)).toEqual([
      ...Array(2).fill([at('shop'), [true, true, false]]),
      [at('victim'), [false, false, true]],
      ...Array(2).fill([at('shop'), [true, true, false]]),
      [top, [true, true, true]],
    ]);
    expect(told(createTreeFinder().ofRoot)).toEqual(told(treeOfRoot));
  });

  it('is a checkout also where .git is a link that leads nowhere', () => {
    symlinkSync('nowhere', at('shop/.git'));
    expect(treeOfRoot(root()).folder).toBe(at('shop'));
  });

  it('is what was named, and nothing around it', () => {
    mkdirSync(at('.git'));
    expect(treeOfRoot(root(), at('shop')).folder).toBe(at('shop'));
    expect(treeOfRoot(root(), at('shop/app/../../shop/')).folder).toBe(at('shop'));
  });

  it('lies where the manifest really lies', () => {
    symlinkSync('shop', at('link'));
    expect(treeOfRoot(at('link/app/scenario.yaml')).folder).toBe(at('shop/app'));
  });

  it('is never a checkout that holds a home', () => {
    expect(checkoutAround(homedir())).toBeUndefined();
    expect(checkoutAround('/')).toBeUndefined();
  });
});

describe('a tree', () => {
  const held = (path: string): boolean => treeAt(at('shop')).refusal(path) === undefined;

  it('holds what lies in it, there or not', () => {
    expect(['shop/x', 'shop/none', 'shop/none/deep/er', 'shop/app/../x'].map((path) => held(at(path)))).toEqual(
      Array(4).fill(true),
    );
  });

  it.each([
    'victim/secret',
    'shop/../victim/secret',
    'shop/app/../../victim',
    'shop/none/../../victim/none',
    'shopx',
    'shop/../shop2/x',
    '.',
  ])('does not hold %s', (path) => {
    expect(treeAt(at('shop')).refusal(at(path))).toMatchObject({ message: "it lies outside of the scenario's tree" });
  });

  it('is not held by itself as a file, and is as a folder', () => {
    expect(held(at('shop'))).toBe(false);
    expect(treeAt(at('shop')).holdsFolder(at('shop'))).toBe(true);
    expect(treeAt(at('shop')).holdsFolder(at('shop/app'))).toBe(true);
    expect(treeAt(at('shop')).holdsFolder(top)).toBe(false);
  });

  it('holds a link by where it leads, and a name below it by the same', () => {
    for (const [name, target] of [
      ['in', 'app/scenario.yaml'],
      ['out', '../victim/secret'],
      ['folder', '../victim'],
      ['absolute', at('victim')],
      ['chain', 'folder'],
      ['dangling', '../victim/none'],
      ['back', '../shop/app'],
    ] as const)
      symlinkSync(target, at('shop', name));
    const found = [
      'in',
      'back/scenario.yaml',
      'out',
      'folder/secret',
      'folder/none/deep',
      'absolute',
      'chain/secret',
      'dangling',
    ];
    expect(found.map((name) => held(at('shop', name)))).toEqual([true, true, ...Array(6).fill(false)]);
  });

  it('does not hold what a circle of links leads to as anything else than itself', () => {
    symlinkSync('b', at('shop/a'));
    symlinkSync('a', at('shop/b'));
    // It cannot be opened, so nothing is gained.
    expect(held(at('shop/a'))).toBe(true);
    expect(realPlace(at('shop/a/x'))).toBe(at('shop/a/x'));
  });

  it('that does not exist holds what would lie in it', () => {
    const none = treeAt(at('none'));
    expect([none.folder, none.refusal(at('none/x')), none.refusal(at('shop/x')) === undefined]).toEqual([
      at('none'),
      undefined,
      false,
    ]);
  });

  it('holds the manifests that headgate brings', () => {
    expect(held(join(packageFolder(), 'manifests', 'any', 'manifest.yaml'))).toBe(true);
    expect(held(join(packageFolder(), 'manifests', '..', 'package.json'))).toBe(false);
  });
});

describe('a tree that is too wide', () => {
  it.each(['/', homedir(), dirname(homedir()), '/tmp'])(
    'holds what lies directly in it, and is not hidden: %s',
    (folder) => {
      const tree = treeAt(folder);
      expect(tree.refusal(join(folder, 'scenario-of-nobody.yaml'))).toBeUndefined();
      for (const path of ['.ssh', '.bashrc', 'a/b', '.config/headgate/trust'])
        expect([path, tree.refusal(join(folder, path)) === undefined]).toEqual([path, false]);
    },
  );

  it.each(['/proc/self/environ', '/proc/1/root/etc/passwd', '/sys/kernel/x', '/dev/null', '/dev', '/proc'])(
    'never holds what is the kernel’s, as / or by name: %s',
    (path) => {
      expect(treeAt('/').refusal(path)).toBeDefined();
      expect(treeAt('/proc').refusal(path)).toBeDefined();
      symlinkSync(path, at('shop/link'));
      expect(treeAt(at('shop')).refusal(at('shop/link'))).toBeDefined();
    },
  );

  it('cannot be named with --root', () => {
    expect(rootFault('/')).toContain('it holds a home');
    expect(rootFault(homedir())).toContain('it holds a home');
    expect(rootFault('/proc/self')).toContain('belongs to the kernel');
    symlinkSync('/dev', at('dev'));
    expect(rootFault(at('dev'))).toContain('belongs to the kernel');
    symlinkSync(homedir(), at('home'));
    expect(rootFault(at('home'))).toContain('it holds a home');
    expect(rootFault(at('shop'))).toBeUndefined();
  });
});
