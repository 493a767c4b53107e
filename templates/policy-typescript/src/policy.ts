/** The policy: what is shown goes in, what is proposed comes out. It starts nothing and listens to nothing. */
import { readFileSync } from 'node:fs';
import { type CapabilityKind, definePolicy, finding, interposer } from 'headgate/policy';

/** The recorder goes into the plan as a text, so the plan needs nothing of this folder. */
const recorderSource = readFileSync(new URL('../recorder.mjs', import.meta.url), 'utf8');

export const policy = definePolicy({
  name: 'example-policy',
  decide(scope, { config }) {
    // The manifest says what `kinds` may be.
    const kinds = (config['kinds'] ?? ['http']) as readonly CapabilityKind[];
    const recorder = interposer({
      program: ({ edge }) => ({
        path: '/usr/bin/env',
        args: ['node', '--input-type=module', '--eval', recorderSource],
        env: { EDGE: edge.label },
      }),
      port: 18240,
      reason: ({ edge }) => `what goes over ${edge.label} is recorded`,
    });
    const between = scope.select({ kind: kinds, side: 'inside', name: 'edges between components' });
    const fromOutside = scope.select({ kind: kinds, side: 'import', allowEmpty: true });
    return [
      recorder.on(between),
      fromOutside.edges.map((edge) =>
        finding('info', 'what comes in over this edge is not recorded', { edge, code: 'not-recorded' }),
      ),
    ];
  },
});
