import { expect, test } from 'vitest';
import * as checkCatalogue from '../../../src/diagnostics/catalogue/check.ts';
import * as lintCatalogue from '../../../src/diagnostics/catalogue/lint.ts';
import { rules } from '../../../src/phases/3-check/rules.ts';
import { lints } from '../../../src/phases/4-link/lints/lints.ts';
import { diagnosticsOf } from './harness.ts';

test.each([
  ['rule', checkCatalogue, rules],
  ['lint', lintCatalogue, lints],
])('every definition is emitted by exactly one %s', (_, catalogue, emitters) => {
  const emitted = emitters.flatMap(({ emits }) => emits.map(({ code }) => code));
  expect(emitted.sort()).toEqual(
    Object.values(catalogue)
      .map(({ code }) => code)
      .sort(),
  );
});

test('thousands of unknown names have proposals', () => {
  const n = 4000;
  const list = (of: (i: number) => string): string => Array.from({ length: n }, (_, i) => of(i)).join(', ');
  const body = `components: { ${list((i) => `c${i}: "./c.json5"`)} }, bindings: [${list((i) => `{ to: "#d${i}.s", from: "slots.x${i}" }`)}],`;
  const found = diagnosticsOf(body);
  expect(found).toHaveLength(2 * n);
  expect(found[0]?.help).toContain('did you mean');
});
