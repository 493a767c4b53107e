import { nameIn } from '../declared.ts';
import type { Section } from '../section.ts';
import { choice, list, record } from '../shape.ts';

const completion = record(
  'when a run is over',
  {},
  {
    requires: list('probes that must pass; every one that is required unless given', nameIn('probes', 'a probe')),
    // biome-ignore lint/suspicious/noThenProperty: the file calls it so, and it is never a function
    then: choice('what becomes of services; `stop` unless given', ['stop', 'stay'] as const),
  },
);

export type CompletionSettings = NonNullable<ReturnType<typeof completion.read>>;

/** Undefined where the settings do not say. */
export const completionSection: Section<CompletionSettings | undefined> = {
  schema: completion.schema,
  read: (ctx, cursor) => cursor && completion.read(ctx, cursor),
};
