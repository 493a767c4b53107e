/** A plan with everything that a cluster holds in its own way, and its objects, to be broken. */
import { parseAllDocuments, stringify } from 'yaml';
import type { DeploymentPlan } from '../../src/ir/plan-schema.ts';
import { type Files, kubernetesOf, planOf, program } from './compose.ts';

export async function sampleCluster(): Promise<{ readonly plan: DeploymentPlan; readonly files: Files }> {
  const root = {
    manifest_version: '0.4.0',
    slots: { bank: { kind: 'http' } },
    components: { a: './a.yaml', b: './b.yaml', c: './c.yaml', d: './d.yaml', x: './x.yaml' },
    bindings: [
      { to: '#a.one', from: '#b.out' },
      { to: '#a.two', from: '#c.out' },
      { to: '#b.db', from: '#c.out' },
      { to: '#d.bank', from: 'slots.bank', weak: true },
      { to: '#d.self', from: '#d.admin', weak: true },
    ],
    exports: { site: '#a.out', lone: '#x.out' },
  };
  const made = new Map([
    ['scenario.json5', JSON.stringify(root)],
    ['a.yaml', program(['one', 'two'])],
    ['b.yaml', program(['db'])],
    ['c.yaml', program([])],
    ['d.yaml', program(['bank', 'self'])],
    [
      'x.yaml',
      program([], 'resources: { disk: { kind: storage } }').replace(
        '  network',
        '  mounts: [{ path: /disk, from: resources.disk }]\n  network',
      ),
    ],
  ]);
  const plan = await planOf(made, {
    runtime: { components: { '/b': { egress: ['api.example.com:443', '192.0.2.7:5432'] }, '/c': { replicas: 2 } } },
  });
  return { plan, files: kubernetesOf(plan).files };
}

export const POLICIES = 'networkpolicies.yaml';

// biome-ignore lint/suspicious/noExplicitAny: whatever a test wants to break
export type Any = any;

/** A file with its objects changed, written by another hand. */
export function withObjects(files: Files, name: string, change: (objects: Any[]) => Any[] | undefined): Files {
  const objects = parseAllDocuments(files.get(name) ?? '').map((one) => one.toJS() as Any);
  const changed = change(objects) ?? objects;
  const options = {
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    lineWidth: 0,
    aliasDuplicateObjects: false,
  } as const;
  return new Map([...files, [name, changed.map((one) => stringify(one, options)).join('---\n')]]);
}

export const named = (objects: Any[], name: string): Any => {
  const found = objects.find((one) => one.metadata.name === name);
  if (!found) throw new Error(`there is no ${name}: ${objects.map((one) => one.metadata.name).join(' ')}`);
  return found;
};
