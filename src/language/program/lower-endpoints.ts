import type { JsonValue } from '../../base/json.ts';
import type { LoweredEndpoint, Protocol } from '../../ir/graph.ts';
import type { EndpointDecl, Program, Template } from '../../ir/manifest.ts';
import { eachItems, presence } from '../config/presence.ts';
import type { LowerInput } from './lower-input.ts';
import type { ProgramProblem } from './problem.ts';
import { literalOf, renderTemplate } from './static-text.ts';

/** Provides refer to endpoints, so everything about them must be known at link time. */
export function lowerEndpoints(
  program: Pick<Program, 'kind' | 'endpoints'>,
  input: LowerInput,
  problems: ProgramProblem[],
): readonly LoweredEndpoint[] {
  const out: LoweredEndpoint[] = [];
  const names = new Set<string>();
  for (const [index, endpoint] of program.endpoints.entries()) {
    const location = `${program.kind === 'vm' ? 'program.vm' : 'program'}.network.endpoints[${index}]`;
    const fail = (message: string): void => {
      problems.push({
        kind: 'endpoint',
        message: `${location}: ${message}`,
        range: endpoint.range,
        location,
        label: 'endpoint declared here',
      });
    };
    for (const item of itemsOf(endpoint, input, fail)) {
      const made = lowerOne(endpoint, input, item, fail);
      if (!made) continue;
      if (names.has(made.name)) fail(`there is more than one endpoint \`${made.name}\` once everything is expanded`);
      else out.push(made);
      names.add(made.name);
    }
  }
  return out;
}

type Fail = (message: string) => void;

/** One entry for each endpoint to make; `undefined` stands for an endpoint that is not repeated. */
function itemsOf(endpoint: EndpointDecl, input: LowerInput, fail: Fail): readonly (JsonValue | undefined)[] {
  const { when, each } = endpoint;
  if (when?.kind === 'slots' || each?.kind === 'slots') {
    fail('endpoints cannot depend on slots: they are fixed when the scenario is linked');
    return [];
  }
  if (when) {
    const there = presence(input.space, when.path, input.rootSchema);
    if (there === 'absent') return [];
    if (there === 'runtime') {
      fail(`whether \`config.${when.path}\` is present is only known when the scenario runs`);
      return [];
    }
  }
  if (!each) return [undefined];
  const items = eachItems(input.space, each.path);
  if (items.kind === 'static') return items.items;
  fail(
    items.kind === 'error'
      ? items.message
      : `the items of \`config.${each.path}\` are only known when the scenario runs`,
  );
  return [];
}

function lowerOne(
  endpoint: EndpointDecl,
  input: LowerInput,
  item: JsonValue | undefined,
  fail: Fail,
): LoweredEndpoint | undefined {
  const text = (template: Template, what: string): string | undefined => {
    const rendered = renderTemplate(template, {
      space: input.space,
      self: input.self,
      ...(item === undefined ? {} : { item }),
    });
    if (!rendered.ok) return fail(`${what}: ${rendered.message}`) as undefined;
    const literal = literalOf(rendered.parts);
    if (literal === undefined) fail(`${what} \`${template.source}\` is only known when the scenario runs`);
    return literal;
  };
  const name = text(endpoint.name, 'name');
  const port = typeof endpoint.port === 'number' ? String(endpoint.port) : text(endpoint.port, 'port');
  const protocol = text(endpoint.protocol, 'protocol');
  if (name === undefined || port === undefined || protocol === undefined) return undefined;
  if (name === '') return fail('the name is empty') as undefined;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) return fail(`\`${port}\` is not a port`) as undefined;
  if (!isProtocol(protocol))
    return fail(`\`${protocol}\` is not a protocol; use \`http\`, \`https\` or \`tcp\``) as undefined;
  return { name, port: Number(port), protocol };
}

const isProtocol = (text: string): text is Protocol => text === 'http' || text === 'https' || text === 'tcp';
