/** Entries of journals as events, and what stays out of them. */
import { describe, expect, it } from 'vitest';
import { fits } from '../../../../src/language/generated/record.js';
import type { Entry } from '../../../../src/language/journal/entry.ts';
import { eventOf } from '../../../../src/runtime/contract/event.ts';
import { recordOf } from '../../../../src/runtime/contract/record.ts';
import { keptId } from '../../../support/contracts.ts';
import { ofAction, ofRun, start } from '../journal/entries.ts';

const blocked = [{ gate: 'g', subject: 's', reasons: ['r'], remedy: 'm' }];
const authority = [{ gate: 'networkProfile', subject: '/a', resource: '/a.up', delegation: 'd' }];
const reactions = [{ component: '/web', path: 'token', does: 'restart', state: 'failed', reason: 'r' }];

const samples: readonly (readonly [Entry, string, object])[] = [
  [start({ resumed: true, redo: ['/a'] }), 'start', { resumed: true, redo: ['/a'] }],
  [ofRun('progress', { event: 'ready', exports: { web: 'http://user:pass@h/' } }), 'progress', { event: 'ready' }],
  [ofRun('progress', { event: 'torn-end-cut-off', bytes: 3 }), 'progress', { event: 'torn-end-cut-off', bytes: 3 }],
  [
    ofRun('progress', { event: 'judged', basis: 'probes_passed' }),
    'progress',
    { event: 'judged', basis: 'probes_passed' },
  ],
  [ofRun('progress', { event: 'judged', blocked }), 'progress', { event: 'judged', blocked }],
  [
    ofRun('progress', { event: 'secret-reacted', vault: 'v', key: 'k', reactions }),
    'progress',
    { event: 'secret-reacted', secret: 'v/k' },
  ],
  [
    ofRun('progress', { event: 'authority-ended', delegation: 'd', how: 'revoked', reason: 'r' }),
    'progress',
    { event: 'authority-ended', delegation: 'd', how: 'revoked', reason: 'r' },
  ],
  [ofAction('intent', 'task.run:/a', { authority }), 'start', { authority }],
  [ofAction('intent', 'grant.apply:/a', { grants: [], authority }), 'start', { authority }],
  [ofRun('cancel', { reason: 'interrupted' }), 'cancel', { reason: 'interrupted' }],
  [ofRun('gate', { state: 'COMPLETE', basis: 'b' }), 'complete', { state: 'COMPLETE', basis: 'b' }],
  [ofRun('gate', { state: 'BLOCKED', blocked }), 'failure', { state: 'BLOCKED', blocked }],
  [ofRun('gate', { state: 'FAILED', reasons: ['r'] }), 'failure', { state: 'FAILED', reasons: ['r'] }],
  [ofRun('gate', { state: 'CANCELLED', reason: 'r' }), 'cancel', { state: 'CANCELLED', reason: 'r' }],
  [ofAction('intent', 'process.stop:/a', { reason: 'r', graceMs: 5 }), 'start', { reason: 'r' }],
  [ofAction('intent', 'grant.apply:/a', { grants: [{ kind: 'edge', edge: 'e' }] }), 'start', {}],
  [ofAction('progress', 'task.run:/a', { event: 'started', pid: 3, sandbox: 'd' }), 'progress', { event: 'started' }],
  [ofAction('failure', 'task.run:/a', { exit: 'e' }), 'failure', { exit: 'e' }],
  [
    ofAction('retry', 'process.start:/a', { afterMs: 5, exit: 'e', restart: 1, most: 8 }),
    'retry',
    { afterMs: 5, exit: 'e', restart: 1, most: 8 },
  ],
  [
    ofAction('outcome', 'task.run:/a', { state: 'succeeded', exit: 'e', pid: 3 }),
    'complete',
    { state: 'succeeded', exit: 'e' },
  ],
  [
    ofAction('outcome', 'task.run:/a', { state: 'failed', ran: false, fault: 'f' }),
    'failure',
    { state: 'failed', ran: false, reason: 'f' },
  ],
  [ofAction('outcome', 'task.run:/a', { state: 'cancelled' }), 'cancel', { state: 'cancelled' }],
  [ofAction('outcome', 'task.run:/a', { state: 'skipped', reason: 'r' }), 'cancel', { state: 'skipped', reason: 'r' }],
  [
    ofAction('outcome', 'probe.run:probes.p', { state: 'succeeded', probe: { outcome: 'completed', passed: false } }),
    'complete',
    { state: 'succeeded', probe: 'completed', passed: false },
  ],
  [
    ofAction('outcome', 'secret.bind', { state: 'succeeded', secrets: [{ path: 'p' }] }),
    'complete',
    { state: 'succeeded' },
  ],
  [ofAction('reconciled', 'task.run:/a', { state: 'unknown', from: 'f' }), 'failure', { state: 'unknown', from: 'f' }],
];

describe('004-6: an event', () => {
  it.each(samples)('%#: %j', (entry, type, details) => {
    const event = eventOf(entry);
    expect(event).toMatchObject({ type, at: entry.at, attempt: entry.attempt });
    expect(event.details).toEqual({ entry: entry.type, ...details });
  });

  it('names its action by its id, and says nothing that its entry may say one day', () => {
    const event = eventOf(ofAction('outcome', 'task.run:/a', { state: 'failed', later: 'x' }, 4));
    expect(event).toMatchObject({ action: 'task.run:/a', attempt: 4 });
    expect(JSON.stringify(event)).not.toContain('later');
  });

  it('fits the schema of records, whatever its entry says', () => {
    const hash = 'a'.repeat(64);
    const entries = samples.map(([entry], seq) => ({ ...entry, seq, hash, idempotencyKey: null }) as Entry);
    for (const entry of entries) {
      const record = recordOf(keptId, [entry]);
      expect(fits(record), JSON.stringify(record)).toBe(true);
    }
    expect(fits(recordOf(keptId, entries))).toBe(true);
  });
});
