import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { actionOf } from '../../../src/runtime/actions/actions.ts';
import { leftOver, pastOf, reconcile } from '../../../src/runtime/actions/reconcile.ts';
import type { Exit } from '../../../src/runtime/environments/local/backoff.ts';
import { exitRecordPath, readExitRecord } from '../../../src/runtime/environments/local/exit-record.ts';
import type { Entry } from '../../../src/runtime/journal/entry.ts';
import { createTempFolder } from '../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const task = actionOf('task.run', '/a');
const service = actionOf('process.start', '/a');
const entry = (type: string, actionId: string, attempt: number, data: object = {}): Entry =>
  ({ type, actionId, attempt, data }) as unknown as Entry;
const good: Exit = { code: 0, signal: null };
const look = (
  action: typeof task,
  entries: readonly Entry[],
  { redo = false, end }: { readonly redo?: boolean; readonly end?: Exit } = {},
) => reconcile(action, pastOf(entries).get(action.id), { redo, endOf: () => end });
const intent = entry('intent', task.id, 1);
const outcome = (state: string, more: object = {}): Entry => entry('outcome', task.id, 1, { state, ...more });

describe('a task', () => {
  it.each([
    ['that was never begun', [], undefined, { kind: 'again', attempt: 1 }],
    ['that had its effect', [intent, outcome('succeeded')], undefined, { kind: 'done' }],
    [
      'that failed',
      [intent, outcome('failed', { exit: 'it ended with status 3' })],
      undefined,
      { kind: 'failed', reason: 'it ended with status 3' },
    ],
    [
      'that never ran',
      [intent, outcome('failed', { exit: 'x', ran: false })],
      undefined,
      { kind: 'again', attempt: 2 },
    ],
    [
      'that was skipped',
      [entry('outcome', task.id, 1, { state: 'skipped' })],
      undefined,
      { kind: 'again', attempt: 2 },
    ],
    ['that was cancelled', [intent, outcome('cancelled')], undefined, { kind: 'unknown', attempt: 1 }],
    ['that was cut off', [intent], undefined, { kind: 'unknown', attempt: 1 }],
    [
      'that was found unknown before',
      [intent, entry('reconciled', task.id, 1, { state: 'unknown' })],
      good,
      { kind: 'unknown' },
    ],
    ['that wrote its end down', [intent], good, { kind: 'done' }],
    [
      'that wrote down that it failed',
      [intent],
      { code: 7, signal: null },
      { kind: 'failed', reason: 'it ended with status 7' },
    ],
    [
      'that wrote down a signal',
      [intent],
      { code: null, signal: 'SIGKILL' },
      { kind: 'unknown', reason: 'it was ended by SIGKILL' },
    ],
  ] as const)('%s', (_, entries, end, decision) => {
    expect(look(task, entries, end ? { end } : {}).decision).toMatchObject(decision);
    const asked = look(task, entries, { redo: true, ...(end ? { end } : {}) }).decision;
    expect(asked).toEqual({ kind: 'again', attempt: entries.length === 0 ? 1 : 2 });
  });

  it('is told of once, and only what was not known', () => {
    expect(look(task, [intent, outcome('succeeded')]).found).toBeUndefined();
    expect(look(task, [intent]).found).toEqual({ attempt: 1, state: 'unknown', data: {} });
    expect(look(task, [intent], { end: good }).found).toEqual({
      attempt: 1,
      state: 'succeeded',
      data: { exit: 'it ended with status 0', from: 'exit record' },
    });
  });
});

it('a service is started again, whatever became of it', () => {
  const begun = entry('intent', service.id, 3);
  for (const entries of [[begun], [begun, entry('outcome', service.id, 3, { state: 'succeeded' })]])
    expect(look(service, entries).decision).toEqual({ kind: 'again', attempt: 4 });
  expect(look(service, [begun]).found).toMatchObject({ attempt: 3, state: 'failed' });
});

it('other actions that were under way have ended with their process', () => {
  const open = [
    'env.probe',
    'secret.bind',
    'process.stop:/a',
    'grant.apply:/a',
    'grant.revoke:/a',
    task.id,
    service.id,
  ];
  const found = leftOver(pastOf([...open.map((id) => entry('intent', id, 1)), entry('intent', 'of.nobody', 1)]));
  expect(found.map(({ action, state }) => [action.id, state])).toEqual([
    ['env.probe', 'failed'],
    ['secret.bind', 'failed'],
    ['process.stop:/a', 'succeeded'],
    ['grant.apply:/a', 'failed'],
    ['grant.revoke:/a', 'succeeded'],
  ]);
});

describe('the record of an end', () => {
  const read = (text: string | undefined): Exit | undefined => {
    const path = exitRecordPath(join(temp.lay({}), 'ends'), '/a/b', 2);
    if (text !== undefined) writeFileSync(path, text);
    return readExitRecord(path);
  };

  it.each([
    ['{"code":0,"signal":null}\n', good],
    ['{"code":null,"signal":"SIGTERM"}\nmore', { code: null, signal: 'SIGTERM' }],
    ['{"code":0,"signal":null}', undefined],
    ['', undefined],
    [undefined, undefined],
    ['{"code":0.5,"signal":null}\n', undefined],
    ['{"code":0,"signal":"SIGTERM"}\n', undefined],
    ['{"code":null,"signal":null}\n', undefined],
    ['{"code":null,"signal":"x\\u001b[31m"}\n', undefined],
    ['null\n', undefined],
    [`${' '.repeat(300)}{"code":0,"signal":null}\n`, undefined],
  ])('%j', (text, exit) => {
    expect(read(text)).toEqual(exit);
  });

  it('stays in its folder, whatever the component is called', () => {
    const folder = temp.lay({});
    mkdirSync(join(folder, 'x'));
    writeFileSync(exitRecordPath(join(folder, 'ends'), '/../../x/é', 1), '\n');
    expect([readdirSync(folder).sort(), readdirSync(join(folder, 'ends')), readdirSync(join(folder, 'x'))]).toEqual([
      ['ends', 'x'],
      [expect.stringMatching(/\.1\.json$/)],
      [],
    ]);
  });
});
