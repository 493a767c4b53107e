import { expect, test } from 'vitest';
import { createNearest, listNames } from '../../../../src/phases/4-link/names.ts';

const names = (count: number): ReadonlyMap<string, number> =>
  new Map(Array.from({ length: count }, (_, i) => [`name${i}`, i]));

test('a few names are listed whole, of many the first', () => {
  expect(listNames(names(2))).toBe('`name0`, `name1`');
  expect(listNames(names(8)).split(', ')).toHaveLength(8);
  expect(listNames(names(60_000))).toBe(`${listNames(names(8))}, 59992 more`);
});

test('among few names the nearest is always found', () => {
  const nearest = createNearest();
  for (let i = 0; i < 1000; i++) expect(nearest('nane7', names(9))).toBe('name7');
});

test('among many names it is looked for a hundred times a link', () => {
  const many = names(2000);
  const [nearest, another] = [createNearest(), createNearest()];
  const found = Array.from({ length: 150 }, () => nearest('nane7', many));
  expect(found.filter((name) => name === 'name7')).toHaveLength(100);
  expect(another('nane7', many)).toBe('name7');
});
