import { describe, expect, it } from 'vitest';
import type { DeploymentPlan } from '../../../../src/ir/plan-schema.ts';
import { judge } from '../../../../src/runtime/gate/gate.ts';
import { fold } from '../../../../src/runtime/journal/fold.ts';
import { gateQuestion } from '../../../../src/runtime/probes/findings.ts';
import type { Store } from '../../../../src/runtime/store/store.ts';
import { component, memoryRun } from '../../../support/run/memory-run.ts';
import { probe, runtimeOf, scripted } from '../../../support/run/probers.ts';

/** What the gate says of a run that has passed, when its journal, its store or its plan is another one by then. */
async function told(
  change: (given: {
    readonly entries: ReturnType<typeof memoryRun>['entries'];
    readonly store: Store;
    readonly plan: DeploymentPlan;
  }) => Partial<{ entries: ReturnType<typeof memoryRun>['entries']; store: Store; plan: DeploymentPlan }>,
): Promise<readonly string[]> {
  const runtime = runtimeOf({ a: probe() });
  const run = memoryRun({ components: [component('/web')], runtime, probers: { test: scripted({}).prober } });
  await run.clock.advance(0);
  await run.outcome;
  const plan = { planDigest: 'sha256:AAAA', sources: [], components: [], runtime } as unknown as DeploymentPlan;
  const given = { entries: run.entries, store: run.store, plan };
  const { entries, store, plan: now } = { ...given, ...change(given) };
  const verdict = judge(
    gateQuestion({ plan: now, store, sourceFolder: '/', state: fold(entries), id: 'r', over: false }, () => 'again'),
  );
  return 'blocked' in verdict ? verdict.blocked.map(({ gate, reasons }) => `${gate}: ${reasons}`) : [verdict.basis];
}

describe('evidence that passed', () => {
  it('opens the gate for what it is about', async () => {
    expect(await told(() => ({}))).toEqual(['probes_passed']);
  });

  it('counts no more when the probe was begun again', async () => {
    const begun = await told(({ entries }) => {
      const intent = entries.find(({ actionId, type }) => actionId === 'probe.run:probes.a' && type === 'intent');
      return { entries: [...entries, { ...intent, attempt: 2 } as (typeof entries)[number]] };
    });
    expect(begun).toEqual(['probe_evidence_missing: it was begun once more, and that did not come to an end']);
  });

  it('is not there for another plan, of another kind, or without the store', async () => {
    const other = (more: object) => told(({ plan }) => ({ plan: { ...plan, ...more } }));
    expect((await other({ planDigest: 'sha256:BBBB' }))[0]).toMatch(
      /^probe_evidence_missing: what it looked at is not/,
    );
    expect((await other({ runtime: { probes: { a: { ...probe(), kind: 'other' } } } }))[0]).toMatch(
      /^evidence_corrupt/,
    );
    expect((await other({ runtime: { probes: { a: probe(), b: probe() } } }))[0]).toBe(
      'probe_evidence_missing: it has not been run',
    );
    const none: Store = { get: () => undefined, has: () => false, pathOf: (digest: string) => digest, put: () => '' };
    expect((await told(() => ({ store: none })))[0]).toMatch(/^evidence_missing/);
    expect((await told(() => ({ store: { ...none, has: () => true } })))[0]).toMatch(/^evidence_corrupt/);
  });
});
