/** Whatever the scenario: what is written for Compose lets through the edges of the plan, read back by whoever did not write it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createMemoryPolicyClient } from '../../src/adapters/policies/memory-client.ts';
import type { DeploymentPlan } from '../../src/ir/plan-schema.ts';
import { checkCompose, composeReach } from '../../src/plan/targets/compose/check.ts';
import { readYaml } from '../../src/plan/targets/read/yaml.ts';
import { composeOf, planOf, withText } from '../support/compose.ts';
import { answerOf, type RandomScenario, randomScenario, rulesOf, toFiles } from '../support/random-scenario.ts';
import { share } from '../support/sweep.ts';

const inImages = (text: string): string =>
  text
    .replaceAll('"path":"/bin/true","args"', '"image":"acme/true:1","entrypoint"')
    .replaceAll('"path":"/bin/true"', '"image":"acme/true:1","entrypoint":["/bin/true"]');

async function planFor(scenario: RandomScenario): Promise<DeploymentPlan> {
  const manifests = new Map(
    [...toFiles(scenario)].map(([name, text]) => [name, /-p\d+\.json5$/.test(name) ? text : inImages(text)]),
  );
  return planOf(manifests, {
    policyClient: createMemoryPolicyClient((ask) => ({
      text: inImages(answerOf(rulesOf(scenario, ask.display), ask.body)),
    })),
  });
}

/** Read as the plan has it, once more and by other means. */
function said({ components, edges, exports }: DeploymentPlan): readonly string[] {
  const portOf = (moniker: string, provide: string): number => {
    const of = components.find((one) => one.moniker === moniker) as DeploymentPlan['components'][number];
    const name = of.provides[provide]?.endpoint;
    const { network } = of.program as { network: { endpoints: { name: string; port: number }[] } };
    return (network.endpoints.find((one) => one.name === name) as { port: number }).port;
  };
  return [
    ...edges.flatMap(({ from, to }) =>
      from.kind === 'component' ? [`${to.component} -> ${from.component}:${portOf(from.component, from.provide)}`] : [],
    ),
    ...exports.map(({ from }) => `loopback -> ${from.component}:${portOf(from.component, from.provide)}`),
  ].sort();
}

describe('a project of Compose', () => {
  test('lets through the edges of the plan and nothing else', async () => {
    let edges = 0;
    await fc.assert(
      fc.asyncProperty(randomScenario, async (scenario) => {
        const plan = await planFor(scenario);
        const { files, said: told } = composeOf(plan);
        expect(told).toEqual([]);
        expect(checkCompose(files, plan)).toEqual([]);
        expect(
          composeReach(files)
            .map((one) => one.replace(/ via .* ->/, ' ->'))
            .sort(),
        ).toEqual(said(plan));
        const text = files.get('compose.yaml') ?? '';
        expect(readYaml(text)).toEqual(parse(text));
        edges += plan.edges.length;
        // A listener less is seen, whichever it is.
        const listeners = (files.get('gate/haproxy.cfg') ?? '').split('\nlisten ');
        if (listeners.length > 1) {
          const gone = 1 + (edges % (listeners.length - 1));
          const less = withText(files, 'gate/haproxy.cfg', () =>
            listeners.filter((_, index) => index !== gone).join('\nlisten '),
          );
          expect(checkCompose(less, plan)).not.toEqual([]);
        }
      }),
      { numRuns: share(500) },
    );
    expect(edges).toBeGreaterThan(share(500));
  });
});
