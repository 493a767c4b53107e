/** Plain values → YAML that any reader takes the same way: blocks, texts in double quotes, no anchors, tags or folded lines. */
export type Yaml = string | number | boolean | null | readonly Yaml[] | YamlObject;
export interface YamlObject {
  readonly [key: string]: Yaml | undefined;
}

/** Keys that are absent are left out; order is that of the object. */
export const writeYaml = (value: YamlObject): string => entriesText(value, '');

/** Words that some reader takes for something else than a text. */
const special = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
const keyText = (key: string): string => (/^[A-Za-z_][\w./-]*$/.test(key) && !special.test(key) ? key : quoted(key));

/** What JSON leaves as it is and YAML does not allow in a text. */
const unprintable = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;
/** What stands between quotes as it is. */
const plain = /^[ !#-[\]-~]*$/;
const quoted = (text: string): string =>
  plain.test(text)
    ? `"${text}"`
    : JSON.stringify(text).replace(
        unprintable,
        (one) => `\\u${(one.codePointAt(0) as number).toString(16).padStart(4, '0')}`,
      );

function entriesText(value: YamlObject, indent: string): string {
  let text = '';
  for (const key in value) {
    const part = value[key];
    if (part === undefined) continue;
    const short = inline(part);
    text += `${indent}${keyText(key)}:`;
    text += short === undefined ? `\n${linesOf(part, `${indent}  `)}` : ` ${short}\n`;
  }
  return text;
}

const linesOf = (value: Yaml, indent: string): string =>
  Array.isArray(value) ? itemsText(value as readonly Yaml[], indent) : entriesText(value as YamlObject, indent);

function itemsText(items: readonly Yaml[], indent: string): string {
  let text = '';
  for (const item of items) {
    const short = inline(item);
    text += `${indent}- ${short === undefined ? linesOf(item, `${indent}  `).slice(indent.length + 2) : `${short}\n`}`;
  }
  return text;
}

/** What stands behind its key; undefined for what needs lines of its own. */
function inline(value: Yaml): string | undefined {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : undefined;
  for (const key in value as YamlObject) if ((value as YamlObject)[key] !== undefined) return undefined;
  return '{}';
}
