import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/base/json.ts';
import type { Action } from '../../../src/ir/action.ts';
import type { Entry, EntryContent } from '../../../src/language/journal/entry.ts';
import { openJournal } from '../../../src/runtime/journal/journal.ts';
import { runPaths } from '../../../src/runtime/state/run-folder.ts';
import { isLeftRunning, statusOf } from '../../../src/runtime/status.ts';
import { createTempFolder } from '../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

type Line = readonly [type: Entry['type'], action: Action | null, data?: JsonObject];

/** The state folder of a run whose journal holds these entries, and whose headgate is gone. */
function lay(lines: readonly Line[]): string {
  const stateDir = temp.lay({});
  const { journal: path } = runPaths(stateDir, 'r');
  mkdirSync(dirname(path), { recursive: true });
  const owner = { pid: 2 ** 22 + 1, startTime: '1', bootId: 'b' };
  const journal = openJournal(path, { runId: 'r', owner, clock: () => '2030-01-01T00:00:00Z' });
  if ('corrupt' in journal) throw new Error('corrupt');
  for (const [type, action, data = {}] of lines)
    journal.append({ type, action, attempt: action === null ? null : 1, data } as unknown as EntryContent);
  journal.close();
  return stateDir;
}

/** What is told of its components. */
function told(...lines: readonly Line[]): readonly (readonly [string, string, string | null])[] {
  const stateDir = lay(lines);
  return (statusOf(stateDir, 'r')?.components ?? []).map(({ moniker, state, lastExit }) => [moniker, state, lastExit]);
}

const start: Line = ['start', null, { plan: 'sha256:x', options: null, resumed: false, redo: [] }];
const web: Action = { type: 'process.start', target: '/web' };
const up: readonly Line[] = [
  ['intent', web],
  ['outcome', web, { state: 'succeeded', pid: 7 }],
];
const stopped: readonly Line[] = [
  ['outcome', web, { state: 'cancelled', exit: 'it was ended by SIGTERM' }],
  ['gate', null, { state: 'CANCELLED', reason: 'interrupted' }],
];
const withHeadgate = 'it ended together with headgate';

describe('the last end of a component', () => {
  it('is that of headgate, where it was up when headgate was killed', () => {
    expect(told(start, ...up)).toEqual([['/web', 'stopped', withHeadgate]]);
    expect(told(start, ['intent', web])).toEqual([['/web', 'stopped', withHeadgate]]);
  });

  it('is not one from before it was started again', () => {
    expect(told(start, ...up, ...stopped)).toEqual([['/web', 'stopped', 'it was ended by SIGTERM']]);
    expect(told(start, ...up, ...stopped, start, ...up)).toEqual([['/web', 'stopped', withHeadgate]]);
  });

  it('is still that of headgate when the run goes on, until it ends again', () => {
    const again: readonly Line[] = [start, ['reconciled', web, { state: 'cancelled' }]];
    expect(told(start, ...up, ...stopped, start, ['intent', web], ...again)).toEqual([
      ['/web', 'stopped', withHeadgate],
    ]);
    expect(told(start, ...up, start, ...up, ...stopped)).toEqual([['/web', 'stopped', 'it was ended by SIGTERM']]);
  });

  it('is its own where it waited to be started again', () => {
    const waits: Line = ['retry', web, { afterMs: 500, exit: 'it ended with status 3', restart: 1, most: 8 }];
    expect(told(start, ...up, waits)).toEqual([['/web', 'stopped', 'it ended with status 3']]);
  });

  it('of a task that was cut off is unknown until somebody has looked', () => {
    const once: Action = { type: 'task.run', target: '/once' };
    const failed: Line = ['outcome', once, { state: 'failed', exit: 'it ended with status 7' }];
    const cut = [start, ['intent', once], failed, start, ['intent', once]] as const;
    expect(told(...cut)).toEqual([['/once', 'stopped', null]]);
    const found: Line = [
      'reconciled',
      once,
      { state: 'succeeded', exit: 'it ended with status 0', from: 'exit record' },
    ];
    expect(told(...cut, start, found)).toEqual([['/once', 'finished', 'it ended with status 0']]);
  });

  it('is that of the run, where the run ended and could not write down more', () => {
    const full: Line = ['gate', null, { state: 'FAILED', reasons: ['the record of the run cannot be written'] }];
    expect(told(start, ...up, ...stopped, start, ...up, full)).toEqual([['/web', 'stopped', 'it ended with the run']]);
  });
});

describe('what a place goes on to run', () => {
  const placed: Line = ['start', null, { ...start[2], on: 'compose' }];
  const stop: Action = { type: 'process.stop', target: 'compose' };
  const stays: readonly Line[] = [
    ['intent', stop],
    ['outcome', stop, { state: 'failed', fault: 'it cannot be asked' }],
  ];
  const goes: readonly Line[] = [
    ['intent', stop],
    ['outcome', stop, { state: 'succeeded' }],
  ];
  const failed: Line = ['gate', null, { state: 'FAILED', reasons: ['compose cannot be asked any more'] }];

  it.each([
    ['headgate was killed', [placed, ...up], true],
    ['it could not be stopped', [placed, ...up, ...stays, failed], true],
    ['it was stopped at last', [placed, ...up, ...stays, failed, placed, ...goes, failed], false],
    ['it failed, and was stopped', [placed, ...up, ...goes, failed], false],
    ['headgate was killed on this machine', [start, ...up], false],
  ] as const)('is known where %s', (_, lines, expected) => {
    expect(isLeftRunning(lay(lines), 'r')).toBe(expected);
  });
});
