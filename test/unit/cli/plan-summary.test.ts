import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { planSummary } from '../../../src/cli/plan-summary.ts';
import { plain } from '../../../src/diagnostics/render/palette.ts';
import type { DeploymentPlan } from '../../../src/ir/plan-schema.ts';

const planOf = (name: string): DeploymentPlan =>
  JSON.parse(readFileSync(`golden/${name}/expected/plan.json`, 'utf8')) as DeploymentPlan;

/** Without what stands in every summary: the digest and the remedy. */
const summaryOf = (plan: DeploymentPlan, width = 80): string => {
  const text = planSummary(plan, { input: 'scenario.yaml', width, palette: plain });
  return text.slice(0, text.indexOf('\ndigest '));
};

describe('summary of a plan', () => {
  it('shows the tree with its interposers, the chain of each changed edge and what each policy did', () => {
    expect(
      summaryOf(planOf('policies/39-three-scopes-on-one-edge')),
    ).toBe(`scenario.yaml: 6 components (3 interposers), 1 edge, 1 export

components
  /
    __overlay_0_0  interposer of #m.apply of /
    left
      __overlay_1_0  interposer of #l.apply of /left
    right
      __overlay_2_0  interposer of #r.apply of /right

1 of 2 edges and exports changed
  /right.api -> /right/__overlay_2_0 (#r.apply of /right) -> /__overlay_0_0 (#m.apply of /) -> /left/__overlay_1_0 (#l.apply of /left) -> /left.up

3 policies
  #m.apply of /: saw 2 edges and exports, changed 1 with 1 interposer; no findings
  #l.apply of /left: saw 2 edges and exports, changed 1 with 1 interposer; no findings
  #r.apply of /right: saw 1 edge or export, changed 1 with 1 interposer; no findings
`);
  });

  it('tells findings as they count, and as the policy said them', () => {
    expect(summaryOf(planOf('govern/mode-warn'))).toContain(`
0 of 1 edge or export changed

1 policy
  #p.apply of /: mode warn, saw 1 edge or export, changed none; 2 findings
    warning[no-exports] at exports.out (the policy said error): this must not
      leave the scenario
    warning at /server: nobody has a look at this
`);
  });

  it('says what a policy in shadow would have done, and that one gave no answer', () => {
    expect(summaryOf(planOf('govern/shadow-difference'))).toContain(
      '  #p.apply of /: mode shadow, saw 1 edge or export, would change 1 with 1 interposer; no findings\n',
    );
    expect(summaryOf(planOf('govern/shadow-failed'))).toContain('  #p.apply of /: mode shadow, gave no answer\n');
  });

  it('says nothing of changes where there is no policy', () => {
    const plan = { ...planOf('govern/mode-warn'), policies: [] };
    expect(summaryOf(plan)).toBe(`scenario.yaml: 2 components, 0 edges, 1 export

components
  /
    server
`);
  });

  it('keeps a tree together where names of neighbours begin alike, and cuts a long one', () => {
    const plan = planOf('govern/mode-warn');
    const named = (monikers: readonly string[]): DeploymentPlan => ({
      ...plan,
      policies: [],
      components: monikers.map((moniker) => ({ ...plan.components[0], moniker }) as DeploymentPlan['components'][0]),
    });
    expect(summaryOf(named(['/', '/a', '/a-b', '/a/c']))).toContain('  /\n    a\n      c\n    a-b\n');
    const many = Array.from({ length: 1000 }, (_, index) => `/c${index}`);
    expect(summaryOf(named(['/', ...many]))).toMatch(/\n {2}\.\.\. and 961 more\n$/);
  });

  it('lets no control character of a policy reach the terminal', () => {
    const plan = planOf('govern/mode-warn');
    const policies = plan.policies.map((policy) => ({
      ...policy,
      findings: [{ severity: 'warning' as const, message: 'a\u001b[2Jb', code: 'x\u001b[1m' }],
    }));
    expect(summaryOf({ ...plan, policies })).not.toContain('\u001b');
  });
});
