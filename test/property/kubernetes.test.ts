/** Whatever the scenario: what is written for Kubernetes lets through the edges of the plan, read back by whoever did not write it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { checkKubernetes, kubernetesReach } from '../../src/plan/targets/kubernetes/check.ts';
import { documentsIn } from '../../src/plan/targets/read/yaml.ts';
import { kubernetesOf, withText } from '../support/compose.ts';
import { randomScenario } from '../support/random-scenario.ts';
import { planFor, said } from '../support/random-target.ts';
import { share } from '../support/sweep.ts';

const POLICIES = 'networkpolicies.yaml';

describe('objects of Kubernetes', () => {
  test('let through the edges of the plan and nothing else', async () => {
    let edges = 0;
    let turn = 0;
    await fc.assert(
      fc.asyncProperty(randomScenario, async (scenario) => {
        const plan = await planFor(scenario);
        const { files, said: told } = kubernetesOf(plan);
        // A random policy may well sit on one of two edges that lead to the same port, and three ports are more than a pod is asked for.
        const usual = ['emit/bypassable-interposer', 'emit/kubernetes-not-held'];
        expect(told.map(({ code }) => code).filter((code) => !usual.includes(code))).toEqual([]);
        expect(checkKubernetes(files, plan)).toEqual([]);
        // A pod reaches itself, which no rule is about.
        const wanted = said(plan).edges.filter((fact) => {
          const [from, to = ''] = fact.split(' -> ');
          return from !== to.replace(/:\d+$/, '');
        });
        const found = kubernetesReach(files).filter((fact) => fact.startsWith('/') && !fact.includes('kube-dns'));
        expect(found).toEqual([...new Set(wanted)].sort());
        for (const [name, text] of files)
          if (name.endsWith('.yaml'))
            expect([...documentsIn(text)]).toEqual(parseAllDocuments(text).map((one) => one.toJS()));
        edges += wanted.length;
        // A rule less is seen, whichever it is.
        const rules = (files.get(POLICIES) ?? '').split('\n---\n');
        const gone = turn++ % rules.length;
        const less = withText(files, POLICIES, () => rules.filter((_, index) => index !== gone).join('\n---\n'));
        // Two edges to one port need but one rule.
        const isNeeded =
          new Set(rules.map(ruleOf)).size === rules.length ||
          rules.filter((one) => ruleOf(one) === ruleOf(rules[gone] as string)).length === 1;
        if (isNeeded && plan.components.some(({ program }) => program))
          expect(checkKubernetes(less, plan)).not.toEqual([]);
      }),
      { numRuns: share(500) },
    );
    expect(edges).toBeGreaterThan(share(500) / 2);
  });
});

/** What it says, whatever it is called. */
const ruleOf = (text: string): string => text.slice(text.indexOf('\nspec:'));
