/** What a later process of a run does about an action, told from the journal and from what tasks wrote down of their ends. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ActionState, ActionType } from '../../../../src/ir/action.ts';
import type { Exit } from '../../../../src/ports/environment.ts';
import type { Replay } from '../../../../src/runtime/actions/handler.ts';
import { handlers } from '../../../../src/runtime/actions/handlers.ts';
import { decide, isToBeFound } from '../../../../src/runtime/actions/replay.ts';
import {
  exitRecordPath,
  readExitRecord,
  recordsBeyond,
} from '../../../../src/runtime/environments/local/exit-record.ts';
import type { ActionRecord } from '../../../../src/runtime/journal/fold.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const record = (state: ActionState | undefined, more: Partial<ActionRecord> = {}): ActionRecord => ({
  action: { type: 'task.run', target: '/a' },
  attempt: 1,
  state,
  phase: 'over',
  exit: undefined,
  lastExit: undefined,
  ran: true,
  pid: undefined,
  restarts: 0,
  generation: 0,
  ...more,
});

it('each type of action has its class, and what takes it back', () => {
  const table = Object.entries(handlers).map(([type, { replay, undo }]) => [type, replay, undo]);
  expect(table).toEqual([
    ['env.probe', 'safe', null],
    ['secret.bind', 'safe', null],
    ['grant.apply', 'check', 'grant.revoke'],
    ['grant.revoke', 'safe', null],
    ['process.start', 'check', 'process.stop'],
    ['task.run', 'never', 'process.stop'],
    ['probe.run', 'safe', null],
    ['process.stop', 'safe', null],
    ['enforcement.prove', 'safe', null],
    ['gate.confirm', 'safe', null],
    ['workspace.prepare', 'check', 'workspace.teardown'],
    ['workspace.finalize', 'check', null],
    ['workspace.teardown', 'safe', null],
  ] satisfies [ActionType, Replay, ActionType | null][]);
});

describe('what may not be had twice', () => {
  it.each([
    ['was never begun', undefined, { kind: 'again' }],
    ['had its effect', record('succeeded'), { kind: 'done' }],
    [
      'failed',
      record('failed', { exit: 'it ended with status 3' }),
      { kind: 'failed', reason: 'it ended with status 3' },
    ],
    ['never ran', record('failed', { exit: 'x', ran: false }), { kind: 'again' }],
    ['was skipped', record('skipped'), { kind: 'again' }],
    [
      'was cancelled',
      record('cancelled'),
      { kind: 'unknown', reason: 'it was ended in the middle when the run was cancelled' },
    ],
    ['was cut off', record(undefined), { kind: 'unknown', reason: 'headgate was ended while it ran' }],
    ['was found unknown before', record('unknown'), { kind: 'unknown', reason: 'headgate was ended while it ran' }],
  ] as const)('when it %s', (_, known, decision) => {
    expect(decide('never', known, undefined, false)).toEqual(decision);
    expect(decide('never', known, undefined, true)).toEqual({ kind: 'again' });
  });

  it('counts what was found above what was written', () => {
    expect(decide('never', record(undefined), { state: 'succeeded' }, false)).toEqual({ kind: 'done' });
    const found = { state: 'unknown', exit: 'it was ended by SIGKILL' } as const;
    expect(decide('never', record(undefined), found, false)).toEqual({ kind: 'unknown', reason: found.exit });
  });
});

it('what is checked is done where its effect is there, and done again elsewhere', () => {
  for (const state of [undefined, 'succeeded', 'failed', 'cancelled'] as const) {
    expect(decide('check', record(state), { state: 'succeeded' }, false)).toEqual({ kind: 'done' });
    expect(decide('check', record(state), { state: 'failed' }, false)).toEqual({ kind: 'again' });
    expect(decide('safe', record(state), { state: 'succeeded' }, false)).toEqual({ kind: 'again' });
  }
});

it('what is checked and may still be there where nobody can ask is not begun a second time', () => {
  const found = { state: 'unknown', exit: 'no answer' } as const;
  for (const state of [undefined, 'succeeded', 'unknown'] as const)
    expect(decide('check', record(state), found, false)).toEqual({ kind: 'unknown', reason: 'no answer' });
  expect(decide('check', record('unknown'), { state: 'cancelled' }, false)).toEqual({ kind: 'again' });
});

it.each([
  ['safe', undefined, true],
  ['safe', 'succeeded', false],
  ['check', 'succeeded', true],
  ['check', 'failed', false],
  ['check', 'unknown', true],
  ['never', undefined, true],
  ['never', 'succeeded', false],
] as const)('the world is looked at for %s and %s: %s', (replay, state, looked) => {
  expect(isToBeFound(replay, record(state))).toBe(looked);
  expect(isToBeFound(replay, record(state, { attempt: 0 }))).toBe(false);
});

describe('the record of an end', () => {
  const good: Exit = { code: 0, signal: null };
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

  it('tells of attempts that nobody has begun', () => {
    const begun = new Map([
      ['/a/b', 2],
      ['/', 1],
    ]);
    const files = ['a.b.1.json', 'a.b.2.json', 'a.b.3.json', 'root.1.json', 'c.1.json', 'note.txt'];
    expect(recordsBeyond(files, begun)).toEqual(['a.b.3.json', 'c.1.json']);
  });
});
