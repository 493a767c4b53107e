import type { JsonObject } from '../base/json.ts';
import { AuthorityTold, RevokeRequest } from './authority-schema.ts';
import { answer, faults, json } from './openapi-build.ts';

export const authorityPaths: JsonObject = {
  '/v1/authority': {
    get: {
      operationId: 'authority',
      summary: 'On whose authority the run acts',
      description: 'What was delegated, what has become of it, and on which delegation each right stands now.',
      responses: { '200': answer('As it is now.', 'AuthorityTold'), ...faults },
    },
  },
  '/v1/authority/revoke': {
    post: {
      operationId: 'revoke',
      summary: 'Take a delegation back, for this run',
      description:
        'Written down, and for good. Where something that runs stands on it and on nothing else, the run ends as BLOCKED `authority_missing`. `headgate authority revoke` asks this.',
      requestBody: { required: true, content: json('RevokeRequest') },
      responses: {
        '200': answer('It is revoked.', 'AuthorityTold'),
        ...faults,
        '404': answer('The run has no such delegation.', 'Fault'),
        '409': answer('It was revoked before, or the run is over.', 'Fault'),
        '413': answer('The body is too large.', 'Fault'),
      },
    },
  },
};

export const authoritySchemas: Readonly<Record<string, object>> = { AuthorityTold, RevokeRequest };
