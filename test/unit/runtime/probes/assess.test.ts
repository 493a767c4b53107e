/** Having a probe run by whoever knows its kind. */
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { PlanProbe } from '../../../../src/ir/plan-probe-schema.ts';
import { assess } from '../../../../src/runtime/probes/assess.ts';
import type { ProbeContext, ProbeResult } from '../../../../src/runtime/probes/probe.ts';
import { createFakeClock } from '../../../support/run/fake-clock.ts';

const probe: PlanProbe = {
  kind: 'headless_run',
  required: true,
  component: '/w',
  argv: ['true'],
  budgetSeconds: 1,
  expectExit: 0,
};
const passed: ProbeResult = { passed: true, outcome: 'completed', summary: 'as expected', details: {}, blobs: {} };

const context = (signal: AbortSignal): ProbeContext => ({
  name: 'p',
  place: { execute: () => Promise.reject(new Error('unused')), reach: () => Promise.reject(new Error('unused')) },
  clock: createFakeClock(),
  signal,
  file: () => Promise.resolve(undefined),
  pathOf: (name) => name,
  keep: () => `sha256:${'0'.repeat(64)}`,
  redact: (text) => text,
});

describe('a probe that is assessed', () => {
  it('leaves nothing behind on the signal of its run, however many there are', async () => {
    const run = new AbortController();
    for (let count = 0; count < 12; count++) {
      expect(await assess(() => Promise.resolve(passed), probe, context(run.signal))).toEqual(passed);
      await assess(() => Promise.reject(new Error('broken')), probe, context(run.signal));
    }
    expect(getEventListeners(run.signal, 'abort')).toHaveLength(0);
  });
});
