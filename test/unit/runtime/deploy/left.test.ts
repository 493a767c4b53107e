import { expect, it } from 'vitest';
import type { Entry } from '../../../../src/language/journal/entry.ts';
import { settleInPlace } from '../../../../src/runtime/deploy/left.ts';
import { createFakeClock } from '../../../support/run/fake-clock.ts';
import { memoryRecord } from '../../../support/run/memory-record.ts';
import { ofAction, start } from '../journal/entries.ts';

/** What becomes of the task `/job`, whose container is gone. */
function left(entries: readonly Entry[]): object {
  const { known, record } = memoryRecord(createFakeClock());
  for (const entry of entries) known.add(entry);
  const { ended, running, blocked } = settleInPlace({ runId: 'r', tasks: ['/job'], seen: new Map(), known, record });
  return { ended: [...ended], running: [...running], blocked: blocked.map(({ gate }) => gate) };
}

const begun = ofAction('intent', 'task.run:/job');
const done = ofAction('outcome', 'task.run:/job', { state: 'succeeded', exit: 'it ended with status 0' });
const over = { ended: [['/job', { status: 'finished', code: 0 }]], running: [], blocked: [] };
const again = { ended: [], running: [], blocked: [] };
const unknown = { ended: [], running: [], blocked: ['outcome_unknown'] };

it.each([
  ['is over', [start(), begun, done, start()], over],
  ['is asked for again', [start(), begun, done, start({ redo: ['/job'] })], again],
  ['was asked for again, and headgate was killed', [start(), begun, done, start({ redo: ['/job'] }), start()], again],
  ['was begun again, and is gone', [start(), begun, done, start({ redo: ['/job'] }), begun, start()], unknown],
])('a task in a place that %s', (_, entries, expected) => {
  expect(left(entries)).toEqual(expected);
});
