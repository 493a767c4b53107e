/** What is written for Kubernetes fits the schemas of three of its versions, and kubectl puts it together. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readTree } from '../support/golden.ts';
import { createTempFolder } from '../support/temp-folder.ts';

/** What is not known is a fault too. */
const judge = `
import sys, yaml, kubernetes_validate
for path in sys.argv[2:]:
    for document in yaml.safe_load_all(open(path, encoding='utf-8')):
        try: kubernetes_validate.validate(document, sys.argv[1], strict=True)
        except Exception as error: print(path, document.get('kind'), document.get('metadata', {}).get('name'), str(error)[:300].replace('\\n', ' '))
`;

let python = '';
beforeAll(() => {
  const installed = spawnSync('bash', [resolve('scripts/install-kubernetes-schemas.sh')], { encoding: 'utf8' });
  if (installed.status !== 0) throw new Error(`kubernetes-validate cannot be installed:\n${installed.stderr}`);
  python = join(installed.stdout.trim(), 'bin', 'python');
}, 300_000);

const cases = readdirSync('golden/emit').filter((name) =>
  readTree(`golden/emit/${name}/expected`).has('kubernetes/kustomization.yaml'),
);
const objects = cases.flatMap((name) =>
  [...readTree(`golden/emit/${name}/expected/kubernetes`).keys()]
    .filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml')
    .map((file) => `golden/emit/${name}/expected/kubernetes/${file}`),
);

const validate = (version: string, files: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(python, ['-c', judge, version, ...files], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return stdout;
};

describe('objects', () => {
  it('are some of each kind', () => {
    const kinds = new Set(objects.map((path) => path.replace(/.*\//, '')));
    expect([...kinds].sort()).toEqual([
      'configmaps.yaml',
      'deployments.yaml',
      'jobs.yaml',
      'networkpolicies.yaml',
      'persistentvolumeclaims.yaml',
      'poddisruptionbudgets.yaml',
      'serviceaccounts.yaml',
      'services.yaml',
    ]);
  });

  it.each(['1.28', '1.31', '1.34', '1.36'])(
    'fit the schemas of Kubernetes %s',
    (version) => {
      expect(validate(version, objects)).toBe('');
    },
    300_000,
  );

  it('would not with a field that nobody knows', () => {
    const temp = createTempFolder();
    try {
      const [path = ''] = objects.filter((one) => one.endsWith('networkpolicies.yaml'));
      const text =
        [...readTree(path.replace(/\/[^/]*$/, ''))].find(([name]) => name === 'networkpolicies.yaml')?.[1] ?? '';
      const folder = temp.lay({ 'x.yaml': text.replace('podSelector', 'podsSelector') });
      expect(validate('1.36', [join(folder, 'x.yaml')])).toMatch(/podsSelector/);
    } finally {
      temp.remove();
    }
  });
});

const kubectl = spawnSync('kubectl', ['version', '--client'], { encoding: 'utf8' }).status === 0;

/** The generators of kustomize read files of the user, and call what they make after its content. */
describe.skipIf(!kubectl)('kubectl', () => {
  const kustomize = (values: Readonly<Record<string, string>>): string => {
    const temp = createTempFolder();
    try {
      const folder = temp.lay({
        ...Object.fromEntries(readTree('golden/emit/kubernetes-three/expected/kubernetes')),
        ...values,
      });
      const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
      expect(status, stderr).toBe(0);
      return stdout;
    } finally {
      temp.remove();
    }
  };
  const namesIn = (text: string, what: string): readonly string[] => [
    ...new Set(text.match(new RegExp(`\\b${what}-[a-z0-9]{10}\\b`, 'g'))),
  ];

  it('rolls what reads a value that changes, and nothing else', () => {
    const given = { 'config.env': 'HEADGATE_CONFIG_GREETING=hello\nHEADGATE_CONFIG_NAME=you\n' };
    const first = kustomize({ ...given, 'secrets/token': 'one' });
    const second = kustomize({ ...given, 'secrets/token': 'two' });
    expect(namesIn(first, 'secret-token')).toHaveLength(1);
    expect(namesIn(second, 'secret-token')).not.toEqual(namesIn(first, 'secret-token'));
    expect(namesIn(second, 'config')).toEqual(namesIn(first, 'config'));
    expect(first).toContain(`secretName: ${namesIn(first, 'secret-token')[0]}`);
    expect(first.match(/app.kubernetes.io\/managed-by: headgate/g)?.length).toBeGreaterThan(20);
  });
});
