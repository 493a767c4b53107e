import type { Section } from '../section.ts';
import { choice, list } from '../shape.ts';

export const experimentalFeatures = ['environments'] as const;

const features = list('what is asked for although it may change', choice('a feature', experimentalFeatures));

export type ExperimentalFeaturesSettings = readonly (typeof experimentalFeatures)[number][];

export const experimentalFeaturesSection: Section<ExperimentalFeaturesSettings> = {
  schema: features.schema,
  read: (ctx, cursor) => (cursor && features.read(ctx, cursor)) ?? [],
};
