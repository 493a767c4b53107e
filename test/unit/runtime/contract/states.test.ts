/** States of runs and actions in the words of contracts. */
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../../src/language/journal/entry.ts';
import { stateOfAction, stateOfRun } from '../../../../src/runtime/contract/states.ts';
import { type ActionRecord, fold } from '../../../../src/runtime/journal/fold.ts';
import { ofAction, ofRun, start } from '../journal/entries.ts';

const web = 'process.start:/web' as const;
const job = 'task.run:/job' as const;
const up = [start(), ofAction('intent', web), ofAction('outcome', web, { state: 'succeeded', pid: 3 })];
const down = [
  ofAction('failure', web, { exit: 'it ended with status 1' }),
  ofAction('retry', web, { afterMs: 1, exit: 'it ended with status 1', restart: 1, most: 8 }),
];
const blocked = [{ gate: 'g', subject: 's', reasons: ['r'], remedy: 'm' }];
const gates = {
  complete: ofRun('gate', { state: 'COMPLETE', basis: 'no_probes_declared' }),
  blocked: ofRun('gate', { state: 'BLOCKED', blocked }),
  failed: ofRun('gate', { state: 'FAILED', reasons: ['r'] }),
  cancelled: ofRun('gate', { state: 'CANCELLED', reason: 'asked' }),
};

describe('004-6: a run', () => {
  it.each<[string, readonly Entry[], string]>([
    ['nothing was written down yet', [], 'queued'],
    ['begun', [start()], 'running'],
    ['up', up, 'running'],
    ['a component waits for its next attempt', [...up, ...down], 'retrying'],
    ['the next attempt was begun', [...up, ...down, ofAction('intent', web, {}, 2)], 'running'],
    ['COMPLETE', [...up, gates.complete], 'completed'],
    ['BLOCKED', [...up, gates.blocked], 'failed'],
    ['FAILED', [...up, gates.failed], 'failed'],
    ['CANCELLED', [...up, ...down, gates.cancelled], 'cancelled'],
    ['gone on with after its end', [...up, gates.cancelled, start({ resumed: true })], 'running'],
  ])('%s: %#', (_, entries, state) => {
    expect(stateOfRun(fold(entries))).toBe(state);
  });
});

describe('004-6: an action', () => {
  const of = (entries: readonly Entry[], id: string): string => {
    const run = fold(entries);
    return stateOfAction(run.actions.get(id) as ActionRecord, run);
  };

  it.each<[string, string, readonly Entry[], string]>([
    ['a service that starts', web, up.slice(0, 2), 'running'],
    ['a service that is up', web, up, 'running'],
    ['a service between two attempts', web, [...up, ...down], 'retrying'],
    ['a service that was given up with the run', web, [...up, ...down, gates.cancelled], 'cancelled'],
    ['a service that was up when the run ended', web, [...up, gates.failed], 'completed'],
    ['a service whose headgate was killed', web, [...up.slice(0, 2), start({ resumed: true })], 'retrying'],
    ['a task without an end in a run that is over', job, [start(), ofAction('intent', job), gates.failed], 'failed'],
    [
      'a grant',
      'grant.apply:/web',
      [start(), ofAction('outcome', 'grant.apply:/web', { state: 'succeeded' })],
      'completed',
    ],
    ...(['succeeded', 'failed', 'cancelled', 'skipped', 'unknown'] as const).map(
      (state): [string, string, readonly Entry[], string] => [
        `a task that has ${state}`,
        job,
        [start(), ofAction('outcome', job, { state, exit: 'e' })],
        { succeeded: 'completed', failed: 'failed', cancelled: 'cancelled', skipped: 'cancelled', unknown: 'failed' }[
          state
        ],
      ],
    ),
  ])('%s', (_, id, entries, state) => {
    expect(of(entries, id)).toBe(state);
  });
});
