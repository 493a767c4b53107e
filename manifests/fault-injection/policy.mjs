// @ts-check
/** Puts a troublemaker on every edge that it is told to take, and says so: nobody should ship it unnoticed. */
import { interposition, select, servePolicy, sourceOf } from '../lib/policy.mjs';

const { seed, delay_percent, delay_ms, abort_percent, abort_status, websocket, first_port, ...selection } = JSON.parse(
  process.env['CONFIG'] ?? '{}',
);
const source = sourceOf(process.env['PROXY'] ?? '', process.env['INTERPOSER'] ?? '');

servePolicy((scope) => {
  const { taken, findings } = select(scope, selection);
  const does = [
    delay_percent + '% of the requests wait ' + delay_ms + ' ms',
    abort_percent + '% ' + (abort_status === 0 ? 'lose their connection' : 'end with status ' + abort_status),
  ].join(', ');
  for (const { id } of taken)
    findings.push({ severity: 'warning', code: 'faults', message: 'faults are injected here: ' + does, edge: id });
  return {
    interpositions: taken.map((edge, index) =>
      interposition(edge, {
        source,
        reason: does,
        port: first_port + index,
        settings: {
          edge: edge.name,
          seed,
          delayPercent: delay_percent,
          delayMs: delay_ms,
          abortPercent: abort_percent,
          abortStatus: abort_status,
          upgrade: websocket,
        },
      }),
    ),
    findings,
  };
});
