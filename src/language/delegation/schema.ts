/** The published schema of a delegation file. Whether an id is given twice and whether a pattern can be read is the decoder's to say. */
import type { JsonObject } from '../../base/json.ts';
import { timestampForm } from '../../base/timestamp.ts';
import { gates } from '../../ir/authority.ts';
import { delegationBounds, idForm, subjectForm } from './bounds.ts';

export const delegationSchema = (): JsonObject => ({
  $id: 'urn:headgate:schema:delegation:1',
  title: 'headgate delegations, version 1',
  type: 'object',
  properties: {
    $schema: { type: 'string', description: 'for editors' },
    delegations: {
      type: 'array',
      description: 'what components may do; a right that no entry gives is nobody’s',
      minItems: 1,
      maxItems: delegationBounds.delegations,
      items: {
        type: 'object',
        properties: {
          id: { type: 'string', pattern: idForm, not: { const: 'plan' }, description: 'unique in the file' },
          subject: { type: 'string', pattern: subjectForm, description: 'a moniker, or `*` for every component' },
          gates: {
            type: 'array',
            description: 'what kinds of rights it gives',
            items: { enum: [...gates] },
            minItems: 1,
            uniqueItems: true,
          },
          resources: {
            type: 'array',
            description: 'rights to what: patterns with `*`, `?` and `{a,b}`',
            items: { type: 'string', minLength: 1, maxLength: delegationBounds.patternLength },
            minItems: 1,
            maxItems: delegationBounds.resources,
            uniqueItems: true,
          },
          expires: {
            type: 'string',
            pattern: timestampForm,
            description: 'RFC 3339, with its zone: from then on it gives nothing',
          },
        },
        required: ['id', 'subject', 'gates', 'resources'],
        additionalProperties: false,
      },
    },
  },
  required: ['delegations'],
  additionalProperties: false,
});
