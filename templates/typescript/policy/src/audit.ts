/** The policy itself: what is shown goes in, what is proposed comes out. It starts nothing and listens to nothing. */
import { readFileSync } from 'node:fs';
import type { Answer, Binding, Interposition, Scope } from './wire.ts';

/** The recorder goes into the plan as a text, so the plan needs nothing of this folder. */
const recorderSource = readFileSync(new URL('../recorder.mjs', import.meta.url), 'utf8');

/** Every recorder listens on a port of its own, from here upwards. */
const firstPort = 18220;

/** Puts a recorder on every HTTP edge between two components of the scope. */
export function answer(scope: Scope): Answer {
  const monikers = new Map(scope.components.map(({ id, moniker }) => [id, moniker]));
  const edges = scope.bindings.filter(({ capability }) => capability.kind === 'http');
  return {
    interpositions: edges.map((edge, index) =>
      recorder(edge, `${monikers.get(edge.to.component)}.${edge.to.name}`, firstPort + index),
    ),
  };
}

function recorder({ id, capability }: Binding, name: string, port: number): Interposition {
  return {
    reason: `what ${name} asks over HTTP is recorded`,
    interposer: {
      program: {
        path: '/usr/bin/env',
        args: ['node', '--input-type=module', '--eval', recorderSource],
        env: { PORT: String(port), UPSTREAM_URL: '${slots.upstream.url}', EDGE: name },
        network: { endpoints: [{ name: 'http', port }] },
      },
      slots: { upstream: capability },
      provides: { downstream: { ...capability, endpoint: 'http' } },
    },
    attachments: [{ target: id, interposer_slot: 'upstream', interposer_provide: 'downstream' }],
  };
}
