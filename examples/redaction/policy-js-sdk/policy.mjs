// @ts-check
/** The policy of ../policy-js on the SDK: a redactor on every edge over which agents talk (kind a2a). */
import { definePolicy, interposer, servePolicy } from 'headgate/policy';

/** Put together, because this source is itself a text of a manifest, where a reference would be replaced. */
const redactionTerms = '$' + '{config.redaction_terms}';

const policy = definePolicy({
  name: 'redaction',
  decide(scope, { config }) {
    // References to the config of the scope, as its manifest wrote them: a policy never sees the values.
    const terms = /** @type {readonly string[]} */ (config['redaction_terms']);
    const redactor = interposer({
      program: {
        path: '/usr/bin/env',
        args: ['node', '--input-type=module', '--eval', process.env['INTERPOSER'] ?? ''],
        env: { REDACTION_TERMS: redactionTerms },
      },
      port: 18130,
      reason: 'agents talk over this edge, so ' + terms.length + ' terms are redacted in both directions',
      config: { redaction_terms: terms },
      configSchema: {
        type: 'object',
        properties: { redaction_terms: { type: 'array', items: { type: 'string' } } },
        required: ['redaction_terms'],
      },
    });
    return redactor.on(scope.select({ kind: 'a2a' }));
  },
});

await servePolicy(policy);
