import type { Section } from '../section.ts';
import { path, record } from '../shape.ts';

const grants = record('on whose authority things are done', { delegation: path('who may do what') }, {});

export type GrantsSettings = NonNullable<ReturnType<typeof grants.read>>;

/** Undefined where the settings do not say. */
export const grantsSection: Section<GrantsSettings | undefined> = {
  schema: grants.schema,
  read: (ctx, cursor) => cursor && grants.read(ctx, cursor),
};
