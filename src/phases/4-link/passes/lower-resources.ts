import { type JsonObject, setKey } from '../../../base/json.ts';
import { at } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/link.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { Resource } from '../../../ir/graph.ts';
import type { ResourceDecl, Text } from '../../../ir/manifest.ts';
import { lookupValue, toLiteral } from '../../../language/config/compose.ts';
import { knownDefault } from '../../../language/config/presence.ts';
import { renderScalar } from '../../../language/config/text.ts';
import { parseInterpolation } from '../../../language/interpolation.ts';
import { describe, type Instance } from '../instance.ts';

/** Parameters of storage resources must be decided at link time: a volume is made before anything runs. */
export function lowerAllResources(instances: readonly Instance[], sink: Sink): void {
  const rootSchema = instances[0]?.index.schema ?? null;
  for (const instance of instances) {
    if (instance.manifest.resources.length === 0) continue;
    const out: Record<string, Resource> = {};
    for (const decl of instance.manifest.resources) setKey(out, decl.name, lower(instance, decl, rootSchema, sink));
    instance.resources = out;
  }
}

function lower(instance: Instance, decl: ResourceDecl, rootSchema: JsonObject | null, sink: Sink): Resource {
  const param = (text: Text | undefined): string | null =>
    text ? render({ instance, resource: decl.name, rootSchema }, text, sink) : null;
  const { size, retention, sharing } = decl.params;
  return { kind: 'storage', params: { size: param(size), retention: param(retention), sharing: param(sharing) } };
}

interface Param {
  readonly instance: Instance;
  readonly resource: string;
  readonly rootSchema: JsonObject | null;
}

function render({ instance, resource, rootSchema }: Param, text: Text, sink: Sink): string {
  const fail = (reason: string): string => {
    const place = { at: at(instance.manifest.file, text.range), label: 'resource param here' };
    const args = { component: describe(instance), reason: `params of resource \`${resource}\`: ${reason}` };
    sink.report(D.invalidConfig(args, place));
    return text.value;
  };
  const parsed = parseInterpolation(text.value);
  if (!parsed.ok) return fail(parsed.message);
  let out = '';
  for (const piece of parsed.pieces) {
    if (piece.kind === 'literal') {
      out += piece.text;
      continue;
    }
    if (piece.kind !== 'config')
      return fail(`\`\${${piece.kind}…}\` cannot be used here; use \`\${config…}\` or plain text`);
    if (!instance.configOk) return text.value;
    if (instance.space.schema === null) return fail('`${config…}` is used, and the manifest has no `config_schema`');
    const found = lookupValue(instance.space, piece.path);
    const known = knownDefault(instance.space, piece.path, rootSchema);
    if (!found.ok && known === undefined) return fail(found.message);
    const literal = known ?? (found.ok ? toLiteral(found.value) : undefined);
    if (literal === undefined)
      return fail(`\`\${config.${piece.path}}\` is only known when the scenario runs, and storage is laid out before`);
    const shown = renderScalar(literal);
    if (shown === undefined) return fail(`\`\${config.${piece.path}}\` is null`);
    out += shown;
  }
  return out;
}
