/** The shapes of the keywords themselves, by the metaschema of 2020-12 (compiled ahead of time). */

import { invariant } from '../../base/invariant.ts';
import type { JsonObject, JsonValue } from '../../base/json.ts';
import type { Pointer } from '../syntax/pointer.ts';
import type { MetaschemaValidator } from './generated/metaschema.js';

const loaded: { validate?: MetaschemaValidator } = {};

/** Loads the compiled metaschema, once; what has no config schema never pays for it. */
export function loadMetaschema(): undefined | Promise<undefined> {
  if (loaded.validate) return undefined;
  return import('./generated/metaschema.js').then(({ validate }) => {
    loaded.validate ??= validate;
    return undefined;
  });
}

/** `<root>`, `properties.a.type`, `required[0]`. */
export function locate(pointer: Pointer): string {
  let text = '';
  for (const step of pointer) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return `\`${text === '' ? '<root>' : text}\``;
}

const whole = 'a whole number, 0 or more';
const schema = 'a schema: an object, or true or false';
const schemas = 'a list of at least one schema';
const group = 'an object of schemas by name';
const flag = 'true or false';
const text = 'a text';

const expected: ReadonlyMap<string, string> = new Map([
  [
    'type',
    'one of `string`, `integer`, `number`, `boolean`, `object`, `array`, `null`, or a list of different ones of them',
  ],
  ['properties', group],
  ['$defs', group],
  ['definitions', group],
  ['required', 'a list of different key names'],
  ['enum', 'a list of values'],
  ['items', `${schema} (for a list of schemas use \`prefixItems\`)`],
  ['contains', schema],
  ['contentSchema', schema],
  ['allOf', schemas],
  ['prefixItems', schemas],
  ['minimum', 'a number'],
  ['maximum', 'a number'],
  ['exclusiveMinimum', 'a number'],
  ['exclusiveMaximum', 'a number'],
  ['multipleOf', 'a number above 0'],
  ...[
    'minLength',
    'maxLength',
    'minItems',
    'maxItems',
    'minContains',
    'maxContains',
    'minProperties',
    'maxProperties',
  ].map((keyword): [string, string] => [keyword, whole]),
  ...['uniqueItems', 'deprecated', 'readOnly', 'writeOnly'].map((keyword): [string, string] => [keyword, flag]),
  ...[
    'title',
    'description',
    'format',
    'pattern',
    '$comment',
    '$ref',
    '$id',
    'contentEncoding',
    'contentMediaType',
  ].map((keyword): [string, string] => [keyword, text]),
  ['examples', 'a list of values'],
]);

/** One problem a place, the innermost ones only. The metaschema must have been loaded. */
export function metaschemaProblems(
  root: JsonObject,
): readonly { readonly message: string; readonly pointer: Pointer }[] {
  const { validate } = loaded;
  invariant(validate, 'the metaschema is loaded');
  if (validate(root)) return [];
  const paths = [...new Set((validate.errors ?? []).map((error) => error.instancePath))];
  return paths
    .filter((path) => !paths.some((other) => other.startsWith(`${path}/`)))
    .map((path) => {
      const pointer = toPointer(root, path);
      return { message: `${locate(pointer)} must be ${wanted(pointer)}`, pointer };
    });
}

/** JSON Pointers do not tell an index from a key; the value does. */
function toPointer(root: JsonObject, path: string): Pointer {
  const pointer: (string | number)[] = [];
  let current: JsonValue | undefined = root;
  for (const raw of path.split('/').slice(1)) {
    const step = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    const index: boolean = Array.isArray(current);
    pointer.push(index ? Number(step) : step);
    current = (current as Readonly<Record<string, JsonValue>> | undefined)?.[step];
  }
  return pointer;
}

function wanted(pointer: Pointer): string {
  const last = pointer.at(-1);
  const before = pointer.at(-2);
  if (typeof last === 'number' && before === 'required') return 'a key name';
  if (typeof last === 'number' && before === 'type') return 'a type name';
  if (typeof last === 'number') return schema;
  // The name of a property may be that of a keyword.
  if (before === 'properties' || before === '$defs' || before === 'definitions') return schema;
  return (
    (last === undefined ? undefined : expected.get(last)) ?? 'of the shape that JSON Schema 2020-12 gives this keyword'
  );
}
