import { expect, it } from 'vitest';
import type { Component } from '../../../src/ir/graph.ts';
import { nameIrSources } from '../../../src/language/source-names.ts';

it('names have no ending, unless two would be the same', () => {
  const components = ['a.yaml', 'a.json5', 'b.yaml', 'deep/a.yml'].map(
    (path) => ({ url: `file:///s/${path}`, digest: path }) as unknown as Component,
  );
  const { sources, nameOfUrl } = nameIrSources({ file: 'ir.json', text: '{}' }, components, 'file:///s/');
  expect(sources.map(({ name }) => name)).toEqual(['a.json5', 'a.yaml', 'b', 'deep/a', 'ir.json']);
  const named = ['a.yaml', 'b.yaml', 'deep/a.yml', 'never-read.yaml'].map((path) => nameOfUrl(`file:///s/${path}`));
  expect(named).toEqual(['a.yaml', 'b', 'deep/a', 'never-read.yaml']);
});
