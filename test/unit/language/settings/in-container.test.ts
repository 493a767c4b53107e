import { describe, expect, it } from 'vitest';
import type { Graph } from '../../../../src/ir/graph.ts';
import type { Mention } from '../../../../src/ir/runtime-settings.ts';
import { replacedInContainer } from '../../../../src/language/settings/in-container.ts';

const image = { image: 'acme/api:1' };
const path = { path: '/bin/true' };
const graph = (program: object | null): Graph => ({ components: [{ moniker: '/api', program }] }) as unknown as Graph;
const mention: Mention = { what: 'mounted config', of: '/api', name: 'token' };

describe('a file that is to be replaced', () => {
  it.each([
    ['an image', undefined, [image], true],
    ['a path', undefined, [path], false],
    ['no program', undefined, [null], false],
    ['a path that the settings put into a container', 'docker', [path], true],
    ['an image that the settings do not', 'local', [image], false],
    ['no scenario', undefined, [], false],
    ['an image in each of two scenarios', undefined, [image, image], true],
    // Which of them is compiled with these settings is not known.
    ['an image in one of two scenarios', undefined, [path, image], false],
  ] as const)('of %s', (_, environment, programs, isRefused) => {
    const components = { '/api': environment === undefined ? {} : { environment } };
    const code = replacedInContainer(mention, components, programs.map(graph))?.code;
    expect(code).toBe(isRefused ? 'settings/rotation-in-container' : undefined);
  });

  it('of a component that only another scenario has', () => {
    const other = { components: [{ moniker: '/other', program: path }] } as unknown as Graph;
    expect(replacedInContainer(mention, {}, [graph(image), other])).toMatchObject({ severity: 'error' });
  });

  it('is not meant by another mention', () => {
    const other: Mention = { what: 'config path', of: '/api', name: 'token' };
    expect(replacedInContainer(other, {}, [graph(image)])).toBeUndefined();
  });
});
