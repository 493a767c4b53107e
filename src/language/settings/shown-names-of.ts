import { controlRefused, hasControl, withoutControl } from '../../base/control.ts';
import type { Cursor, NamedCursor } from '../decode/cursor.ts';
import { namesOf } from '../decode/cursor.ts';
import type { SettingsContext } from './section.ts';

/** The entries of a map from names; one that cannot be shown is reported, and read all the same. */
export function shownNamesOf(ctx: SettingsContext, cursor: Cursor | undefined): readonly NamedCursor[] {
  const entries = namesOf(ctx, cursor);
  for (const { name, nameRange, path } of entries)
    if (hasControl(name)) ctx.report('invalid-value', nameRange, path, controlRefused, withoutControl);
  return entries;
}
