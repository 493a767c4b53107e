import { choice, flag, integer, list, record, type Shape, sequence, text } from '../shape.ts';

/** What a component may add to its run. */
export const creates = record(
  'children that it may create',
  { templates: list('of its manifest', text('the name of a child template')) },
  {
    live: integer('children at a time; 8 unless given', 1, 1_000_000),
    total: integer('children of a whole run', 1, 1_000_000_000),
    perMinute: integer('children in a minute', 1, 1_000_000),
    memoryMiB: integer('memory of all its children together', 1, 16_777_216),
    delegate: flag('children may create children; false unless given'),
    orphans: choice('what becomes of children whose creator has failed', ['destroy', 'keep'] as const),
    policies: choice('where the answers of policies come from', ['locked', 'live'] as const),
    open: record(
      'manifests that no template names',
      {
        allow: sequence('their URLs', text('a glob of URLs'), 1),
        pins: choice('what must hold their digests', ['lock'] as const),
      },
      {},
    ),
  },
);

export type Creates = typeof creates extends Shape<infer T> ? T : never;
