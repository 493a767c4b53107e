/** `child_templates`. */
import type { ChildTemplate } from '../../ir/manifest.ts';
import type { DecodeContext } from './context.ts';
import {
  type Cursor,
  type Fields,
  fieldsOf,
  integerOf,
  itemsOf,
  objectOf,
  oneOf,
  optionalText,
  present,
  textOf,
} from './cursor.ts';
import { decodeItems, decodeNamed } from './entries.ts';
import { refOf } from './references.ts';

const known = ['manifest', 'config', 'bindings', 'visible_exports', 'limits', 'possible_backends'];
const backends = ['direct', 'vm', 'compose', 'kubernetes'] as const;

export const childTemplatesOf = (ctx: DecodeContext, cursor: Cursor | undefined): readonly ChildTemplate[] =>
  decodeNamed(ctx, cursor, (item): ChildTemplate | undefined => {
    const { name, nameRange } = item;
    const fields = fieldsOf(ctx, item, { known });
    return fields && { name, nameRange, range: item.node.range, ...bodyOf(ctx, fields) };
  });

type Body = Omit<ChildTemplate, 'name' | 'nameRange' | 'range'>;

function bodyOf(ctx: DecodeContext, fields: Fields): Body {
  const manifest = present(fields.get('manifest'));
  const list = manifest?.node.kind === 'array';
  const empty = manifest?.node.kind === 'array' && manifest.node.items.length === 0;
  const manifests = (list ? itemsOf(ctx, manifest) : manifest ? [manifest] : []).flatMap((item) => {
    const ref = refOf(ctx, item);
    return ref ? [{ ...ref, range: item.node.range }] : [];
  });
  if (manifest && list && manifests.length < 2) {
    ctx.report(
      'invalid-value',
      manifest.node.range,
      manifest.path,
      'a list of allowed manifests needs at least two',
      empty
        ? 'name two manifests or more; without `manifest` whoever makes a child chooses it'
        : 'write a single manifest without the list',
    );
  }
  const config = objectOf(ctx, present(fields.get('config')));
  const bindings = decodeNamed(ctx, present(fields.get('bindings')), (item) => {
    const { name, nameRange } = item;
    const selector = textOf(ctx, item);
    return selector && { name, nameRange, range: item.node.range, selector: selector.value };
  });
  const visible = present(fields.get('visible_exports'));
  const possible = present(fields.get('possible_backends'));
  const limits = limitsOf(ctx, present(fields.get('limits')));
  return {
    manifests,
    manifestList: list,
    bindings,
    ...(config ? { config } : {}),
    ...(visible ? { visibleExports: decodeItems(ctx, visible, (item) => textOf(ctx, item)) } : {}),
    ...(possible
      ? {
          possibleBackends: decodeItems(ctx, possible, (item) =>
            oneOf(ctx, item, backends) === undefined ? undefined : textOf(ctx, item),
          ),
        }
      : {}),
    ...(limits ? { limits } : {}),
  };
}

function limitsOf(ctx: DecodeContext, cursor: Cursor | undefined): ChildTemplate['limits'] {
  const fields = cursor && fieldsOf(ctx, cursor, { known: ['max_live_children', 'name_pattern'] });
  if (!fields) return undefined;
  const maxLiveChildren = integerOf(ctx, present(fields.get('max_live_children')), { min: 0, max: 4_294_967_295 });
  const namePattern = optionalText(ctx, fields.get('name_pattern'))?.value;
  return {
    ...(maxLiveChildren === undefined ? {} : { maxLiveChildren }),
    ...(namePattern === undefined ? {} : { namePattern }),
  };
}
