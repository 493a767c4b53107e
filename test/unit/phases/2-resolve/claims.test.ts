/** Files that a text names which cannot be parsed. */
import { expect, it } from 'vitest';
import { wordsThatName } from '../../../../src/phases/2-resolve/claims.ts';

const named = (text: string): readonly string[] =>
  wordsThatName(text, 'file:///s/scenario.yaml').map((url) => url.replace('file:///s/', ''));

it('each once, by its last ending', () => {
  expect(named('a: [./x.yaml, "y.json5"] # x.yaml.yml, ./x.yaml; .yaml z.yamlx a.yml/b')).toEqual([
    'x.yaml',
    'y.json5',
    'x.yaml.yml',
    'a.yml',
  ]);
});

it('a long word is gone over once', () => {
  expect(named(`${'x'.repeat(400_000)} ${'.yaml'.repeat(40_000)}-`)).toEqual([]);
});
