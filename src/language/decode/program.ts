import type { Range } from '../../base/span.ts';
import type { ProcessProgram, Program, Template } from '../../ir/manifest.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import { commandOf } from './command.ts';
import type { DecodeContext } from './context.ts';
import { type Cursor, type Fields, fieldsOf, integerOf, present } from './cursor.ts';
import { envOf } from './env.ts';
import { mountsOf } from './mounts.ts';
import { networkOf } from './network.ts';
import { templateOf, templateOrFile } from './texts.ts';

const known = ['image', 'path', 'vm', 'entrypoint', 'args', 'env', 'network', 'mounts'];

/** Exactly one of `image`, `path` and `vm` says how the program runs. */
export function programOf(ctx: DecodeContext, cursor: Cursor | undefined, keyRange: Range): Program | undefined {
  const given = present(cursor);
  if (!given) return undefined;
  const fields = fieldsOf(ctx, given, { known });
  if (!fields) return undefined;
  const kinds = (['image', 'path', 'vm'] as const).filter((kind) => present(fields.get(kind)));
  const [kind, second] = kinds;
  if (kind === undefined || second !== undefined) {
    const misspelt = kind === undefined && (['image', 'path', 'vm'] as const).some((name) => fields.misspelt(name));
    const message =
      kind === undefined
        ? 'a program needs one of `image`, `path` and `vm`'
        : `a program cannot have both \`${kind}\` and \`${second}\``;
    if (!misspelt)
      ctx.report('program-kind', given.node.range, given.path, message, 'give exactly one of `image`, `path` and `vm`');
    for (const name of kinds) if (name !== 'vm') templateOrFile(ctx, fields.get(name));
    for (const name of ['entrypoint', 'args']) commandOf(ctx, fields.get(name));
    surroundingsOf(ctx, fields);
    return undefined;
  }
  refuseAliens(ctx, fields, kind);
  return kind === 'vm' ? vmOf(ctx, fields, keyRange) : processOf(ctx, fields, kind, keyRange);
}

/** What belongs to another kind. */
function refuseAliens(ctx: DecodeContext, fields: Fields, kind: 'image' | 'path' | 'vm'): void {
  const alien = [
    ...(kind === 'image' ? [] : ['entrypoint']),
    ...(kind === 'path' ? [] : ['args']),
    ...(kind === 'vm' ? ['env', 'network', 'mounts'] : []),
  ];
  for (const name of alien) {
    const node = fields.get(name)?.node;
    if (!node || isEmptyDefault(name, node)) continue;
    const at = fields.key(name) ?? fields.node.range;
    ctx.report('program-kind', at, fields.path, `\`${name}\` does not go with \`${kind}\``, instead(name, kind));
  }
}

/** The reference lets an empty `env` or `mounts` stand beside `vm`. */
const isEmptyDefault = (name: string, node: SyntaxNode): boolean =>
  (name === 'env' && node.kind === 'object' && node.entries.length === 0) ||
  (name === 'mounts' && node.kind === 'array' && node.items.length === 0);

function instead(name: string, kind: 'image' | 'path' | 'vm'): string {
  if (kind === 'image') return 'use `entrypoint`';
  if (kind === 'path') return 'use `args`';
  return name === 'network' || name === 'mounts'
    ? `put \`${name}\` inside \`vm\``
    : 'a virtual machine boots its image; `cloud_init` inside `vm` sets it up';
}

type Surroundings = Pick<ProcessProgram, 'env' | 'hasNetwork' | 'endpoints' | 'mounts'>;

const surroundingsOf = (ctx: DecodeContext, fields: Fields): Surroundings => {
  const { hasNetwork, endpoints } = networkOf(ctx, fields.get('network'), false);
  return { env: envOf(ctx, fields.get('env')), hasNetwork, endpoints, mounts: mountsOf(ctx, fields.get('mounts')) };
};

function processOf(ctx: DecodeContext, fields: Fields, kind: 'image' | 'path', keyRange: Range): Program | undefined {
  const target = templateOrFile(ctx, fields.get(kind));
  const command = commandOf(ctx, fields.get(kind === 'image' ? 'entrypoint' : 'args'));
  const around = surroundingsOf(ctx, fields);
  return target && { kind, target, command, ...around, range: fields.node.range, keyRange };
}

const vmFields = ['image', 'cpus', 'memory_mib', 'network', 'mounts', 'cloud_init'];

function vmOf(ctx: DecodeContext, outer: Fields, keyRange: Range): Program | undefined {
  const cursor = outer.get('vm');
  const fields = cursor && fieldsOf(ctx, cursor, { known: vmFields, required: ['image', 'cpus', 'memory_mib'] });
  if (!fields) return undefined;
  const target = templateOrFile(ctx, fields.get('image'));
  const cpus = sizeOf(ctx, fields.get('cpus'));
  const memoryMib = sizeOf(ctx, fields.get('memory_mib'));
  const { hasNetwork, endpoints, egress } = networkOf(ctx, fields.get('network'), true);
  const mounts = mountsOf(ctx, fields.get('mounts'));
  const cloud = present(fields.get('cloud_init'));
  const init = cloud && fieldsOf(ctx, cloud, { known: ['user_data', 'vendor_data'] });
  const userData = templateOrFile(ctx, present(init?.get('user_data')));
  const vendorData = templateOrFile(ctx, present(init?.get('vendor_data')));
  if (!target || cpus === undefined || memoryMib === undefined) return undefined;
  const data = { ...(userData ? { userData } : {}), ...(vendorData ? { vendorData } : {}) };
  return {
    kind: 'vm',
    target,
    cpus,
    memoryMib,
    hasNetwork,
    egress,
    endpoints,
    mounts,
    ...data,
    range: outer.node.range,
    keyRange,
  };
}

const sizeOf = (ctx: DecodeContext, cursor: Cursor | undefined): number | Template | undefined =>
  cursor?.node.kind === 'string' ? templateOf(ctx, cursor) : integerOf(ctx, cursor, { min: 0, max: 4_294_967_295 });
