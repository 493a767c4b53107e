// @ts-check
/** Puts a redactor on every edge that it is told to take. It is given references to the terms, and hands them on. */
import { interposition, reference, select, servePolicy, sourceOf } from '../lib/policy.mjs';

const { terms, mark, content_encoding, websocket, first_port, ...selection } = JSON.parse(
  process.env['CONFIG'] ?? '{}',
);
const source = sourceOf(process.env['PROXY'] ?? '', process.env['INTERPOSER'] ?? '');

servePolicy((scope) => {
  const { taken, findings } = select(scope, selection);
  if (terms.length === 0)
    findings.push({ severity: 'error', code: 'no-terms', message: 'there is no term to redact: `terms` is empty' });
  const reason = terms.length + (terms.length === 1 ? ' term is' : ' terms are') + ' redacted in both directions';
  return {
    interpositions: taken.map((edge, index) =>
      interposition(edge, {
        source,
        reason,
        port: first_port + index,
        settings: { mark, decode: content_encoding === 'decode', upgrade: websocket },
        env: { TERMS: reference('config.terms') },
        config: { terms },
        schema: { terms: { type: 'array', items: { type: 'string' }, secret: true } },
      }),
    ),
    findings,
  };
});
