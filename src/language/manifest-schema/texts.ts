/** Texts with `${…}`, texts from files, conditions and repetitions. */
import { doc, matching, orNull, type Properties, type Schema } from './build.ts';
import * as P from './patterns.ts';

/** A text in which `${…}` is read. */
export const template: Schema = {
  type: 'string',
  ...matching(P.template, 'Every `${` opens a reference: ${config.KEY}, ${slots.NAME.url} or ${item}, closed by `}`.'),
};

const file: Schema = {
  type: 'string',
  ...doc('Path of a file, relative to this manifest. Its text becomes part of the manifest and of its digest.'),
  examples: ['./notes.txt'],
};

export const fileFields: Properties = { file };

/** The same, or a file that holds it. */
export const textOrFile: Schema = {
  ...template,
  type: ['string', 'object'],
  properties: fileFields,
  required: ['file'],
  additionalProperties: false,
};

/** `when` and `each` of an item. */
export const guards: Properties = {
  when: {
    type: ['string', 'null'],
    ...doc(
      'Left out unless the config value is there or the slot is bound. `false`, `0` and the empty text are there; `null` is not. Needs `manifest_version` 0.2.0.',
      'when: slots.search',
    ),
    ...matching(P.when, 'Write config.KEY or slots.NAME, without ${}.'),
    examples: ['config.key', 'slots.name'],
  },
  each: {
    type: ['string', 'null'],
    ...doc(
      'Once for every binding of a slot with `multiple: true`, or for every element of a list in the config. The element is `${item}`. Needs `manifest_version` 0.3.0.',
      'each: slots.backends',
    ),
    ...matching(P.each, 'Write config.KEY or slots.NAME, without ${}.'),
    examples: ['config.key', 'slots.name'],
  },
};

export const profile: Schema = {
  ...orNull({ type: 'string' }),
  ...doc(
    'Any text that tells two uses of one kind apart. A slot and what feeds it have the same profile, or both none.',
  ),
};
