import type { Section } from '../section.ts';
import { choice, list } from '../shape.ts';

export const experimentalFeatures = ['environments'] as const;
type ExperimentalFeature = (typeof experimentalFeatures)[number];

const features = list('what is asked for although it may change', choice('a feature', experimentalFeatures));

export type ExperimentalFeaturesSettings = readonly ExperimentalFeature[];

export const experimentalFeaturesSection: Section<ExperimentalFeaturesSettings> = {
  schema: features.schema,
  read: (ctx, cursor) => (cursor && features.read(ctx, cursor)) ?? [],
};
