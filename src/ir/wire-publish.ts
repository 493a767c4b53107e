/** Schemas of questions and answers as they are published: JSON Schema 2020-12, and an OpenAPI 3.1 document. */
import { isObject, type JsonObject, type JsonValue } from '../base/json.ts';
import { policyAnswerSchema, sharingAnswerSchema } from './answer-schema.ts';
import { selectionsHeader } from './protocol.ts';
import { policyRequestSchema, sharingRequestSchema } from './request.ts';

/** The version that every policy speaks; travels as the header `headgate-protocol`. */
const version = '1';

interface Hoisted {
  readonly root: JsonObject;
  /** Every schema with a title, by title, but the root. */
  readonly definitions: Readonly<Record<string, JsonObject>>;
}

const single = ['items', 'additionalProperties', 'propertyNames', 'if', 'then'] as const;
const several = ['anyOf', 'allOf'] as const;

/** `schema` is a tree; a definition is referred to at `prefix` and its title. */
function hoist(schema: JsonObject, prefix: string): Hoisted {
  const definitions: Record<string, JsonObject> = {};
  const refer = (node: JsonValue): JsonValue => {
    if (!isObject(node)) return node;
    const title = node['title'];
    if (typeof title !== 'string') return inside(node);
    if (!Object.hasOwn(definitions, title)) {
      // There before it is finished, so that the order is that of first use.
      definitions[title] = {};
      definitions[title] = inside(node);
    }
    return { $ref: `${prefix}${title}` };
  };
  const inside = (node: JsonObject): JsonObject => {
    const out: Record<string, JsonValue> = { ...node };
    for (const key of single) if (isObject(out[key])) out[key] = refer(out[key]);
    for (const key of several) if (Array.isArray(out[key])) out[key] = (out[key] as readonly JsonValue[]).map(refer);
    const properties = out['properties'];
    if (isObject(properties)) {
      out['properties'] = Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, refer(field)]));
    }
    return out;
  };
  return { root: inside(schema), definitions };
}

/** Without the symbols that the builder of the types leaves. */
const plain = (schema: object): JsonObject => JSON.parse(JSON.stringify(schema)) as JsonObject;

function standalone(schema: object, id: string, of: string = version): JsonObject {
  const { root, definitions } = hoist(plain(schema), '#/$defs/');
  return { $id: `urn:headgate:schema:${id}:${of}`, ...root, $defs: definitions };
}

export const publishedRequestSchema = (): JsonObject => standalone(policyRequestSchema, 'policy-request');
export const publishedAnswerSchema = (): JsonObject => standalone(policyAnswerSchema, 'policy-answer');
export const publishedSharingRequestSchema = (): JsonObject => standalone(sharingRequestSchema, 'policy-request', '2');
export const publishedSharingAnswerSchema = (): JsonObject => standalone(sharingAnswerSchema, 'policy-answer', '2');

const header = (name: string, description: string, schema: JsonObject): JsonObject => ({
  name,
  in: 'header',
  required: false,
  description,
  schema,
});

const json = (ref: string): JsonObject => ({ 'application/json': { schema: { $ref: `#/components/schemas/${ref}` } } });
const refused = (description: string): JsonObject => ({ description, content: json('PolicyFailure') });

const failure: JsonObject = {
  type: 'object',
  description: 'Advice: of an answer with such a status, headgate shows the beginning, whatever it is.',
  properties: {
    error: { type: 'string', description: 'what was wrong' },
    code: { type: 'string', description: 'a name for this sort of fault' },
  },
  required: ['error'],
};

const selections: JsonObject = {
  type: 'object',
  description: 'Further fields are passed over; a header that cannot be read is, too.',
  properties: {
    selections: {
      type: 'array',
      description: 'in the order in which they were first made; those of one name count as one',
      items: {
        type: 'object',
        description: 'one name under which edges were selected',
        properties: {
          name: { type: 'string', description: 'what the selection is called' },
          matched: { type: 'integer', minimum: 0, description: 'how many edges' },
        },
        required: ['name', 'matched'],
      },
    },
    left_out: { type: 'integer', minimum: 0, description: 'how many more there were than the header has room for' },
  },
  required: ['selections'],
};

const question: JsonObject = {
  operationId: 'ask',
  summary: 'Ask the policy about one scope',
  parameters: [
    header('headgate-protocol', 'version of question and answer; not sent by every caller', {
      type: 'string',
      const: version,
    }),
    header(
      'headgate-protocol-versions',
      'versions in which the answer may be; those of version 2 are in schemas of their own, and say so in `headgate-protocol`',
      { type: 'string' },
    ),
    header('headgate-scope', 'moniker of the scope, percent-encoded like a URL', { type: 'string' }),
    header('headgate-policy', 'the list entry that is asked, such as `#redaction.apply`, encoded the same way', {
      type: 'string',
    }),
  ],
  requestBody: { required: true, content: json('PolicyRequest') },
  responses: {
    200: {
      description: 'What the policy proposes. Any status from 200 to 299 counts.',
      headers: {
        [selectionsHeader]: {
          description:
            'what the selectors of the policy matched, in ASCII; for the coverage of tests, and passed over otherwise',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/PolicySelections' } } },
        },
      },
      content: json('PolicyAnswer'),
    },
    400: refused('The question is none, or in another version of the protocol.'),
    500: refused('The policy failed; so does the compile.'),
  },
};

const readiness: JsonObject = {
  operationId: 'health',
  summary: 'Is the policy ready?',
  description: 'Asked until there is any status but 502. 404 and 405 count as ready.',
  responses: { 200: { description: 'It is ready; the body is not read.' } },
};

export function policyOpenApi(): JsonObject {
  const prefix = '#/components/schemas/';
  const request = hoist(plain(policyRequestSchema), prefix);
  const answer = hoist(plain(policyAnswerSchema), prefix);
  return {
    openapi: '3.1.0',
    info: {
      title: 'headgate policy',
      version,
      summary: 'What a policy service answers.',
      description:
        'While a scenario is compiled, each policy is shown one subtree of it and says what is to be spliced in.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    servers: [
      { url: 'http://127.0.0.1:{port}', variables: { port: { default: '18120', description: 'of its endpoint' } } },
    ],
    paths: { '/': { get: readiness, post: question } },
    components: {
      schemas: {
        PolicyRequest: request.root,
        PolicyAnswer: answer.root,
        PolicyFailure: failure,
        PolicySelections: selections,
        ...request.definitions,
        ...answer.definitions,
      },
    },
  };
}
