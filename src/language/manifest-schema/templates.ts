/** `child_templates`. */
import { closed, doc, listOf, matching, named, orNull, ref, type Schema } from './build.ts';
import { manifestRef } from './references.ts';

const selector = String.raw`^(?:(?:slots|provides|resources|external)\.[^.]+|children\.[^.]+\.exports\.[^.]+)$`;

const childTemplate: Schema = closed(
  {
    manifest: {
      ...manifestRef,
      type: ['string', 'object', 'array', 'null'],
      items: ref('manifestRef'),
      minItems: 2,
      ...doc(
        'The manifest that is started, or a list of two and more to choose from. Left out, whoever starts the child names one.',
        'manifest: ./worker.yaml',
      ),
    },
    config: orNull({ type: 'object', ...doc('Config that every child gets.') }),
    bindings: orNull({
      type: 'object',
      ...doc('What feeds the slots of the child, by slot.', 'bindings: { queue: slots.queue }'),
      additionalProperties: {
        type: 'string',
        ...matching(selector, 'Write slots.x, provides.x, resources.x, external.x or children.CHILD.exports.EXPORT.'),
        ...doc('`slots.x`, `provides.x`, `resources.x`, `external.x` or `children.CHILD.exports.EXPORT`.'),
        examples: ['slots.name', 'provides.name', 'resources.name', 'external.name', 'children.child.exports.name'],
      },
    }),
    visible_exports: orNull(
      listOf({ type: 'string' }, doc('Exports of the child that may be used; all unless given.')),
    ),
    limits: orNull(
      closed(
        {
          max_live_children: {
            type: ['integer', 'null'],
            minimum: 0,
            maximum: 4_294_967_295,
            ...doc('How many children may run at the same time.'),
          },
          name_pattern: orNull({
            type: 'string',
            ...doc('Regular expression that is found in the name of every child.', 'name_pattern: "^job-"'),
          }),
        },
        doc('Bounds for whoever starts children.'),
      ),
    ),
    possible_backends: orNull(
      listOf({ enum: ['direct', 'vm', 'compose', 'kubernetes'] }, doc('Where children may be started.')),
    ),
  },
  doc('A component that may be started while the scenario runs.'),
);

export const childTemplates: Schema = named(
  childTemplate,
  doc(
    'What may be started inside this component later, by name. Needs a slot of kind `component`, through which it is done.',
    'child_templates:\n  worker: { manifest: ./worker.yaml }',
  ),
);
