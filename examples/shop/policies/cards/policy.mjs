/** Puts a mask for numbers of cards on one edge of its scope. */
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

const { PORT, EDGE, INTERPOSER } = process.env;

/** A reference of a manifest must not stand in this text, which is one of a manifest itself. */
const upstream = '$' + '{slots.upstream.url}';

function answer({ components, bindings }) {
  const monikers = new Map(components.map(({ id, moniker }) => [id, moniker]));
  const edge = bindings.find(({ to }) => to && monikers.get(to.component) + '.' + to.name === EDGE);
  if (!edge)
    return { interpositions: [], findings: [{ severity: 'error', code: 'no-edge', message: 'there is no edge ' + EDGE }] };
  const { capability } = edge;
  return {
    interpositions: [
      {
        reason: 'numbers of cards are masked',
        interposer: {
          program: {
            path: '/usr/bin/env',
            args: ['node', '--input-type=module', '--eval', INTERPOSER],
            env: { PORT: '18141', UPSTREAM: upstream },
            network: { endpoints: [{ name: 'in', port: 18141 }] },
          },
          slots: { upstream: capability },
          provides: { downstream: { ...capability, endpoint: 'in' } },
        },
        attachments: [{ target: edge.id, interposer_slot: 'upstream', interposer_provide: 'downstream' }],
      },
    ],
  };
}

createServer(async (request, response) => {
  // Whoever only wants to know whether it listens asks nothing.
  if (request.method !== 'POST') return response.writeHead(405).end();
  const { scope } = await json(request);
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer(scope)));
}).listen(Number(PORT), '127.0.0.1');
