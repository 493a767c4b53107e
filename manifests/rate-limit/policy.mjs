// @ts-check
/** Puts a limiter on every edge that it is told to take, so that every consumer has a bucket of its own. */
import { interposition, select, servePolicy, sourceOf } from '../lib/policy.mjs';

const { rate, burst, websocket, first_port, ...selection } = JSON.parse(process.env['CONFIG'] ?? '{}');
const source = sourceOf(process.env['PROXY'] ?? '', process.env['INTERPOSER'] ?? '');

servePolicy((scope) => {
  const { taken, findings } = select(scope, selection);
  return {
    interpositions: taken.map((edge, index) =>
      interposition(edge, {
        source,
        reason: 'at most ' + rate + ' requests a second, and ' + burst + ' at once',
        port: first_port + index,
        settings: { rate, burst, upgrade: websocket },
      }),
    ),
    findings,
  };
});
