import type { Range } from '../../base/span.ts';
import type { Program, Template } from '../../ir/manifest.ts';
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
    const message =
      kind === undefined
        ? 'a program needs one of `image`, `path` and `vm`'
        : `a program cannot have both \`${kind}\` and \`${second}\``;
    ctx.report('program-kind', given.node.range, given.path, message, 'give exactly one of `image`, `path` and `vm`');
    return undefined;
  }
  if (!fitting(ctx, fields, kind)) return undefined;
  return kind === 'vm' ? vmOf(ctx, fields, keyRange) : processOf(ctx, fields, kind, keyRange);
}

function fitting(ctx: DecodeContext, fields: Fields, kind: 'image' | 'path' | 'vm'): boolean {
  const alien = [
    ...(kind === 'image' ? [] : ['entrypoint']),
    ...(kind === 'path' ? [] : ['args']),
    ...(kind === 'vm' ? ['env', 'network', 'mounts'] : []),
  ];
  const found = alien.filter((name) => {
    const cursor = fields.get(name);
    if (!cursor || name === 'entrypoint' || name === 'args') return cursor !== undefined;
    const node = cursor.node;
    return !(
      (name === 'env' && node.kind === 'object' && node.entries.length === 0) ||
      (name === 'mounts' && node.kind === 'array' && node.items.length === 0)
    );
  });
  for (const name of found) {
    const help =
      name === 'args'
        ? 'use `entrypoint`'
        : name === 'entrypoint' && kind === 'path'
          ? 'use `args`'
          : 'put it inside `vm`, where it can stand there at all';
    ctx.report(
      'program-kind',
      fields.key(name) ?? fields.node.range,
      fields.path,
      `\`${name}\` does not go with \`${kind}\``,
      help,
    );
  }
  return found.length === 0;
}

function processOf(ctx: DecodeContext, fields: Fields, kind: 'image' | 'path', keyRange: Range): Program | undefined {
  const target = templateOrFile(ctx, fields.get(kind));
  const command = commandOf(ctx, fields.get(kind === 'image' ? 'entrypoint' : 'args'));
  const env = envOf(ctx, fields.get('env'));
  const { hasNetwork, endpoints } = networkOf(ctx, fields.get('network'), false);
  const mounts = mountsOf(ctx, fields.get('mounts'));
  if (!target) return undefined;
  return { kind, target, command, env, hasNetwork, endpoints, mounts, range: fields.node.range, keyRange };
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
