// @ts-check
/** A policy: shown the wiring of its scope, it puts a redactor on every edge over which agents talk (kind a2a). */
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

/** @import { Answer, Edge, Interposition, Question, Scope } from './types.d.ts' */

/**
 * References to the config of the scope, as its manifest wrote them: a policy never sees the values.
 * @type {string[]}
 */
const terms = JSON.parse(process.env['REDACTION_TERMS'] ?? '[]');
const interposer = process.env['INTERPOSER'] ?? '';

/** Every interposer listens on a port of its own, from here upwards. */
const firstPort = 18130;

/**
 * Put together, because this source is itself a text of a manifest, where a reference would be replaced.
 * @param {string} path
 */
const reference = (path) => '$' + '{' + path + '}';

/**
 * @param {Edge} edge
 * @param {number} port
 * @returns {Interposition}
 */
function interposition({ id, capability }, port) {
  return {
    reason: 'agents talk over this edge, so ' + terms.length + ' terms are redacted in both directions',
    interposer: {
      program: {
        path: '/usr/bin/env',
        args: ['node', '--input-type=module', '--eval', interposer],
        env: {
          PORT: String(port),
          UPSTREAM_URL: reference('slots.upstream.url'),
          REDACTION_TERMS: reference('config.redaction_terms'),
        },
        network: { endpoints: [{ name: 'redacted', port }] },
      },
      config: { redaction_terms: terms },
      config_schema: {
        type: 'object',
        properties: { redaction_terms: { type: 'array', items: { type: 'string' } } },
        required: ['redaction_terms'],
      },
      slots: { upstream: capability },
      provides: { downstream: { ...capability, endpoint: 'redacted' } },
    },
    attachments: [{ target: id, interposer_slot: 'upstream', interposer_provide: 'downstream' }],
  };
}

/**
 * @param {Scope} scope
 * @returns {Answer}
 */
function answer({ imports, bindings, exports }) {
  const talking = [...imports, ...bindings, ...exports].filter(({ capability }) => capability.kind === 'a2a');
  return { interpositions: talking.map((edge, index) => interposition(edge, firstPort + index)) };
}

const server = createServer(async (request, response) => {
  /** @type {[status: number, body: object]} */
  let [status, body] = [405, { error: 'a policy is asked with POST' }];
  if (request.method === 'POST') {
    try {
      const question = /** @type {Question} */ (await json(request));
      [status, body] = [200, answer(question.scope)];
    } catch (error) {
      [status, body] = [400, { error: 'not a question for a policy: ' + String(error) }];
    }
  }
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});

server.listen(Number(process.env['PORT']), '127.0.0.1');
process.once('SIGTERM', () => server.close());
