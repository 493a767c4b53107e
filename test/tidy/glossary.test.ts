import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('gives every word one meaning', () => {
  const words = [...readFileSync('docs/glossary.md', 'utf8').matchAll(/^\| ([^|]+?) \|/gm)]
    .flatMap(([, cell = '']) => cell.split(', '))
    .filter((word) => word !== 'word' && word !== '---');
  expect(words).toContain('target');
  expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
});
