// @ts-check
/** Puts a recorder on every edge that it is told to take. */
import { interposition, select, servePolicy, sourceOf } from '../lib/policy.mjs';

const { path, websocket, first_port, ...selection } = JSON.parse(process.env['CONFIG'] ?? '{}');
const source = sourceOf(process.env['PROXY'] ?? '', process.env['INTERPOSER'] ?? '');

servePolicy((scope) => {
  const { taken, findings } = select(scope, selection);
  return {
    interpositions: taken.map((edge, index) =>
      interposition(edge, {
        source,
        reason: 'every exchange over this edge leaves a line in its log',
        port: first_port + index,
        settings: { edge: edge.name, from: edge.from || 'outside', to: edge.to || 'outside', path, upgrade: websocket },
      }),
    ),
    findings,
  };
});
