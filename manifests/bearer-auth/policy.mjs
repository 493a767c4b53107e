// @ts-check
/** Puts a gate on every edge that it is told to take. It knows the name of the token, never the token. */
import { interposition, isReference, reference, select, servePolicy, sourceOf } from '../lib/policy.mjs';

const { token, mode, realm, forward_token, websocket, first_port, ...selection } = JSON.parse(
  process.env['CONFIG'] ?? '{}',
);
const source = sourceOf(process.env['PROXY'] ?? '', process.env['INTERPOSER'] ?? '');

servePolicy((scope) => {
  const { taken, findings } = select(scope, selection);
  if (!isReference(token)) {
    const message =
      'the token stands in the manifest; keep it in root config with `secret: true`, and name it with a doubled $: "$' +
      reference('config.NAME') +
      '"';
    return { interpositions: [], findings: [{ severity: 'error', code: 'token-in-clear', message }] };
  }
  return {
    interpositions: taken.map((edge, index) =>
      interposition(edge, {
        source,
        reason: mode === 'add' ? 'the token is added to every request' : 'only those who know the token may pass',
        port: first_port + index,
        settings: { mode, realm, forward: forward_token, upgrade: websocket },
        env: { TOKEN: reference('config.token') },
        config: { token },
        schema: { token: { type: 'string', secret: true } },
      }),
    ),
    findings,
  };
});
