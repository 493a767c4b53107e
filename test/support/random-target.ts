/** Plans of random scenarios whose programs are all images, and what they say of who reaches whom. */
import { createMemoryPolicyClient } from '../../src/adapters/policies/memory-client.ts';
import type { DeploymentPlan } from '../../src/ir/plan-schema.ts';
import { planOf } from './compose.ts';
import { answerOf, type RandomScenario, rulesOf, toFiles } from './random-scenario.ts';

const inImages = (text: string): string =>
  text
    .replaceAll('"path":"/bin/true","args"', '"image":"acme/true:1","entrypoint"')
    .replaceAll('"path":"/bin/true"', '"image":"acme/true:1","entrypoint":["/bin/true"]');

export async function planFor(scenario: RandomScenario): Promise<DeploymentPlan> {
  const manifests = new Map(
    [...toFiles(scenario)].map(([name, text]) => [name, /-p\d+\.json5$/.test(name) ? text : inImages(text)]),
  );
  return planOf(manifests, {
    policyClient: createMemoryPolicyClient((ask) => ({
      text: inImages(answerOf(rulesOf(scenario, ask.display), ask.body)),
    })),
  });
}

/** Who reaches whom, read as the plan has it, once more and by other means. */
export function said({ components, edges, exports }: DeploymentPlan): {
  readonly edges: readonly string[];
  readonly exports: readonly string[];
} {
  const portOf = (moniker: string, provide: string): number => {
    const of = components.find((one) => one.moniker === moniker) as DeploymentPlan['components'][number];
    const name = of.provides[provide]?.endpoint;
    const { network } = of.program as { network: { endpoints: { name: string; port: number }[] } };
    return (network.endpoints.find((one) => one.name === name) as { port: number }).port;
  };
  const between = edges.flatMap(({ from, to }) =>
    from.kind === 'component' ? [`${to.component} -> ${from.component}:${portOf(from.component, from.provide)}`] : [],
  );
  const out = exports.map(({ from }) => `loopback -> ${from.component}:${portOf(from.component, from.provide)}`);
  return { edges: between, exports: out };
}
