/** A published schema as tables of its fields, in Markdown: one for each definition, in the order of first use. */
import { isObject, type JsonObject, type JsonValue } from '../base/json.ts';

type Definitions = Readonly<Record<string, JsonObject>>;

/** `schema` as `publishedRequestSchema` and `publishedAnswerSchema` give it; what `told` defines is left out. */
export function fieldTables(schema: JsonObject, told?: JsonObject): string {
  const definitions = schema['$defs'] as Definitions;
  const before = (told?.['$defs'] ?? {}) as Definitions;
  const news = Object.entries(definitions).filter(([title]) => !Object.hasOwn(before, title));
  return [schema, ...news.map(([, definition]) => definition)].map((one) => tableOf(one, definitions)).join('\n');
}

const heading = (title: string): string => title.replace(/^Answer(?=[A-Z])/, '');

function tableOf(schema: JsonObject, definitions: Definitions): string {
  const title = String(schema['title']);
  const lines = [`#### ${title}`, String(schema['description']), ''];
  const forms = alternatives(schema);
  const objects = forms.filter((form) => isObject(form['properties']));
  const others = forms.filter((form) => !isObject(form['properties']));
  if (forms.length > 1 || objects.length === 0) {
    const names = [
      ...others.map((form) => `${typeOf(form)}: ${String(form['description'] ?? '')}`),
      ...(objects.length === 0 ? [] : [objects.length === 1 ? 'an object' : 'an object of one of these forms']),
    ];
    lines.push(`${heading(title)} is ${names.join(', or ')}:`, '');
  }
  for (const form of objects) lines.push(...rowsOf(form, definitions), '');
  return lines.join('\n');
}

const alternatives = (schema: JsonObject): readonly JsonObject[] =>
  isObject(schema['properties']) || !Array.isArray(schema['anyOf'])
    ? [schema]
    : (schema['anyOf'] as readonly JsonObject[]);

function rowsOf(form: JsonObject, definitions: Definitions): readonly string[] {
  const required = (form['required'] ?? []) as readonly JsonValue[];
  const rows = Object.entries(form['properties'] as Readonly<Record<string, JsonObject>>)
    .filter(([, field]) => field['type'] !== 'null')
    .flatMap(([name, field]) => rowsOfField(name, field, required.includes(name), definitions));
  return ['| field | | type | |', '|---|---|---|---|', ...rows];
}

/** Objects that have no title of their own are told in the same table. */
function rowsOfField(name: string, field: JsonObject, required: boolean, definitions: Definitions): readonly string[] {
  const named = definitions[String(field['$ref']).split('/').at(-1) ?? ''];
  const description = String(field['description'] ?? named?.['description'] ?? '').replaceAll('|', '\\|');
  const row = `| \`${name}\` | ${required ? '' : 'optional'} | ${typeOf(field)} | ${description} |`;
  if (!isObject(field['properties'])) return [row];
  const inner = (field['required'] ?? []) as readonly JsonValue[];
  const rows = Object.entries(field['properties'] as Readonly<Record<string, JsonObject>>).flatMap(([key, value]) =>
    rowsOfField(`${name}.${key}`, value, inner.includes(key), definitions),
  );
  return [row, ...rows];
}

const words: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true, false',
  integer: 'whole number',
  null: 'null',
};
const wordOf = (type: JsonValue): string => words[String(type)] ?? String(type);

function typeOf(field: JsonObject): string {
  const ref = field['$ref'];
  if (typeof ref === 'string') {
    const title = ref.slice(ref.lastIndexOf('/') + 1);
    return `[${heading(title)}](#${title.toLowerCase()})`;
  }
  if (field['const'] !== undefined) return `\`${String(field['const'])}\``;
  const values = field['enum'];
  if (Array.isArray(values)) return (values as readonly JsonValue[]).map((value) => `\`${String(value)}\``).join(' ');
  const forms = field['anyOf'];
  if (Array.isArray(forms)) return (forms as readonly JsonObject[]).map(typeOf).join(' or ');
  const type = field['type'];
  if (type === undefined) return 'any';
  const types = (Array.isArray(type) ? type : [type]) as readonly JsonValue[];
  return types.map((one) => inWords(one, field)).join(' or ');
}

function inWords(type: JsonValue, field: JsonObject): string {
  if (type === 'array' && isObject(field['items'])) return `list of ${typeOf(field['items'])}`;
  if (type === 'object' && isObject(field['additionalProperties']))
    return `object: name → ${typeOf(field['additionalProperties'])}`;
  return wordOf(type);
}
