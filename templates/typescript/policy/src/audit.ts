/** The policy itself: what is shown goes in, what is proposed comes out. It starts nothing and listens to nothing. */
import { readFileSync } from 'node:fs';
import type { Answer, Binding, Finding, Interposition, Scope } from './wire.ts';

/** The recorder goes into the plan as a text, so the plan needs nothing of this folder. */
const recorderSource = readFileSync(new URL('../recorder.mjs', import.meta.url), 'utf8');

/** Every recorder listens on a port of its own, from here upwards. */
const firstPort = 18220;

/** Puts a recorder on every HTTP edge between two components of the scope, and tells which edges of that kind do not speak HTTP. */
export function answer(scope: Scope): Answer {
  const monikers = new Map(scope.components.map(({ id, moniker }) => [id, moniker]));
  const nameOf = ({ to }: Binding): string => `${monikers.get(to.component)}.${to.name}`;
  const edges = scope.bindings.filter(({ capability }) => capability.kind === 'http');
  // The kind does not tell what is spoken: the endpoint behind the edge does.
  const [tcp, http] = [true, false].map((wanted) => edges.filter((edge) => speaksTcp(scope, edge) === wanted));
  const findings = (tcp ?? []).map(
    (edge): Finding => ({
      severity: 'warning',
      message: `${nameOf(edge)} speaks plain TCP, so it is not recorded`,
      edge: edge.id,
      code: 'not-recorded',
    }),
  );
  return {
    interpositions: (http ?? []).map((edge, index) => recorder(edge, nameOf(edge), firstPort + index)),
    ...(findings.length > 0 ? { findings } : {}),
  };
}

function speaksTcp({ components }: Scope, { from }: Binding): boolean {
  const { component, name } = from.Component ?? { component: -1, name: '' };
  const provider = components.find(({ id }) => id === component);
  const endpoint = provider?.provides?.[name]?.endpoint;
  return provider?.program?.network?.endpoints.find((one) => one.name === endpoint)?.protocol === 'tcp';
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
