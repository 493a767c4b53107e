import { describe, expect, it } from 'vitest';
import type { DeploymentPlan, PlanComponent } from '../../../../../../src/ir/plan-schema.ts';
import { imageLayer } from '../../../../../../src/phases/7-emit/from-plan/kubernetes/image-layer.ts';

const layerOf = (manifest: string | null, sources: readonly object[] = []): ReturnType<typeof imageLayer> =>
  imageLayer(
    { manifest, origin: { kind: 'manifest' }, digest: 'sha256:1' } as unknown as PlanComponent,
    'part',
    'python:3.11',
    { policies: [], sources } as unknown as DeploymentPlan,
  );

describe('the folder that becomes a layer', () => {
  it.each([
    ['scenario.yaml', '.', '', ''],
    ['a/b/part.yaml', 'a/b', '', ''],
    ['../parts/part.yaml', '../parts', '', ''],
    ['node_modules/headgate/manifests/redaction/manifest.yaml', 'node_modules/headgate', '/manifests/redaction', ''],
    ['node_modules/@team/parts/manifest.yaml', 'node_modules/@team/parts', '', ''],
    ['node_modules/x/a$b/m.yaml', 'node_modules/x', '/a$b', '/a\\$b'],
  ])('of %s', (manifest, folder, inside, written) => {
    const layer = layerOf(manifest);
    expect(layer?.folder).toBe(`/srv/headgate${inside}`);
    const [path, text = ''] = layer?.file ?? [];
    expect(path).toBe('images/part/Dockerfile');
    expect(text.split('\n').slice(1)).toEqual([
      `# The folder is "${folder}".`,
      'FROM python:3.11',
      'COPY . /srv/headgate/',
      `WORKDIR /srv/headgate${written || inside}`,
      '',
    ]);
  });

  it('has another tag when a program in it changes, and no other does that', () => {
    const manifest = 'node_modules/x/a/m.yaml';
    const source = { kind: 'program', name: 'node_modules/x/lib/run.mjs', digest: 'sha256:2' };
    const tags = [
      [],
      [source],
      [{ ...source, digest: 'sha256:3' }],
      [{ ...source, name: 'node_modules/y/lib/run.mjs' }],
    ].map((sources) => layerOf(manifest, sources)?.image);
    expect(new Set(tags).size).toBe(3);
    expect(tags[3]).toBe(tags[0]);
  });

  it('is none for what no file of this machine says', () => {
    expect([layerOf(null), layerOf('https://example.com/m.yaml')]).toEqual([undefined, undefined]);
  });
});
