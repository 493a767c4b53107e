/** `entrypoint`, `args` and `env`. */
import { doc, implies, matching, objectsAre, orNull, ref, type Schema } from './build.ts';
import * as P from './patterns.ts';
import { fileFields, guards, textOrFile } from './texts.ts';

const given: Schema = { type: ['string', 'object', 'array'] };
const absent: Schema = { type: 'null' };

const join: Schema = {
  ...orNull({ type: 'string' }),
  ...doc('What stands between the elements of `each`: they become one text.'),
  examples: [',', ' '],
};

const line: Schema = {
  allOf: [
    matching(P.commandLine, 'A quote in this command is not closed.'),
    matching(
      P.commandTemplate,
      'Every `${` opens a reference: ${config.KEY}, ${slots.NAME.url} or ${item}, closed by `}` in the same word.',
    ),
  ],
};

/** A command line, a file that holds one, or a list of texts that are not split. */
const words = (items: Schema): Schema => ({
  type: ['string', 'array', 'object'],
  ...line,
  items,
  properties: fileFields,
  required: ['file'],
  additionalProperties: false,
});

const argv: Schema = {
  ...words(ref('textOrFile')),
  type: ['string', 'array', 'object', 'null'],
  ...doc('Several arguments that come and go together.', 'argv: [--backend, "${item.url}"]'),
};

/** Beside `file` stands nothing. */
const fileAlone: Schema = { file: { maxProperties: 1 } };

export const argument: Schema = {
  type: ['string', 'object'],
  ...doc('One argument. A text is never split; an object can be conditional or repeated, or come from a file.'),
  ...matching(P.template, 'Every `${` opens a reference: ${config.KEY}, ${slots.NAME.url} or ${item}, closed by `}`.'),
  properties: {
    ...guards,
    arg: {
      ...orNull(textOrFile),
      ...doc('A single argument.', 'arg: "--title=${config.title}"'),
    },
    argv,
    join,
    ...fileFields,
  },
  additionalProperties: false,
  dependencies: fileAlone,
  allOf: [
    objectsAre(
      {
        anyOf: [
          { required: ['file'] },
          { required: ['arg'], properties: { arg: given, argv: absent } },
          { required: ['argv'], properties: { argv: given, arg: absent } },
        ],
      },
      'Give exactly one of `arg` and `argv`.',
    ),
    implies(
      { required: ['join'], properties: { join: { type: 'string' } } },
      { title: 'joined argument', required: ['each', 'arg'], properties: { each: { type: 'string' }, argv: absent } },
    ),
  ],
  defaultSnippets: [
    { label: 'only when a slot is bound', body: { when: 'slots.${1:name}', argv: ['${2:--option}'] } },
    { label: 'once for each binding', body: { each: 'slots.${1:name}', argv: ['${2:--option}'] } },
  ],
};

const command = (text: string, example: string): Schema => ({
  ...words(ref('argument')),
  ...doc(text, example),
});

export const args: Schema = command(
  'Arguments of the program: one text that is split like a shell does it, `{file: path}` with such a text, or a list whose items are never split.',
  'args: [--port, "8080"]',
);

export const entrypoint: Schema = {
  ...command(
    'The whole command of the container; the one built into the image is never used. One text that is split like a shell does it, `{file: path}` with such a text, or a list whose items are never split.',
    'entrypoint: [/app/serve, "--port=8080"]',
  ),
  ...matching(P.hasWord, 'A command has at least one word.'),
  minItems: 1,
};

export const environmentVariable: Schema = {
  type: ['string', 'object'],
  ...doc(
    'Value of the variable: a text, `{file: path}`, or an object with `value` that can be conditional or repeated.',
  ),
  ...matching(P.template, 'Every `${` opens a reference: ${config.KEY}, ${slots.NAME.url} or ${item}, closed by `}`.'),
  properties: {
    ...guards,
    value: ref('textOrFile', doc('The text of the variable.')),
    join,
    ...fileFields,
  },
  additionalProperties: false,
  dependencies: fileAlone,
  allOf: [
    implies({ type: 'object', not: { required: ['file'] } }, { required: ['value'] }),
    tied('each', 'join'),
    tied('join', 'each'),
  ],
};

/** A variable holds one text: `each` and `join` only come together. */
function tied(one: string, other: string): Schema {
  return implies(
    { required: [one], properties: { [one]: { type: 'string' } } },
    { required: [other], properties: { [other]: { type: 'string' } } },
  );
}

export const env: Schema = {
  type: 'object',
  ...doc('Environment variables by name. Values are texts: numbers stand in quotes.', 'env:\n  LOG_LEVEL: debug'),
  additionalProperties: ref('environmentVariable'),
};
