import type { Location } from '../../../base/span.ts';
import type { Section } from '../section.ts';
import { fieldIn, path, record } from '../shape.ts';

const grants = record('on whose authority things are done', { delegation: path('who may do what') }, {});

export interface GrantsSettings {
  /** As written. */
  readonly delegation: string;
  readonly at: Location;
}

/** Undefined where the settings do not say. */
export const grantsSection: Section<GrantsSettings | undefined> = {
  schema: grants.schema,
  read: (ctx, cursor) => {
    const read = cursor && grants.read(ctx, cursor);
    const field = cursor && fieldIn(cursor, 'delegation');
    return read?.delegation === undefined || !field ? undefined : { ...read, at: ctx.at(field.node.range) };
  },
};
