import { describe, expect, it } from 'vitest';
import type { PlanProbe } from '../../../../src/ir/plan-probe-schema.ts';
import type { PlanRuntime } from '../../../../src/ir/plan-runtime-schema.ts';
import type { DeploymentPlan } from '../../../../src/ir/plan-schema.ts';
import { checkProbes } from '../../../../src/runtime/probes/check.ts';
import { completing, probe } from '../../../support/run/probers.ts';

const manifest = { kind: 'manifest', source: 's', pointer: '' };
const components = [
  { moniker: '/web', origin: manifest, provides: { http: {} } },
  { moniker: '/guard', origin: { kind: 'policy' }, provides: { http: {} } },
  { moniker: '/test', origin: manifest, provides: {} },
];
const planOf = (runtime: PlanRuntime): DeploymentPlan =>
  ({
    components,
    edges: [
      { id: '/test.web', from: { kind: 'component', component: '/web', provide: 'http' }, to: { component: '/test' } },
      {
        id: 'exports.ui',
        from: { kind: 'component', component: '/web', provide: 'http' },
        to: { component: '/guard' },
      },
    ],
    exports: [{ name: 'ui', from: { component: '/guard', provide: 'http' } }],
    runtime,
  }) as unknown as DeploymentPlan;
const told = (runtime: PlanRuntime): readonly string[] =>
  checkProbes(planOf(runtime)).map(
    ({ gate, subject, reasons, remedy }) => `${gate} ${subject}: ${reasons} → ${remedy}`,
  );
const profiled = (mode: 'default' | 'evidence'): PlanRuntime => ({
  components: { '/web': { profile: 'p' }, '/test': { profile: 'p' } },
  profiles: { p: { runtime: { mode }, sandbox: { mode: 'inherit' }, permissions: 'approve-reads' } },
});

const run: PlanProbe = {
  kind: 'headless_run',
  required: true,
  component: '/test',
  argv: ['./x'],
  budgetSeconds: 1,
  expectExit: 0,
};
const smoke = (target: Extract<PlanProbe, { kind: 'api_smoke' }>['target']): PlanProbe => ({
  kind: 'api_smoke',
  required: true,
  target,
  requests: [],
  startupSeconds: 1,
});
const render: PlanProbe = {
  kind: 'render_hash',
  required: true,
  export: 'ui',
  path: '/',
  viewport: [1, 1],
  golden: 'g',
  maxDifferingPixels: 0,
};
const sim: PlanProbe = {
  kind: 'sim_trace',
  required: true,
  component: '/web',
  argv: ['./x'],
  ticks: 1,
  document: 'd',
  invariants: {},
};

describe('completion', () => {
  it('may name every probe that there is, once, and must name those that are required', () => {
    const probes = { a: probe(), b: probe(), hint: probe(false) };
    expect(told({ probes, completion: completing('stop', 'a', 'b') })).toEqual([]);
    expect(told({ probes, completion: completing('stop', 'a', 'b', 'hint') })).toEqual([]);
    expect(told({ probes, completion: completing('stop', 'a', 'a', 'hnt', 'b') })).toEqual([
      'completion_invalid hnt: `completion.requires` names it, and there is no such probe → write `hint`, and compile the scenario again',
      'completion_invalid a: `completion.requires` names it twice → name it once in `completion.requires` of the settings, and compile the scenario again',
    ]);
    expect(told({ probes, completion: completing('stay', 'a') })).toEqual([
      'completion_invalid b: it is required, and `completion.requires` does not name it → add it to `completion.requires` of the settings, or write `required: false`, and compile the scenario again',
    ]);
  });
});

describe('a probe', () => {
  it('that executes something where a component runs needs evidence mode there, and one that asks needs nothing', () => {
    const probes = { run, render, sim, ask: smoke({ export: 'ui' }) };
    expect(told({ ...profiled('evidence'), probes })).toEqual([]);
    for (const runtime of [profiled('default'), {}])
      expect(told({ ...runtime, probes }).map((line) => line.split(':')[0])).toEqual([
        'probe_requires_evidence_mode render',
        'probe_requires_evidence_mode run',
        'probe_requires_evidence_mode sim',
      ]);
    // Behind whatever a policy put before it.
    expect(told({ probes: { render } })[0]).toContain('executes something where /web runs');
  });

  it('names what there is', () => {
    const evidence = profiled('evidence');
    expect(
      told({
        ...evidence,
        probes: {
          a: { ...run, component: '/tst' } as PlanProbe,
          b: smoke({ export: 'uj' }),
          c: smoke({ edge: '/test.wb' }),
          d: smoke({ provide: '/web.htp' }),
          e: { ...render, export: 'nothing-like-it' } as PlanProbe,
          f: smoke({ edge: '/test.web' }),
          g: smoke({ provide: '/web.http' }),
        },
      }),
    ).toEqual([
      'probe_invalid a: the scenario has no component `/tst` → write `/test` in the settings, and compile the scenario again',
      'probe_invalid b: the scenario has no export `uj` → write `ui` in the settings, and compile the scenario again',
      'probe_invalid c: the scenario has no edge `/test.wb` → write `/test.web` in the settings, and compile the scenario again',
      'probe_invalid d: the scenario has no provide `/web.htp` → write `/web.http` in the settings, and compile the scenario again',
      'probe_invalid e: the scenario has no export `nothing-like-it` → name another export in the settings, and compile the scenario again',
    ]);
  });
});
