/** The interface as an OpenAPI 3.1 document. */
import type { JsonObject, JsonValue } from '../base/json.ts';
import { authorityPaths, authoritySchemas } from './openapi-authority.ts';
import { answer, content, faults, json, ref } from './openapi-build.ts';
import { componentTable, interactionPaths, interactionSchemas } from './openapi-interactions.ts';
import {
  Ended,
  events,
  Fault,
  LogLine,
  Probed,
  ProbeReport,
  ProbeRequest,
  Rotated,
  RotatedSecret,
  RunStatus,
  Stopping,
  StopRequest,
  VaultsHealth,
} from './schema.ts';
import { Resolved, ResolveRequest } from './workspace-schema.ts';

const query = (name: string, description: string, schema: JsonObject): JsonObject => ({
  name,
  in: 'query',
  required: false,
  description,
  schema,
});

/** The `Event` schemas by the name that a server-sent event has. */
export const eventSchemas = Object.fromEntries(
  Object.keys(events).map((name) => [name, `${name[0]?.toUpperCase()}${name.slice(1)}Event`]),
) as Readonly<Record<keyof typeof events, string>>;

const eventTable = Object.entries(eventSchemas)
  .map(([name, schema]) => `\`${name}\`: ${schema}`)
  .join(', ');

/** Of the table of faults of vaults. */
const vaultStatuses: JsonObject = Object.fromEntries(
  [
    ['403', 'A vault denied access.'],
    ['409', 'A vault is disabled.'],
    ['422', 'A vault cannot be asked as the settings say.'],
    ['429', 'A vault was asked too often.'],
    ['502', 'A vault failed.'],
    ['503', 'A vault cannot be reached.'],
  ].map(([status, description]) => [status, answer(description as string, 'VaultsHealth')] as const),
);

const paths: JsonObject = {
  '/v1/run': {
    get: {
      operationId: 'run',
      summary: 'What the run and its components are doing',
      description: 'Byte for byte what `headgate status --format json` prints.',
      responses: { '200': answer('Told from the journal, as it is now.', 'RunStatus'), ...faults },
    },
  },
  '/v1/events': {
    get: {
      operationId: 'events',
      summary: 'What happens, as it happens',
      description: `Server-sent events. The data of each is JSON, by the name of the event: ${eventTable}. The id of an event is the \`seq\` of the journal entry up to which everything was sent.`,
      parameters: [
        {
          name: 'last-event-id',
          in: 'header',
          required: false,
          description:
            'Entries after this one come first, -1 for all of them. Without it: what components are doing now, and entries from now on.',
          schema: { type: 'integer', minimum: -1 },
        },
      ],
      responses: {
        '200': { description: 'Until the run has ended.', content: content('text/event-stream', { type: 'string' }) },
        ...faults,
        '503': answer('Too many readers are connected.', 'Fault'),
      },
    },
  },
  '/v1/logs': {
    get: {
      operationId: 'logs',
      summary: 'What the programs said',
      description: 'One JSON text a line, those of all components in the order of their time.',
      parameters: [
        query('component', 'the moniker of one; all of them unless given', { type: 'string' }),
        query('follow', 'go on as long as the run does', { type: 'boolean', default: false }),
      ],
      responses: {
        '200': { description: 'Lines.', content: content('application/x-ndjson', ref('LogLine')) },
        ...faults,
        '404': answer('The run has no such component.', 'Fault'),
        '503': answer('Too many readers are connected.', 'Fault'),
      },
    },
  },
  '/v1/probes': {
    post: {
      operationId: 'probe',
      summary: 'Run probes on what runs now',
      description:
        'Answers when they have been run, with what they found. Where the run has a verdict already, the gate judges once more.',
      requestBody: { required: false, content: json('ProbeRequest') },
      responses: {
        '200': answer('What they found, also where it is not good.', 'Probed'),
        ...faults,
        '404': answer('The run has no such probe.', 'Fault'),
        '409': answer('Not everything is up yet, or the run is over.', 'Fault'),
        '413': answer('The body is too large.', 'Fault'),
      },
    },
  },
  '/v1/secrets/health': {
    get: {
      operationId: 'vaults',
      summary: 'Whether the vaults can be used that something of the run is bound to',
      description: 'No value is read for it. The status is that of the first vault, by name, that cannot be used.',
      parameters: [query('vault', 'the name of one; all of them unless given', { type: 'string' })],
      responses: {
        '200': answer('All of them can be used.', 'VaultsHealth'),
        ...faults,
        '404': answer('The run has no such vault, or a vault has not what is asked for.', 'Fault'),
        ...vaultStatuses,
      },
    },
  },
  '/v1/secrets/rotated': {
    post: {
      operationId: 'rotated',
      summary: 'Tell the run that a secret has another value now',
      description:
        'Components that are bound to it are restarted, their files are replaced, or nothing happens, as the settings say. `headgate secrets rotate` tells every run of the state folder.',
      requestBody: { required: true, content: json('RotatedSecret') },
      responses: {
        '200': answer('What was done, or begun.', 'Rotated'),
        ...faults,
        '413': answer('The body is too large.', 'Fault'),
      },
    },
  },
  '/v1/workspaces/resolve': {
    post: {
      operationId: 'resolve',
      summary: 'Say whose side counts where the source and a copy have both changed a path',
      description: 'Written down; the next finalize of the copy does so. `headgate workspace resolve` asks this.',
      requestBody: { required: true, content: json('ResolveRequest') },
      responses: {
        '200': answer('It is in the journal.', 'Resolved'),
        ...faults,
        '404': answer('The run has no such conflict.', 'Fault'),
        '409': answer('The run is over.', 'Fault'),
        '413': answer('The body is too large.', 'Fault'),
      },
    },
  },
  ...authorityPaths,
  ...interactionPaths,
  '/v1/stop': {
    post: {
      operationId: 'stop',
      summary: 'End the run',
      description: 'Consumers first. Asked again with a shorter time, what is left has that time.',
      parameters: [query('wait', 'answer when the run has ended', { type: 'boolean', default: false })],
      requestBody: { required: false, content: json('StopRequest') },
      responses: {
        '200': answer('With `wait`: how it ended.', 'Ended'),
        '202': answer('It is asked to end.', 'Stopping'),
        ...faults,
        '413': answer('The body is too large.', 'Fault'),
      },
    },
  },
};

/** Without the symbols that the builder of the types leaves. */
const plain = (schema: object): JsonValue => JSON.parse(JSON.stringify(schema)) as JsonValue;

export function controlOpenApi(): JsonObject {
  const named = Object.entries(events).map(([name, schema]) => {
    const { $id: _, ...body } = schema as { readonly $id?: string };
    return [eventSchemas[name as keyof typeof events], plain(body)];
  });
  return {
    openapi: '3.1.0',
    info: {
      title: 'headgate run',
      version: '1',
      summary: "A run's own interface.",
      description: 'On a unix socket that `control.json` in the folder of the run names. Only its owner may connect.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    servers: [
      { url: 'http://run', description: 'for the operator; the name does not matter: the socket is the address' },
      {
        url: '{HEADGATE_CONTROL_URL}',
        description: `for a component with \`control: true\`, from its sandbox: GET /v1/events of its own (${componentTable}), GET /v1/evidence, GET and POST /v1/interactions, GET /v1/interactions/{id}, and nothing else`,
        variables: {
          HEADGATE_CONTROL_URL: { default: 'http://127.0.0.1:20000', description: 'as the program is told' },
        },
      },
    ],
    paths,
    components: {
      schemas: {
        RunStatus: plain(RunStatus),
        LogLine: plain(LogLine),
        ProbeReport: plain(ProbeReport),
        ProbeRequest: plain(ProbeRequest),
        Probed: plain(Probed),
        RotatedSecret: plain(RotatedSecret),
        Rotated: plain(Rotated),
        VaultsHealth: plain(VaultsHealth),
        ResolveRequest: plain(ResolveRequest),
        Resolved: plain(Resolved),
        StopRequest: plain(StopRequest),
        Stopping: plain(Stopping),
        Ended: plain(Ended),
        ...Object.fromEntries(Object.entries(authoritySchemas).map(([name, schema]) => [name, plain(schema)])),
        ...Object.fromEntries(Object.entries(interactionSchemas).map(([name, schema]) => [name, plain(schema)])),
        Fault: plain(Fault),
        ...Object.fromEntries(named),
      },
    },
  };
}
