import type { ExportDecl, ExportTarget } from '../../ir/manifest.ts';
import type { OwnNames } from './bindings.ts';
import type { DecodeContext } from './context.ts';
import { type Cursor, textOf } from './cursor.ts';
import { decodeNamed } from './entries.ts';
import { nearReference, orElse } from './near-reference.ts';

export const exportsOf = (ctx: DecodeContext, cursor: Cursor | undefined, own: OwnNames): readonly ExportDecl[] =>
  decodeNamed(ctx, cursor, (item): ExportDecl | undefined => {
    const { name, nameRange } = item;
    const text = textOf(ctx, item);
    if (!text) return undefined;
    const target = targetOf(text.value, own);
    if (target) return { name, nameRange, range: text.range, target, legacySelf: text.value.startsWith('self.') };
    const near = notExported.test(text.value) ? undefined : nearReference(text.value, ['provides', 'slots']);
    ctx.report(
      'invalid-value',
      text.range,
      item.path,
      `\`${text.value}\` cannot be exported`,
      orElse(near, 'an export is `provides.x`, `slots.x` or `#child.export`'),
      near === undefined ? undefined : { range: text.range, text: near },
    );
    return undefined;
  });

/** These exist, and cannot be shown to a parent. */
const notExported = /^(?:resources|framework)\./;

/** A bare name and `self.x` mean an own provide, else an own slot. */
function targetOf(text: string, own: OwnNames): ExportTarget | undefined {
  const dot = text.indexOf('.');
  if (dot < 0) return text === '' ? undefined : ownTarget(text, own);
  const [head, name] = [text.slice(0, dot), text.slice(dot + 1)];
  if (name === '' || name.includes('.')) return undefined;
  if (head === 'provides') return { kind: 'provide', name };
  if (head === 'slots') return { kind: 'slot', name };
  if (head === 'self') return ownTarget(name, own);
  return head.startsWith('#') && head.length > 1 ? { kind: 'child', child: head.slice(1), export: name } : undefined;
}

const ownTarget = (name: string, own: OwnNames): ExportTarget =>
  !own.provides.some((p) => p.name === name) && own.slots.some((s) => s.name === name)
    ? { kind: 'slot', name }
    : { kind: 'provide', name };
