import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { PlanRuntime } from '../../../../src/ir/plan-runtime-schema.ts';
import { undeclared } from '../../../../src/plan/profiles/profile-of.ts';
import { profileSummary } from '../../../../src/runtime/profiles/summary.ts';
import { readRun } from '../../../../src/runtime/state/run-files.ts';
import { statusOf } from '../../../../src/runtime/status.ts';
import { putEvidence } from '../../../../src/runtime/store/evidence.ts';
import { openStore } from '../../../../src/runtime/store/store.ts';
import { keptId, keptRun } from '../../../support/run/kept-run.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

describe('000-3,12 a run of an older headgate', () => {
  it('opens, and every component of it reads as `default`', () => {
    const stateDir = join(temp.path, 'kept');
    keptRun('v1', stateDir);
    expect(readRun(stateDir, keptId)?.plan.runtime?.profiles).toBeUndefined();
    const components = statusOf(stateDir, keptId)?.components ?? [];
    expect(components.length).toBeGreaterThan(2);
    for (const { profile } of components)
      expect(profile).toEqual({
        name: null,
        mode: 'default',
        sandbox: 'inherit',
        permissions: { configured: 'deny-all', effective: 'deny-all' },
      });
  });

  it('has a journal without any word of profiles', () => {
    const journal = readFileSync('test/fixtures/runs/v1/runs/20300101-000000-0000/journal.ndjson', 'utf8');
    expect(journal).not.toMatch(/profile|selfCheck/);
  });
});

describe('000-8 what `status` tells of a profile', () => {
  const store = openStore(join(temp.path, 'store'));
  const runtime: PlanRuntime = {
    profiles: {
      default: {
        ...undeclared,
        runtime: { mode: 'evidence' },
        sandbox: { mode: 'ref', ref: 's' },
        permissions: 'approve-all',
        worker: { agent: 'w1' },
      },
    },
    sandboxes: { s: {} },
  };
  const checked = (passed: boolean | null): string =>
    putEvidence(store, [], {
      probeKind: 'sandbox.self-check',
      passed,
      outcome: 'completed',
      summary: '',
      durationSeconds: 0,
      startedAt: '',
    });

  it.each([
    [true, 'approve-all'],
    [false, 'approve-reads'],
    [null, 'approve-reads'],
  ] as const)('is what counts once a self-check came to %s', (passed, effective) => {
    const statement = checked(passed);
    expect(profileSummary('/', runtime, statement, store)).toEqual({
      name: 'default',
      mode: 'evidence',
      sandbox: 's',
      permissions: { configured: 'approve-all', effective },
      worker: 'w1',
      selfCheck: { passed, statement },
    });
  });

  it('counts nothing that was not checked, or whose statement is gone', () => {
    expect(profileSummary('/', runtime, undefined, store)?.permissions.effective).toBe('approve-reads');
    const gone = `sha256:${'0'.repeat(64)}`;
    expect(profileSummary('/', runtime, gone, store)?.permissions.effective).toBe('approve-reads');
  });
});
