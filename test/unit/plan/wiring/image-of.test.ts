import { describe, expect, it } from 'vitest';
import type { LoweredProgram } from '../../../../src/ir/graph.ts';
import type { DeploymentPlan } from '../../../../src/ir/plan-schema.ts';
import { imageOf } from '../../../../src/plan/wiring/image-of.ts';

const image: LoweredProgram = { image: 'own:1', entrypoint: [] };
const path: LoweredProgram = { path: '/bin/sh', args: [] };

describe('what is started from an image', () => {
  it.each([
    [image, {}, 'own:1'],
    [image, { image: 'other:2' }, 'other:2'],
    [image, { environment: 'docker' }, 'own:1'],
    [image, { environment: 'local' }, undefined],
    [path, {}, undefined],
    // Of Compose and others: a run has a sandbox for it.
    [path, { image: 'other:2' }, undefined],
    [path, { environment: 'docker', image: 'other:2' }, 'other:2'],
    [path, { environment: 'docker' }, undefined],
  ])('%j with %j', (program, settings, wanted) => {
    const plan = { runtime: { components: { '/a': settings } } } as unknown as DeploymentPlan;
    expect(imageOf({ moniker: '/a', program }, 'image' in program ? program.image : null, plan)).toBe(wanted);
  });
});
