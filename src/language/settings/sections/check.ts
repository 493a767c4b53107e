import { type ListedGlob, matchesList } from '../../../base/glob-list.ts';
import { fieldsOf } from '../../decode/cursor.ts';
import { globsSchema, readGlobs } from '../globs.ts';
import type { Section } from '../section.ts';

export interface CheckSettings {
  readonly exclude: readonly ListedGlob[];
}

export const checkSection: Section<CheckSettings> = {
  schema: {
    type: 'object',
    description: 'what `check` does',
    properties: { exclude: globsSchema('folders and files that `check` of a folder does not look at') },
    additionalProperties: false,
  },
  read(ctx, cursor) {
    const fields = cursor && fieldsOf(ctx, cursor, { known: ['exclude'] });
    return { exclude: readGlobs(ctx, fields?.get('exclude')) };
  },
};

/**
 * Whether a search may pass by `path`, which is seen from the folder of the settings. A folder is passed by only where no later
 * `!` could bring back something in it; what has the ending of a manifest is taken for a file.
 */
export function isExcluded({ exclude }: CheckSettings, path: string): boolean {
  if (!matchesList(exclude, path)) return false;
  return /\.(?:ya?ml|json5?)$/.test(path) || !exclude.some(({ negative }) => negative);
}
