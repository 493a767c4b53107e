import type { EndpointDecl, Template } from '../../ir/manifest.ts';
import type { DecodeContext } from './context.ts';
import { type Cursor, fieldsOf, integerOf, oneOf, present } from './cursor.ts';
import { decodeItems } from './entries.ts';
import { guardsOf, templateOf } from './texts.ts';

export interface Network {
  readonly hasNetwork: boolean;
  readonly endpoints: readonly EndpointDecl[];
  readonly egress: 'none' | 'optional';
}

export function networkOf(ctx: DecodeContext, cursor: Cursor | undefined, vm: boolean): Network {
  const given = present(cursor);
  if (!given) return { hasNetwork: false, endpoints: [], egress: 'none' };
  const fields = fieldsOf(ctx, given, { known: vm ? ['endpoints', 'egress'] : ['endpoints'] });
  const endpoints = decodeItems(ctx, fields?.get('endpoints'), (item) => endpointOf(ctx, item));
  const egress = oneOf(ctx, fields?.get('egress'), ['none', 'optional'] as const) ?? 'none';
  return { hasNetwork: true, endpoints, egress };
}

const protocols = ['http', 'https', 'tcp'];

function endpointOf(ctx: DecodeContext, cursor: Cursor): EndpointDecl | undefined {
  const fields = fieldsOf(ctx, cursor, {
    known: ['when', 'each', 'name', 'port', 'protocol'],
    required: ['name', 'port'],
  });
  if (!fields) return undefined;
  const guards = guardsOf(ctx, fields.get('when'), fields.get('each'));
  const name = templateOf(ctx, fields.get('name'));
  const port = portOf(ctx, fields.get('port'));
  const given = present(fields.get('protocol'));
  const protocol = given ? templateOf(ctx, given) : http(cursor.node.range);
  if (protocol && given && protocol.pieces.every((p) => p.kind === 'literal') && !protocols.includes(protocol.source)) {
    oneOf(ctx, given, protocols);
    return undefined;
  }
  return name && port !== undefined && protocol
    ? { name, port, protocol, range: cursor.node.range, ...guards }
    : undefined;
}

const http = (range: Template['range']): Template => ({
  source: 'http',
  pieces: [{ kind: 'literal', text: 'http' }],
  range,
});

function portOf(ctx: DecodeContext, cursor: Cursor | undefined): number | Template | undefined {
  if (cursor?.node.kind === 'string') return templateOf(ctx, cursor);
  return integerOf(ctx, cursor, { min: 0, max: 65_535 });
}
