/** The record of a run. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/base/json.ts';
import { fits } from '../../../../src/language/generated/record.js';
import type { Entry } from '../../../../src/language/journal/entry.ts';
import { recordOf } from '../../../../src/runtime/contract/record.ts';
import { keptId, validRecord } from '../../../support/contracts.ts';
import { ofRun, start } from '../journal/entries.ts';

describe('004-6: a record', () => {
  it('of a kept run fits its schema, and is the same each time', () => {
    const record = validRecord();
    expect(fits(record)).toBe(true);
    expect(JSON.stringify(validRecord())).toBe(JSON.stringify(record));
    expect(record).toMatchObject({
      id: `urn:headgate:operation-record:${keptId}`,
      source: `urn:headgate:run:${keptId}`,
      contract: `urn:srcos:agent-machine:workspace-operation-contract:${keptId}`,
      state: 'cancelled',
      outcome: { state: 'CANCELLED', reason: 'interrupted' },
      journal: { entries: 24 },
    });
    const events = record['events'] as readonly { seq: number; type: string }[];
    // Source and sequence number name an event and no other.
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
    expect(events.map(({ type }) => type)).toEqual([
      ...['start', 'start', 'complete', 'start', 'complete', 'start', 'complete', 'start', 'start', 'start'],
      ...['progress', 'complete', 'progress', 'failure', 'failure', 'complete', 'progress', 'start', 'cancel'],
      ...['complete', 'cancel', 'start', 'complete', 'cancel'],
    ]);
    expect(record['actions']).toContainEqual({
      id: 'task.run:/two',
      type: 'task.run',
      target: '/two',
      state: 'failed',
      journalled: 'failed',
      attempts: 1,
      restarts: 0,
    });
  });

  it('of a run that has written nothing down says so', () => {
    const record = recordOf(keptId, []);
    expect(fits(record)).toBe(true);
    expect(record).toMatchObject({ state: 'queued', plan: null, outcome: null, actions: [], events: [] });
    expect(record['journal']).toEqual({ entries: 0, head: null });
  });

  it('of a BLOCKED run is failed, and has every gate with its reasons and its remedy', () => {
    const blocked = [{ gate: 'probe_failed', subject: 'answers', reasons: ['status 500'], remedy: 'mend it' }];
    const entries = [start(), ofRun('gate', { state: 'BLOCKED', blocked })].map(
      (entry, seq) => ({ ...entry, seq, hash: 'a'.repeat(64), idempotencyKey: null }) as Entry,
    );
    const record = recordOf(keptId, entries);
    expect(fits(record)).toBe(true);
    expect(record).toMatchObject({ state: 'failed', outcome: { state: 'BLOCKED', blocked } });
    expect((record['events'] as readonly JsonObject[]).at(-1)).toMatchObject({
      type: 'failure',
      details: { entry: 'gate', state: 'BLOCKED', blocked },
    });
  });
});
