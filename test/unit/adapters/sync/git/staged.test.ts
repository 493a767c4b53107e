import { expect, it } from 'vitest';
import { differencesIn } from '../../../../../src/adapters/sync/git/staged.ts';

it('reads what git prints of differences, with any bytes in names', () => {
  const [a, b, none] = ['a'.repeat(40), 'b'.repeat(40), '0'.repeat(40)];
  const raw = Buffer.concat([
    Buffer.from(`:100644 100755 ${a} ${b} M\0a b\n\0:000000 120000 ${none} ${a} A\0`),
    Buffer.from([0xff, 0x3a, 0]),
  ]);
  expect(differencesIn(raw)).toEqual([
    { path: 'a b\n', oldMode: '100644', newMode: '100755', oldId: a, newId: b, status: 'M' },
    { path: '\u00ff:', oldMode: '000000', newMode: '120000', oldId: none, newId: a, status: 'A' },
  ]);
  expect(differencesIn(Buffer.alloc(0))).toEqual([]);
});
