/** 001-8: whatever probes answer, and however a run is begun, resumed, probed and stopped, it is COMPLETE only by evidence. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/language/journal/entry.ts';
import { fold } from '../../src/runtime/journal/fold.ts';
import type { ProbeResult } from '../../src/runtime/probes/probe.ts';
import { readProbeEvidence } from '../../src/runtime/store/evidence.ts';
import { component, type MemoryRun, memoryRun } from '../support/run/memory-run.ts';
import { completing, fails, passes, probe, runtimeOf, scripted } from '../support/run/probers.ts';

const answers: readonly (ProbeResult | Error)[] = [
  passes,
  passes,
  fails,
  new Error('broken'),
  { ...fails, outcome: 'timeout' },
  { ...passes, passed: null, outcome: 'deferred' },
  { ...passes, passed: null, outcome: 'unstable' },
  { ...passes, outcome: 'unstable' },
  { ...passes, passed: 'yes' as unknown as boolean },
];
const names = ['a', 'b', 'c'] as const;

const world = fc.record({
  required: fc.subarray([...names]),
  after: fc.constantFrom('stop' as const, 'stay' as const),
  says: fc.array(fc.array(fc.constantFrom(...answers), { minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 3 }),
  taskFails: fc.boolean(),
  serviceFails: fc.boolean(),
  probed: fc.array(fc.constantFrom(...names), { maxLength: 2 }),
  stopAfter: fc.constantFrom(0, 5, 15, 100),
  resumes: fc.integer({ min: 0, max: 2 }),
  /** Of the store between two processes. */
  loses: fc.boolean(),
  redo: fc.boolean(),
});

const ended = (fail: boolean) => [{ readyAfter: 0, endsAfter: 10, end: { code: fail ? 3 : 0, signal: null } }];

describe('a run that is COMPLETE', () => {
  it('was judged, and has evidence that passed for every probe that it requires', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        const { prober } = scripted(Object.fromEntries(names.map((name, at) => [name, given.says[at] ?? []])));
        let before: readonly Entry[] = [];
        let blobs = new Map<string, Uint8Array>();
        for (let n = 0; n <= given.resumes; n++) {
          const run: MemoryRun = memoryRun({
            components: [component('/web', { restarts: 0 }), component('/once', { restart: 'never' })],
            scripts: {
              '/once': ended(given.taskFails),
              ...(given.serviceFails
                ? { '/web': [{ readyAfter: 0, endsAfter: 12, end: { code: 1, signal: null } }] }
                : {}),
            },
            runtime: runtimeOf(
              Object.fromEntries(names.map((name) => [name, probe(given.required.includes(name))])),
              completing(given.after, ...given.required),
            ),
            probers: { test: prober },
            before,
            blobs,
            redo: n > 0 && given.redo ? ['/once'] : [],
          });
          await run.clock.advance(given.stopAfter);
          const asked = given.probed.length > 0 ? run.probe(given.probed) : undefined;
          await run.clock.advance(0);
          run.stop('asked', 0);
          await run.clock.advance(60_000);
          await asked;
          const outcome = await run.outcome;
          seen.add(outcome.state);
          const state = fold(run.entries);
          if (outcome.state === 'COMPLETE') {
            expect(run.said().filter((line) => line === 'progress judged').length).toBeGreaterThan(0);
            for (const name of given.required) {
              const record = state.probes.get(name);
              expect(record?.superseded).toBe(false);
              expect(readProbeEvidence(run.store, record?.evidence ?? '')).toMatchObject({
                passed: true,
                outcome: 'completed',
              });
            }
            expect(given.taskFails).toBe(false);
          }
          if (outcome.state === 'FAILED') expect(given.taskFails || given.serviceFails).toBe(true);
          before = run.entries;
          blobs = given.loses ? new Map() : run.blobs;
        }
      }),
      { numRuns: 150, seed: 1 },
    );
    expect([...seen].sort()).toEqual(['BLOCKED', 'CANCELLED', 'COMPLETE', 'FAILED']);
  });
});
