import { expect, test } from 'vitest';
import { createSink } from '../../../../src/diagnostics/sink.ts';
import { fileRefs } from '../../../../src/language/decode/file-refs.ts';
import { parseSyntax } from '../../../../src/language/syntax/parse.ts';
import './harness.ts';

const refs = (text: string): readonly string[] => {
  const root = parseSyntax({ file: 'a.json5', text }, createSink());
  if (!root) throw new Error(text);
  return fileRefs(root).map(({ value, range }) => `${value} @ ${text.slice(range.start, range.end)}`);
};

test('every file of a program, in the order of the text', () =>
  expect(
    refs(`{ program: { image: { file: "1" }, entrypoint: [{ file: "2" }, { arg: { file: "3" } }, { argv: [{ file: "4" }] }],
      env: { A: { value: { file: "5" } }, file: { file: "6" } }, vm: { cloud_init: { user_data: { file: '7' } } } } }`),
  ).toEqual([
    '1 @ { file: "1" }',
    '2 @ { file: "2" }',
    '3 @ { file: "3" }',
    '4 @ { file: "4" }',
    '5 @ { file: "5" }',
    '6 @ { file: "6" }',
    `7 @ { file: '7' }`,
  ]));

test('a variable may be called `file`, and a broken program is no reason to fall over', () => {
  expect(refs('{ program: { path: "x", env: { file: "text" } } }')).toEqual([]);
  expect(refs('{ program: { path: { file: "a", when: 1 }, args: { file: 3 }, x: [[[{ file: "deep" }]]] } }')).toEqual([
    'deep @ { file: "deep" }',
  ]);
  for (const text of ['[]', '3', '{ program: null }', '{ metadata: { file: "no" } }']) expect(refs(text)).toEqual([]);
});
