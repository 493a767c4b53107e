import { describe, expect, it } from 'vitest';
import type { CompileOptions } from '../../../../src/compile.ts';
import type { PolicySetting } from '../../../../src/ir/policy-settings.ts';
import type { PolicyAsk, PolicyClient } from '../../../../src/ports/policy-client.ts';
import {
  codesOf,
  compileFiles,
  compileFrozen,
  lockOf,
  messagesOf,
  onEdge,
  policy,
  scenarioWith,
  server,
} from '../../../support/policy-scenario.ts';

const files = {
  'scenario.yaml': scenarioWith({ a: './policy.yaml', b: './policy.yaml' }),
  'server.yaml': server,
  'policy.yaml': policy,
};
const both = (ask: PolicyAsk): object => ({
  interpositions: [onEdge(0)],
  findings: [{ severity: 'error', message: `no, says ${ask.display}`, edge: 0, code: 'no exports!' }],
});
const run = (
  settings: readonly PolicySetting[],
  answer: (ask: PolicyAsk) => object = both,
  more: Partial<CompileOptions> = {},
) => compileFiles(files, answer, { policySettings: settings, ...more });
const interposing = (): object => ({ interpositions: [onEdge(0)] });

describe('modes', () => {
  it('enforces unless told', async () => {
    expect(codesOf(await run([]))).toEqual(['govern/finding-error', 'govern/finding-error']);
  });

  it('of warn makes errors warnings and applies the rest', async () => {
    const { compiled, diagnostics } = await run([
      { name: 'a', mode: 'warn' },
      { name: 'b', mode: 'warn' },
    ]);
    expect(diagnostics.map((d) => [d.code, d.severity, d.rule])).toEqual([
      ['govern/finding-warning', 'warning', 'a.apply/no-exports-'],
      ['govern/finding-warning', 'warning', 'b.apply/no-exports-'],
    ]);
    expect(
      compiled?.plan.policies.map((p) => [p.mode, p.interposers, p.findings[0]?.severity, p.findings[0]?.said]),
    ).toEqual([
      ['warn', ['/__overlay_0_0'], 'warning', 'error'],
      ['warn', ['/__overlay_1_0'], 'warning', 'error'],
    ]);
  });

  it('of shadow applies nothing, and shows the chain with the others in it', async () => {
    const { compiled, diagnostics } = await run([{ name: 'a', mode: 'shadow' }], interposing);
    expect(diagnostics.map((d) => [d.code, d.severity, d.help])).toEqual([
      [
        'govern/shadow-difference',
        'info',
        'exports.out: /server.api -> /__overlay_0_0 -> /__overlay_1_0 -> exports.out',
      ],
    ]);
    expect(compiled?.plan.components.map((c) => c.moniker)).toEqual(['/', '/__overlay_1_0', '/server']);
    const [shadow, enforced] = compiled?.plan.policies ?? [];
    expect(shadow).toMatchObject({
      mode: 'shadow',
      interposers: [],
      edgesMatched: 1,
      shadow: {
        interposers: ['/__overlay_0_0'],
        edges: [{ id: 'exports.out', through: ['/__overlay_0_0', '/__overlay_1_0'] }],
      },
    });
    expect(enforced).not.toHaveProperty('shadow');
  });

  it('of shadow gives the plan that there is when the policy proposes nothing, but for its record', async () => {
    const shadowed = (await run([{ name: 'b', mode: 'shadow' }], interposing)).compiled?.plan;
    const silent = await run([], (ask) => (ask.display.includes('#b.') ? { interpositions: [] } : interposing()));
    expect(shadowed?.edges).toEqual(silent.compiled?.plan.edges);
    expect(shadowed?.exports).toEqual(silent.compiled?.plan.exports);
  });

  it('of shadow lets a policy fail in any way', async () => {
    const client: PolicyClient = {
      sandbox: 'none',
      ask: async (_processes, asks) =>
        asks.map((_ask, index) =>
          index === 0
            ? { ok: false, phase: 'headers', message: 'no answer', elapsedMs: 5 }
            : { ok: true, text: '{"interpositions": []}', elapsedMs: 0 },
        ),
    };
    const { compiled, diagnostics } = await run([{ name: 'a', mode: 'shadow' }], both, { policyClient: client });
    expect(diagnostics.map((d) => [d.code, d.severity])).toEqual([['govern/shadow-failed', 'warning']]);
    expect(diagnostics[0]?.message).toContain('[govern/policy-ask]');
    expect(compiled?.plan.policies.map((p) => p.answerDigest === null)).toEqual([true, false]);
  });

  it('of shadow must answer when a lock is made, and is answered for by it', async () => {
    const settings: readonly PolicySetting[] = [{ name: 'a', mode: 'shadow' }];
    const broken = await run(settings, (ask) => (ask.display.includes('#a.') ? {} : interposing()), { record: true });
    expect(codesOf(broken)).toEqual(['govern/answer-shape']);
    const live = await run(settings, interposing, { record: true });
    const frozen = await compileFrozen(files, lockOf(live), { policySettings: settings });
    expect(frozen.compiled?.planText).toBe(live.compiled?.planText);
    expect(messagesOf(frozen)).toEqual(messagesOf(live));
  });

  it('do not change what is asked: a lock serves all of them', async () => {
    const live = await run([], interposing, { record: true });
    const frozen = await compileFrozen(files, lockOf(live), { policySettings: [{ name: 'b', mode: 'shadow' }] });
    expect(codesOf(frozen)).toEqual(['govern/shadow-difference']);
  });
});

describe('names of policies in the settings', () => {
  it.each<readonly [string, readonly PolicySetting[], readonly string[]]>([
    ['use name', [{ name: 'a', mode: 'warn' }], ['warn', 'enforce']],
    [
      'scope and use name before use name',
      [
        { name: 'a', mode: 'warn' },
        { name: '/a', mode: 'shadow' },
      ],
      ['shadow', 'enforce'],
    ],
    [
      'reference before scope and use name',
      [
        { name: '/a', mode: 'shadow' },
        { name: '#a.apply', mode: 'warn' },
      ],
      ['warn', 'enforce'],
    ],
  ])('%s', async (_what, settings, modes) => {
    const { compiled } = await run(settings, () => ({ interpositions: [] }));
    expect(compiled?.plan.policies.map((p) => p.mode)).toEqual(modes);
  });

  it('count alone: nothing is taken from the others', async () => {
    const asked: PolicyAsk[] = [];
    await run(
      [
        { name: 'a', limits: { bodyMs: 7 } },
        { name: '/a', limits: { headersMs: 9 } },
      ],
      (ask) => {
        asked.push(ask);
        return { interpositions: [] };
      },
    );
    expect(asked.map(({ limits }) => [limits?.headersMs, limits?.bodyMs])).toEqual([
      [9, 30_000],
      [30_000, 30_000],
    ]);
  });

  it('that nobody has are told with the name that was meant', async () => {
    const { diagnostics } = await run([{ name: '#a.aply' }, { name: 'zzzzzz' }, { name: 'ab' }], () => ({
      interpositions: [],
    }));
    expect(diagnostics.map((d) => [d.code, d.severity, d.help])).toEqual([
      ['settings/unknown-policy', 'warning', 'did you mean `#a.apply`?'],
      ['settings/unknown-policy', 'warning', 'did you mean `a`?'],
      [
        'settings/unknown-policy',
        'warning',
        expect.stringContaining('policies of this scenario: `a`, `/a`, `#a.apply`'),
      ],
    ]);
  });

  it('do not matter to a scenario without policies', async () => {
    const plain = { 'scenario.yaml': 'manifest_version: "0.4.0"\n' };
    expect(codesOf(await compileFiles(plain, both, { policySettings: [{ name: 'a' }] }))).toEqual([]);
  });
});

describe('limits', () => {
  it('of the settings count more than the usual ones, and flags more than the settings', async () => {
    const passes: number[] = [];
    const asked: PolicyAsk[] = [];
    const client: PolicyClient = {
      sandbox: 'none',
      ask: async (_processes, asks, limits) => {
        passes.push(limits.totalMs);
        asked.push(...asks);
        return asks.map(() => ({ ok: true, text: '{"interpositions": []}', elapsedMs: 0 }));
      },
    };
    const settings: readonly PolicySetting[] = [{ name: 'a', limits: { totalMs: 500_000, startMs: 1 } }];
    await run(settings, both, { policyClient: client });
    await run(settings, both, { policyClient: client, limits: { totalMs: 50 } });
    expect(passes).toEqual([500_000, 50]);
    expect(asked.map(({ limits }) => [limits?.startMs, limits?.totalMs])).toEqual([
      [1, 500_000],
      [30_000, 120_000],
      [1, 50],
      [30_000, 50],
    ]);
  });
});
