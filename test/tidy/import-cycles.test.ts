import { describe, expect, it } from 'vitest';
import { strongCycles } from '../../src/base/cycles.ts';
import { importsOf, type SourceFile, sourceFiles } from '../support/source-files.ts';

/** One circle for each knot of files that import one another, types included: a shared type has a file of its own. */
function circlesOf(files: readonly SourceFile[]): readonly string[] {
  const numbers = new Map(files.map(({ path }, index) => [path, index]));
  const edges = files.flatMap((file, from) =>
    importsOf(file).flatMap(({ target }) => {
      const to = numbers.get(target);
      return to === undefined ? [] : [{ from, to }];
    }),
  );
  const pathOf = (number: number | undefined): string => files[number ?? -1]?.path ?? '?';
  return strongCycles(files.length, edges).map((circle) =>
    [pathOf(edges[circle[0] as number]?.from), ...circle.map((edge) => pathOf(edges[edge]?.to))].join(' → '),
  );
}

describe('imports', () => {
  it('go round in no circle', () => {
    expect(circlesOf(sourceFiles('src'))).toEqual([]);
  });

  it('are seen to, of types as well', () => {
    const files = [
      { path: 'src/a.ts', text: "import type { B } from './b/b.ts';" },
      { path: 'src/b/b.ts', text: "import { c } from './c.ts';" },
      { path: 'src/b/c.ts', text: "export type { A } from '../a.ts';" },
      { path: 'src/d.ts', text: "import { c } from './b/c.ts';" },
    ];
    expect(circlesOf(files)).toEqual(['src/a.ts → src/b/b.ts → src/b/c.ts → src/a.ts']);
    expect(circlesOf(files.slice(1))).toEqual([]);
  });
});
