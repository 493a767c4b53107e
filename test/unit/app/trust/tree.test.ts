import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { placeOf } from '../../../../src/app/trust/tree.ts';

it('what settings name lies outside where a link leads there, also to what is not there yet', () => {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'headgate-trust-tree-')));
  try {
    mkdirSync(join(top, 'shop/.git'), { recursive: true });
    symlinkSync('../victim', join(top, 'shop/link'));
    const { outside } = placeOf(join(top, 'shop'));
    expect(['in', './none/deep', 'link', 'link/none', '../shop/x', '~/x'].map((path) => outside(path))).toEqual([
      undefined,
      undefined,
      join(top, 'victim'),
      join(top, 'victim/none'),
      undefined,
      '~/x',
    ]);
  } finally {
    rmSync(top, { recursive: true });
  }
});
