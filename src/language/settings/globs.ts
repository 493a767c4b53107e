/** A list of globs, seen from the folder of the settings file. */
import { parseGlob } from '../../base/glob.ts';
import type { ListedGlob } from '../../base/glob-list.ts';
import type { JsonObject } from '../../base/json.ts';
import * as D from '../../diagnostics/catalogue/settings.ts';
import { type Cursor, itemsOf, textOf } from '../decode/cursor.ts';
import type { SettingsContext } from './section.ts';
import type { Shape } from './shape.ts';

export function readGlobs(ctx: SettingsContext, cursor: Cursor | undefined): readonly ListedGlob[] {
  const globs: ListedGlob[] = [];
  let first = true;
  for (const item of itemsOf(ctx, cursor)) {
    const text = textOf(ctx, item, 'a glob');
    if (!text) continue;
    const negative = text.value.startsWith('!');
    const read = parseGlob(negative ? text.value.slice(1) : text.value);
    const fault =
      'fault' in read
        ? read.fault
        : negative && first
          ? 'with `!` it takes away, and nothing stands before it'
          : undefined;
    first = false;
    if (fault !== undefined) ctx.tell(D.invalidGlob({ glob: text.value, fault }, { at: ctx.at(text.range) }));
    else if ('glob' in read) globs.push({ negative, glob: read.glob });
  }
  return globs;
}

/** One that takes nothing back; its text, as it stands there. */
export const glob = (description: string): Shape<string> => ({
  schema: { type: 'string', description, minLength: 1 },
  read(ctx, cursor) {
    const text = textOf(ctx, cursor, 'a glob');
    if (!text) return undefined;
    const read = parseGlob(text.value);
    if ('glob' in read) return text.value;
    const help = 'globs are paths from the source of the workspace, with `*`, `**`, `?` and `{a,b}`';
    ctx.tell(D.invalidGlob({ glob: text.value, fault: read.fault }, { at: ctx.at(text.range), help }));
    return undefined;
  },
});

export const globsSchema = (description: string): JsonObject => ({
  type: 'array',
  description,
  items: {
    type: 'string',
    description: 'a path from the folder of this file, with `*`, `**`, `?` and `{a,b}`; with `!` it takes away',
  },
});
