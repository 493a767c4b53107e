/** The part of the document that is about interactions, finalizes and evidence. */
import type { JsonObject } from '../base/json.ts';
import {
  AnswerGiven,
  ComponentAsks,
  componentEvents,
  FinalizedTold,
  FinalizeRequest,
  InteractionsTold,
  InteractionTold,
  OperatorAsks,
} from './interaction-schema.ts';
import { answer, content, faults, json, ref } from './openapi-build.ts';
import { EvidenceTold } from './schema.ts';

/** Events on the channel of a component, for the text of the document. */
export const componentTable = Object.keys(componentEvents)
  .map((name) => `\`${name}\`: Own${name[0]?.toUpperCase()}${name.slice(1)}Event`)
  .join(', ');

const answering = (operationId: string, summary: string, description: string): JsonObject => ({
  post: {
    operationId,
    summary,
    description,
    parameters: [idParameter],
    requestBody: { required: false, content: json('AnswerGiven') },
    responses: {
      '200': answer('As it is answered, by this request or by the same one before.', 'Interaction'),
      ...faults,
      '404': answer('Nothing was asked with this id.', 'Fault'),
      '409': answer(
        'It was answered otherwise, or the run is over, or the workspace of who asks is not finalized: then `code` is `workspace_not_finalized`, `state` says what is known of the finalize, and `retryable` whether the same request may do later by itself.',
        'Fault',
      ),
      '413': answer('The body is too large.', 'Fault'),
    },
  },
});

const idParameter: JsonObject = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'of the interaction',
  schema: { type: 'string' },
};

export const interactionPaths: JsonObject = {
  '/v1/evidence': {
    get: {
      operationId: 'evidence',
      summary: 'What probes have found',
      description: 'The newest of each, read back from the store and verified. Components may ask for it too.',
      responses: { '200': answer('As it is now.', 'Evidence'), ...faults },
    },
  },
  '/v1/interactions': {
    get: {
      operationId: 'interactions',
      summary: 'What was asked, and what became of it',
      description: 'A component is told of its own alone.',
      responses: { '200': answer('In the order in which it was asked.', 'Interactions'), ...faults },
    },
    post: {
      operationId: 'ask',
      summary: 'Ask for a confirmation, or suggest tasks',
      description:
        'On the channel of a component, which tells who it is, without `component`. At most 100 of one component are open at a time, and 1,000 in one run.',
      parameters: [
        {
          name: 'idempotency-key',
          in: 'header',
          required: false,
          description: 'with the same one, the same request of the same component is the same interaction',
          schema: { type: 'string', pattern: '^[!-~]{1,200}$' },
        },
      ],
      requestBody: {
        required: true,
        content: content('application/json', { anyOf: [ref('OperatorAsks'), ref('ComponentAsks')] }),
      },
      responses: {
        '200': answer('It was asked before, with this key.', 'Interaction'),
        '201': answer('It is written down.', 'Interaction'),
        ...faults,
        '404': answer('The run has no such component.', 'Fault'),
        '409': answer('The run is over, or is ending.', 'Fault'),
        '413': answer('Body, message or payload are too large.', 'Fault'),
        '422': answer('Another request came with this key before.', 'Fault'),
        '429': answer('The component has asked for as much as it may.', 'Fault'),
      },
    },
  },
  '/v1/interactions/{id}': {
    get: {
      operationId: 'interaction',
      summary: 'One thing that was asked',
      description: 'A component is told of its own alone.',
      parameters: [idParameter],
      responses: {
        '200': answer('As it is now.', 'Interaction'),
        ...faults,
        '404': answer('Nothing was asked with this id.', 'Fault'),
      },
    },
  },
  '/v1/interactions/{id}/accept': answering(
    'accept',
    'Say yes',
    'A request for confirmation needs the workspace of who asks to be finalized, or given up; a suggestion does not.',
  ),
  '/v1/interactions/{id}/reject': answering(
    'reject',
    'Say no',
    'What depends on a task whose request for confirmation is rejected does not begin.',
  ),
  '/v1/finalize': {
    post: {
      operationId: 'finalize',
      summary: 'Take the changes of a copy over once more, or give them up',
      description: 'Answers when that is done, also where it did not go well: each copy says what became of it.',
      requestBody: { required: true, content: json('FinalizeRequest') },
      responses: {
        '200': answer('The copies that were asked for, as they are by now.', 'Finalized'),
        ...faults,
        '404': answer('The run has no such component, or that one has no workspace.', 'Fault'),
        '409': answer('It is in use, or being finalized, or finalized already, or the run is over.', 'Fault'),
        '413': answer('The body is too large.', 'Fault'),
      },
    },
  },
};

/** By name. */
export const interactionSchemas: Readonly<Record<string, object>> = {
  Interaction: InteractionTold,
  Interactions: InteractionsTold,
  OperatorAsks,
  ComponentAsks,
  AnswerGiven,
  Evidence: EvidenceTold,
  FinalizeRequest,
  Finalized: FinalizedTold,
  ...Object.fromEntries(
    Object.entries(componentEvents).map(([name, schema]) => [
      `Own${name[0]?.toUpperCase()}${name.slice(1)}Event`,
      schema,
    ]),
  ),
};
