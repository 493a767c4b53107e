/** Plain values → YAML that any reader takes the same way: blocks, texts in double quotes, no anchors, tags or folded lines. */
export type Yaml = string | number | boolean | null | readonly Yaml[] | YamlObject;
export interface YamlObject {
  readonly [key: string]: Yaml | undefined;
}

/** Keys that are absent are left out; order is that of the object. */
export const writeYaml = (value: YamlObject): string => lines(value, '').join('');

/** Words that some reader takes for something else than a text. */
const special = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
const keyText = (key: string): string => (/^[A-Za-z_][\w./-]*$/.test(key) && !special.test(key) ? key : quoted(key));

/** What JSON leaves as it is and YAML does not allow in a text. */
const unprintable = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;
const quoted = (text: string): string =>
  JSON.stringify(text).replace(
    unprintable,
    (one) => `\\u${(one.codePointAt(0) as number).toString(16).padStart(4, '0')}`,
  );

function lines(value: Yaml, indent: string): readonly string[] {
  if (Array.isArray(value)) return (value as readonly Yaml[]).flatMap((item) => itemLines(item, indent));
  return Object.entries(value as YamlObject).flatMap(([key, part]) =>
    part === undefined ? [] : entryLines(keyText(key), part, indent),
  );
}

function entryLines(key: string, value: Yaml, indent: string): readonly string[] {
  const short = inline(value);
  if (short !== undefined) return [`${indent}${key}: ${short}\n`];
  return [`${indent}${key}:\n`, ...lines(value, `${indent}  `)];
}

function itemLines(value: Yaml, indent: string): readonly string[] {
  const short = inline(value);
  if (short !== undefined) return [`${indent}- ${short}\n`];
  const [first = '', ...rest] = lines(value, `${indent}  `);
  return [`${indent}- ${first.slice(indent.length + 2)}`, ...rest];
}

/** What stands behind its key; undefined for what needs lines of its own. */
function inline(value: Yaml): string | undefined {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : undefined;
  return Object.values(value).every((part) => part === undefined) ? '{}' : undefined;
}
