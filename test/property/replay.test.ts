import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMemoryLoader } from '../../src/adapters/loaders/memory-loader.ts';
import { createMemoryPolicyClient } from '../../src/adapters/policies/memory-client.ts';
import { type CompileOptions, type CompileResult, compile } from '../../src/compile.ts';
import type { LockInput } from '../../src/ir/lock.ts';
import { type PolicyMode, policyModes } from '../../src/ir/policy-settings.ts';
import { lockName } from '../../src/language/lock/format.ts';
import { answerOf, type RandomScenario, randomScenario, rulesOf, toFiles } from '../support/random-scenario.ts';

const base = 'file:///scenario/';

const compileIt = (scenario: RandomScenario, options: Partial<CompileOptions>): Promise<CompileResult> =>
  compile({
    input: `${base}scenario.json5`,
    baseDir: base,
    loader: createMemoryLoader(new Map([...toFiles(scenario)].map(([name, text]) => [base + name, text]))),
    ...options,
  });

/** With a finding, so that all of an answer is seen to come back. */
const client = (scenario: RandomScenario): NonNullable<CompileOptions['policyClient']> =>
  createMemoryPolicyClient((ask) => {
    const answer = JSON.parse(answerOf(rulesOf(scenario, ask.display), ask.body)) as object;
    return { text: JSON.stringify({ ...answer, findings: [{ severity: 'info', message: ask.display }] }, null, 1) };
  });

function lockOf({ compiled }: CompileResult): LockInput {
  const [[name, text] = ['', ''], ...recordings] = [...(compiled?.emit('lock') ?? [])];
  expect(name).toBe(lockName);
  return { file: name, text, recordings: new Map(recordings) };
}

const modes = fc.array(fc.constantFrom<PolicyMode>(...policyModes), { minLength: 2, maxLength: 2 });

describe('a lock', () => {
  test('gives the same bytes as the compile that it was recorded in', async () => {
    let policies = 0;
    await fc.assert(
      fc.asyncProperty(randomScenario, modes, async (scenario, [first, second]) => {
        const policySettings = [
          { name: 'p0', mode: first ?? 'enforce' },
          { name: 'p1', mode: second ?? 'enforce' },
        ];
        const live = await compileIt(scenario, { policyClient: client(scenario), record: true, policySettings });
        expect(live.compiled, JSON.stringify(live.diagnostics)).toBeDefined();
        const lock = lockOf(live);
        const frozen = await compileIt(scenario, { lock, frozen: true, policySettings });
        expect(frozen.compiled?.planText).toBe(live.compiled?.planText);
        expect([...(frozen.compiled?.emit('ir') ?? [])]).toEqual([...(live.compiled?.emit('ir') ?? [])]);
        expect(frozen.diagnostics).toEqual(live.diagnostics);
        expect(lockOf(frozen)).toEqual(lock);
        policies += live.compiled?.plan.policies.length ?? 0;
      }),
      { numRuns: 200 },
    );
    expect(policies).toBeGreaterThan(100);
  });

  test('answers for no other scenario', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(randomScenario, randomScenario, async (recorded, other) => {
        const live = await compileIt(recorded, { policyClient: client(recorded), record: true });
        const [was, is] = [toFiles(recorded), toFiles(other)];
        const same = was.size === is.size && [...was].every(([name, text]) => is.get(name) === text);
        const frozen = await compileIt(other, { lock: lockOf(live), frozen: true });
        expect(frozen.compiled !== undefined).toBe(same);
        if (same) return;
        refused++;
        expect(
          frozen.diagnostics.every((d) => d.severity !== 'error' || d.code.startsWith('lock/')),
          JSON.stringify(frozen.diagnostics),
        ).toBe(true);
      }),
      { numRuns: 100 },
    );
    expect(refused).toBeGreaterThan(50);
  });

  test('that was changed anywhere gives the same plan or none', async () => {
    await fc.assert(
      fc.asyncProperty(randomScenario, fc.nat(), fc.constantFrom('x', '0', '"', ' '), async (scenario, place, text) => {
        const live = await compileIt(scenario, { policyClient: client(scenario), record: true });
        const lock = lockOf(live);
        const whole = [lock.text ?? '', ...[...lock.recordings.values()].map(String)];
        const total = whole.reduce((sum, part) => sum + part.length, 0);
        let at = place % total;
        const changed = whole.map((part) => {
          const here = at >= 0 && at < part.length;
          const result = here ? part.slice(0, at) + text + part.slice(at + 1) : part;
          at -= part.length;
          return result;
        });
        const names = [...lock.recordings.keys()];
        const damaged: LockInput = {
          file: lock.file,
          text: changed[0] ?? '',
          recordings: new Map(names.map((name, index) => [name, changed[index + 1] ?? ''])),
        };
        const frozen = await compileIt(scenario, { lock: damaged, frozen: true });
        const plan = frozen.compiled?.plan;
        if (!plan) {
          expect(
            frozen.diagnostics.every((d) => d.severity !== 'error' || d.code.startsWith('lock/')),
            JSON.stringify(frozen.diagnostics),
          ).toBe(true);
          return;
        }
        // How a policy ran is told by the lock alone.
        const { planDigest: _, ...rest } = plan;
        const { planDigest: __, ...wanted } = live.compiled?.plan ?? { planDigest: '' };
        const withoutSandbox = (value: unknown): string => JSON.stringify(value).replace(/"sandbox":"[^"]*"/g, '');
        expect(withoutSandbox(rest)).toBe(withoutSandbox(wanted));
      }),
      { numRuns: 300 },
    );
  });
});
