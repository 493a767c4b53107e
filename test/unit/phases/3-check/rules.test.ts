import { expect, test } from 'vitest';
import { rules } from '../../../../src/phases/3-check/rules.ts';
import { lints } from '../../../../src/phases/4-link/lints/lints.ts';
import { loadCatalogue } from '../../../support/catalogue.ts';
import { diagnosticsOf } from './harness.ts';

const catalogue = await loadCatalogue();

test.each([
  ['rule', /^check\//, rules],
  ['lint', /^lint$/, lints],
])('every definition is emitted by exactly one %s', (_, file, emitters) => {
  const emitted = emitters.flatMap(({ emits }) => emits.map(({ code }) => code));
  const declared = catalogue.filter((entry) => file.test(entry.file)).map(({ definition }) => definition.code);
  expect(emitted.sort()).toEqual(declared.sort());
});

test('thousands of unknown names have proposals', () => {
  const n = 4000;
  const list = (of: (i: number) => string): string => Array.from({ length: n }, (_, i) => of(i)).join(', ');
  const body = `components: { ${list((i) => `c${i}: "./c.json5"`)} }, bindings: [${list((i) => `{ to: "#d${i}.s", from: "slots.x${i}" }`)}],`;
  const found = diagnosticsOf(body);
  expect(found).toHaveLength(2 * n);
  expect(found[0]?.help).toContain('did you mean');
});
