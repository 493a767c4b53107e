// @ts-check
/**
 * What the policies of this folder have in common: which edges they take, what their interposers look like, and the server that is
 * asked. It travels as a text, as all of it does: a reference of a manifest must not stand here.
 */
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

/**
 * @typedef {{ kind: string, profile: string | null }} Capability
 * @typedef {{ Component: { component: number, name: string } } | { Resource: object } | { Framework: object }} Source
 * @typedef {{ id: number, capability: Capability, from?: Source, to?: { component: number, name: string } }} ShownEdge
 * @typedef {{ name: string, port: number, protocol: string }} Endpoint
 * @typedef {object} Component
 * @property {number} id
 * @property {string} moniker
 * @property {Record<string, { endpoint: string | null }>} provides
 * @property {{ network?: { endpoints: Endpoint[] } } | null} program
 * @typedef {{ components: Component[], bindings: ShownEdge[], imports: ShownEdge[], exports: ShownEdge[] }} Scope
 *
 * @typedef {object} Edge
 * @property {number} id
 * @property {Capability} capability
 * @property {string} name The consumer's slot, such as `/web.data`; of an edge that leaves the scope, the provider's provide.
 * @property {string} from Moniker; empty when it lies outside.
 * @property {string} to The same.
 * @property {string} protocol Of the endpoint behind it; empty when that is not shown.
 *
 * @typedef {{ severity: 'error' | 'warning' | 'info', message: string, code: string, edge?: number, component?: number }} Finding
 * @typedef {{ interpositions: object[], findings?: Finding[] }} Answer
 *
 * @typedef {object} Selection What every policy of this folder can be told of the edges that it takes.
 * @property {string[]} kinds
 * @property {string[]} only Monikers, of which one end must fit one; `*` stands for a part of a name, and `**` for any depth.
 * @property {string[]} except Edges by name, or monikers of either end.
 */

/** Put together, because this source is itself a text of a manifest. @param {string} path */
export const reference = (path) => '$' + '{' + path + '}';

/**
 * Every edge of the scope, in the order of the question.
 * @param {Scope} scope
 * @returns {Edge[]}
 */
export function edgesOf({ components, bindings, imports, exports }) {
  const byId = new Map(components.map((component) => [component.id, component]));
  return [...bindings, ...imports, ...exports]
    .sort((a, b) => a.id - b.id)
    .map(({ id, capability, from, to }) => {
      const source = from && 'Component' in from ? from.Component : undefined;
      const provider = byId.get(source?.component ?? -1);
      const consumer = byId.get(to?.component ?? -1);
      const endpoint = provider && source ? provider.provides[source.name]?.endpoint : undefined;
      const found = provider?.program?.network?.endpoints.find(({ name }) => name === endpoint);
      const name =
        to && consumer ? consumer.moniker + '.' + to.name : (provider?.moniker ?? '') + '.' + (source?.name ?? '');
      return {
        id,
        capability,
        name,
        from: provider?.moniker ?? '',
        to: consumer?.moniker ?? '',
        protocol: found?.protocol ?? '',
      };
    });
}

/**
 * `*` stands for any part of one name, `**` for any depth.
 * @param {string} pattern
 * @param {string} text
 */
export function fits(pattern, text) {
  const parts = pattern.split(/(\*\*|\*)/).map((part) => {
    if (part === '**') return '.*';
    return part === '*' ? '[^/]*' : part.replaceAll(/[.+?^$()|[\]{}\\]/g, (c) => '\\' + c);
  });
  return new RegExp('^' + parts.join('') + '$').test(text);
}

/**
 * The edges that a policy takes, and what is to be said of that. An edge that is meant and cannot be taken is an error: it would go
 * on without what it was to have.
 * @param {Scope} scope
 * @param {Selection} selection
 * @returns {{ taken: Edge[], findings: Finding[] }}
 */
export function select(scope, { kinds, only, except }) {
  /** @type {Finding[]} */
  const findings = [];
  const edges = edgesOf(scope);
  const unused = new Set(except);
  const taken = edges.filter((edge) => {
    if (!kinds.includes(edge.capability.kind)) return false;
    if (only.length > 0 && !only.some((pattern) => fits(pattern, edge.from) || fits(pattern, edge.to))) return false;
    const excluded = except.filter((pattern) => [edge.name, edge.from, edge.to].some((text) => fits(pattern, text)));
    for (const pattern of excluded) unused.delete(pattern);
    return excluded.length === 0;
  });
  const http = taken.filter(({ id, name, protocol }) => {
    if (['', 'http', 'https'].includes(protocol)) return true;
    const message =
      'the edge `' + name + '` speaks ' + protocol + ', and this policy only understands HTTP; name it under `except`';
    findings.push({ severity: 'error', code: 'not-http', message, edge: id });
    return false;
  });
  for (const pattern of unused)
    findings.push({
      severity: 'warning',
      code: 'unused-except',
      message: 'no edge fits `' + pattern + '` of `except`',
    });
  if (taken.length === 0)
    findings.push({ severity: 'warning', code: 'no-edges', message: 'the policy found no edge to sit on' });
  return { taken: http, findings };
}

/**
 * One text out of the library and the interposer that imports from it, without comments: it stands in the answer for every edge.
 * @param {string} library
 * @param {string} own
 */
export function sourceOf(library, own) {
  const alone = own.replaceAll(/^import [^;]* from '\.\.\/lib\/[^']*';$/gm, '');
  return (library.replaceAll(/^export /gm, '') + alone)
    .replaceAll(/^ *\/\*\*.*?\*\/ *$/gms, '')
    .replaceAll(/^ *\/\/.*$/gm, '')
    .replaceAll(/^ +/gm, '')
    .replaceAll(/\n{2,}/g, '\n');
}

/**
 * @param {Edge} edge
 * @param {object} interposer
 * @param {string} interposer.source
 * @param {number} interposer.port
 * @param {string} interposer.reason
 * @param {object} interposer.settings Plain values, which the plan shows.
 * @param {Record<string, string>} [interposer.env]
 * @param {Record<string, unknown>} [interposer.config] References: it has no values that the policy knows.
 * @param {Record<string, object>} [interposer.schema] Of the properties of that config.
 */
export function interposition(
  { id, capability: { kind, profile } },
  { source, port, reason, settings, env = {}, config = {}, schema = {} },
) {
  return {
    reason,
    interposer: {
      program: {
        path: '/usr/bin/env',
        args: ['node', '--input-type=module', '--eval', source],
        env: {
          PORT: String(port),
          UPSTREAM_URL: reference('slots.upstream.url'),
          SETTINGS: JSON.stringify(settings),
          ...env,
        },
        network: { endpoints: [{ name: 'in', port }] },
      },
      config,
      config_schema: { type: 'object', properties: schema, required: Object.keys(schema) },
      slots: { upstream: { kind, profile } },
      provides: { downstream: { kind, profile, endpoint: 'in' } },
    },
    attachments: [{ target: id, interposer_slot: 'upstream', interposer_provide: 'downstream' }],
  };
}

/**
 * A text that names a value and does not hold it.
 * @param {unknown} value
 */
export const isReference = (value) => typeof value === 'string' && /^\$\{config\.[a-z0-9_.]+\}$/.test(value);

/**
 * Answers every question with what `answer` makes of its scope.
 * @param {(scope: Scope) => Answer} answer
 */
export function servePolicy(answer) {
  const server = createServer(async (request, response) => {
    /** @type {[status: number, body: object]} */
    let [status, body] = [405, { error: 'a policy is asked with POST' }];
    if (request.method === 'POST') {
      try {
        const question = /** @type {{ scope: Scope }} */ (await json(request));
        [status, body] = [200, answer(question.scope)];
      } catch (error) {
        [status, body] = [400, { error: 'not a question for a policy: ' + String(error) }];
      }
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(Number(process.env['PORT']), '127.0.0.1');
  process.once('SIGTERM', () => {
    server.close();
    server.closeAllConnections();
  });
}
