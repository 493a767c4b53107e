import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { DeploymentPlan } from '../../../../../../src/ir/plan-schema.ts';
import { checkCompose } from '../../../../../../src/plan/targets/compose/check.ts';
import { composeOf, type Project, planOf, program, scenario } from '../../../../../support/compose.ts';

const project = (files: ReadonlyMap<string, string>): Project => parse(files.get('compose.yaml') ?? '') as Project;

/** Each with the edge of its neighbour. */
const many = (count: number): ReadonlyMap<string, string> => {
  const names = Array.from({ length: count }, (_, index) => `c${index}`);
  return scenario({
    components: Object.fromEntries(names.map((name, index) => [name, index === 0 ? [] : ['up']])),
    bindings: names.slice(1).map((name, index) => [`${name}.up`, `c${index}.out`] as const),
    exports: { end: `c${count - 1}.out` },
  });
};

describe('a project of Compose', () => {
  it('of 300 components has a network of its own for each, and none in another', async () => {
    const plan = await planOf(many(300));
    const { files, said } = composeOf(plan);
    expect(said).toEqual([]);
    const { networks, services } = project(files);
    const subnets = Object.values<Project>(networks).map((one) => one.ipam.config[0].subnet);
    expect(new Set(subnets).size).toBe(301);
    expect(Object.keys(services)).toHaveLength(301);
    expect(checkCompose(files, plan)).toEqual([]);
  });

  it('keeps the places of components when another comes', async () => {
    const before = project(composeOf(await planOf(many(20))).files).networks;
    const after = project(composeOf(await planOf(many(21))).files).networks;
    const moved = Object.keys(before).filter(
      (name) => before[name].ipam.config[0].subnet !== after[name].ipam.config[0].subnet,
    );
    expect(moved).toEqual([]);
  });

  it('has the same bytes wherever the checkout lies', async () => {
    const manifests = many(3);
    const [first, second] = await Promise.all(
      ['file:///home/a/scenario/', 'file:///srv/B%20b/router/'].map((base) => planOf(manifests, { base })),
    );
    expect([...composeOf(first as DeploymentPlan).files]).toEqual([...composeOf(second as DeploymentPlan).files]);
  });

  it('of more components than networks is refused', async () => {
    const plan = await planOf(
      new Map([
        ['scenario.yaml', 'manifest_version: "0.4.0"\ncomponents: { a: ./a.yaml }\nexports: { out: "#a.out" }\n'],
        ['a.yaml', program()],
      ]),
    );
    const [, one] = plan.components;
    const more = Array.from({ length: 8200 }, (_, index) => ({ ...one, moniker: `/x${index}` }));
    const { files, said } = composeOf({
      ...plan,
      components: [...plan.components, ...more] as DeploymentPlan['components'],
    });
    expect(said.map(({ code }) => code)).toEqual(['emit/compose-too-many']);
    expect([...files]).toEqual([]);
  });

  it('says of interposers which policy and which edges they belong to, and of every service which plan', async () => {
    const plan = await planOf(many(3));
    for (const one of Object.values<Project>(project(composeOf(plan).files).services)) {
      expect(plan.planDigest.startsWith(one.labels['headgate.dev/plan'])).toBe(true);
      expect(one.labels['headgate.dev/moniker'] ?? one.labels['headgate.dev/role']).toMatch(/^\/c\d$|^gate$/);
    }
  });

  it('waits for strong providers, and for none behind a weak edge', async () => {
    const root = {
      manifest_version: '0.4.0',
      components: { a: './a.yaml', b: './b.yaml' },
      bindings: [
        { to: '#a.up', from: '#b.out' },
        { to: '#b.up', from: '#a.out', weak: true },
      ],
      exports: { out: '#a.out' },
    };
    const plan = await planOf(
      new Map([
        ['scenario.json5', JSON.stringify(root)],
        ['a.yaml', program(['up'])],
        ['b.yaml', program(['up'])],
      ]),
    );
    const { services } = project(composeOf(plan).files);
    expect(Object.keys(services.a.depends_on)).toEqual(['gate', 'b']);
    expect(Object.keys(services.b.depends_on)).toEqual(['gate']);
  });

  it('holds no part of a text for something of its own', async () => {
    const names = ['"; http-request', '# x', "it's", '${HOME}', '$$', 'a: b', 'line\nend', '\u2028', '😀'];
    const root = {
      manifest_version: '0.4.0',
      program: {
        image: 'acme/one:1',
        entrypoint: ['/run', '/etc/router.conf', 'yes', '0x10'],
        env: Object.fromEntries(names.map((text, index) => [`V${index}`, text.replaceAll('${', '$ {')])),
      },
      metadata: { names },
    };
    const plan = await planOf(new Map([['scenario.json5', JSON.stringify(root)]]));
    const { files } = composeOf(plan);
    const { environment, entrypoint } = project(files).services.root;
    const read = (text: string): string => text.replaceAll('$$', '$');
    expect(Object.values<string>(environment).map(read)).toEqual(names.map((text) => text.replaceAll('${', '$ {')));
    expect(entrypoint).toEqual(['/run', '/etc/router.conf', 'yes', '0x10']);
  });
});
