import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { kubernetesOf, planOf, program, scenario } from '../../../../../support/compose.ts';

// biome-ignore lint/suspicious/noExplicitAny: whatever stands in a file
const objects = (text = ''): any[] => parseAllDocuments(text).map((one) => one.toJS());

describe('objects of Kubernetes', () => {
  it('are the same wherever the sources lie', async () => {
    const made = scenario({
      components: { a: ['one'], b: [] },
      bindings: [['a.one', 'b.out']],
      exports: { site: 'a.out' },
    });
    const [here, there] = await Promise.all([planOf(made), planOf(made, { base: 'file:///elsewhere/below/' })]);
    expect([...kubernetesOf(here).files]).toEqual([...kubernetesOf(there).files]);
  });

  it('of 300 components have a rule for each side of each edge, and no more', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `c${index}`);
    const plan = await planOf(
      scenario({
        components: Object.fromEntries(names.map((name, index) => [name, index === 0 ? [] : ['up']])),
        bindings: names.slice(1).map((name, index) => [`${name}.up`, `c${index}.out`] as const),
        exports: { site: 'c299.out' },
      }),
    );
    const rules = objects(kubernetesOf(plan).files.get('networkpolicies.yaml'));
    // Beside them: nobody to anybody, the name server, and the canary's two.
    expect(rules).toHaveLength(2 * 299 + 4);
  });

  it('leave what is no variable of theirs as it is', async () => {
    const odd = '$(HOME) $x 5$ /router\nsecond: "line" \u2028';
    const manifest = program().replace('  network', `  env: { ODD: ${JSON.stringify(odd)} }\n  network`);
    const plan = await planOf(
      new Map([
        [
          'scenario.json5',
          JSON.stringify({ manifest_version: '0.4.0', components: { a: './a.yaml' }, exports: { site: '#a.out' } }),
        ],
        ['a.yaml', manifest],
      ]),
    );
    const [pod] = objects(kubernetesOf(plan).files.get('deployments.yaml'));
    const found = pod.spec.template.spec.containers[0].env.find(({ name }: { name: string }) => name === 'ODD')
      .value as string;
    // As the kubelet reads it.
    expect(found.replaceAll('$$', '$')).toBe(odd);
  });
});
