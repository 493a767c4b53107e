import { expect, it } from 'vitest';
import { evidencePath, isPassing } from '../../../../src/plan/verify/folder.ts';

it.each([
  ['owner.json', true],
  ['lock.key', true],
  ['lock.1.key', true],
  ['lock.27.key', true],
  ['lock.0.key', false],
  ['lock.key.txt', false],
  ['control.json', true],
  ['reserve', true],
  ['scratch/a/b', true],
  ['plan.json.4.tmp', true],
  ['evidence/ab.7.tmp', true],
  ['plan.json', false],
  ['journal.ndjson', false],
  ['owner.json/x', false],
  ['logs/reserve', false],
])('%s is there only while a process has the run: %s', (name, passes) => expect(isPassing(name)).toBe(passes));

it('a blob lies under the name of its digest', () => {
  expect(evidencePath('sha256:ab12')).toBe('evidence/ab12');
});
