import type { ListedGlob } from '../../../base/glob-list.ts';
import { type Cursor, fieldsOf, itemsOf } from '../../decode/cursor.ts';
import { globsSchema, readGlobs } from '../globs.ts';
import { type Levels, levelsSchema, readLevels } from '../levels.ts';
import type { Section, SettingsContext } from '../section.ts';

export interface LintSettings {
  readonly levels: Levels;
  /** For some files; a later one counts more. */
  readonly paths: readonly PathLevels[];
}

export interface PathLevels {
  readonly files: readonly ListedGlob[];
  readonly levels: Levels;
}

export const lintSection: Section<LintSettings> = {
  schema: {
    type: 'object',
    description: 'how loud diagnostics are',
    properties: {
      levels: levelsSchema,
      paths: {
        type: 'array',
        description:
          'levels for some files; a later entry counts more than an earlier one, and each more than `levels` above',
        items: {
          type: 'object',
          properties: { files: globsSchema('the files'), levels: levelsSchema },
          required: ['files', 'levels'],
          additionalProperties: false,
        },
      },
    },
    additionalProperties: false,
  },
  read(ctx, cursor) {
    const fields = cursor && fieldsOf(ctx, cursor, { known: ['levels', 'paths'] });
    return {
      levels: readLevels(ctx, fields?.get('levels')),
      paths: itemsOf(ctx, fields?.get('paths')).map((item) => readPath(ctx, item)),
    };
  },
};

function readPath(ctx: SettingsContext, cursor: Cursor): PathLevels {
  const known = ['files', 'levels'];
  const fields = fieldsOf(ctx, cursor, { known, required: known });
  return { files: readGlobs(ctx, fields?.get('files')), levels: readLevels(ctx, fields?.get('levels')) };
}
