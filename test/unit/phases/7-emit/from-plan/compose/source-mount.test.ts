import { describe, expect, it } from 'vitest';
import { sourceMount } from '../../../../../../src/phases/7-emit/from-plan/compose/source-mount.ts';

const root = '${HEADGATE_SOURCE:?is the folder of the root manifest: set it in .env}';

describe('the folder that a program is shown', () => {
  it.each([
    ['scenario.yaml', '', ''],
    ['a/b/part.yaml', '/a/b', ''],
    ['node_modules/headgate/manifests/redaction/manifest.yaml', '/node_modules/headgate', '/manifests/redaction'],
    ['node_modules/@team/parts/manifest.yaml', '/node_modules/@team/parts', ''],
    ['app/node_modules/x/node_modules/@s/y/a/m.yaml', '/app/node_modules/x/node_modules/@s/y', '/a'],
    ['my_node_modules/x/m.yaml', '/my_node_modules/x', ''],
    ['node_modules/$x/a$b/m.yaml', '/node_modules/$$x', '/a$$b'],
  ])('of %s', (manifest, shown, inside) => {
    expect(sourceMount(manifest)).toEqual({
      mount: { type: 'bind', source: `${root}${shown}`, target: '/srv/headgate', read_only: true },
      folder: `/srv/headgate${inside}`,
    });
  });

  it('is none for what no file of this machine says', () => {
    expect([sourceMount(null), sourceMount('https://example.com/m.yaml')]).toEqual([undefined, undefined]);
  });
});
