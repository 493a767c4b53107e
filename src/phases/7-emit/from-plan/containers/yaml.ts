/** Plain values → YAML that any reader takes the same way: blocks, texts in double quotes, no anchors, tags or folded lines. */
import { memoized } from '../../../../base/memo.ts';

export type Yaml = string | number | boolean | null | readonly Yaml[] | YamlObject;
export interface YamlObject {
  readonly [key: string]: Yaml | undefined;
  readonly [alike]?: true;
}

const alike: unique symbol = Symbol('written once');

/** What thousands of objects have in common: its lines are made once for each indentation. Nothing in it may be changed afterwards. */
export const inCommon = <T extends YamlObject>(value: T): T & YamlObject => ({ ...value, [alike]: true });

/** Keys that are absent are left out; order is that of the object. */
export function writeYaml(value: YamlObject, indent = ''): string {
  const out: string[] = [];
  putEntries(out, value, indent, indent);
  return out.join('');
}

/** Words that some reader takes for something else than a text. */
const special = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
const simple = /^[A-Za-z_][\w./-]*$/;
const keyText = (key: string): string =>
  simple.test(key) && (key.length > 5 || !special.test(key)) ? key : quoted(key);

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

/** `first` stands in front of the first line: behind the dash of an item nothing. */
function putEntries(out: string[], value: YamlObject, indent: string, first: string): void {
  let before = first;
  for (const key in value) {
    const part = value[key];
    if (part === undefined) continue;
    out.push(before, keyText(key));
    const short = inline(part);
    if (short !== undefined) out.push(': ', short, '\n');
    else {
      out.push(':\n');
      const below = `${indent}  `;
      putLines(out, part, below, below);
    }
    before = indent;
  }
}

function putLines(out: string[], value: Yaml, indent: string, first: string): void {
  if (Array.isArray(value)) putItems(out, value as readonly Yaml[], indent, first);
  else if (first === indent && (value as YamlObject)[alike]) out.push(linesInCommon(value as YamlObject)(indent));
  else putEntries(out, value as YamlObject, indent, first);
}

const linesInCommon = memoized((value: YamlObject) => {
  const known = new Map<string, string>();
  return (indent: string): string => {
    const lines = known.get(indent) ?? writeYaml(value, indent);
    known.set(indent, lines);
    return lines;
  };
});

function putItems(out: string[], items: readonly Yaml[], indent: string, first: string): void {
  let before = first;
  for (const item of items) {
    out.push(before, '- ');
    const short = inline(item);
    if (short === undefined) putLines(out, item, `${indent}  `, '');
    else out.push(short, '\n');
    before = indent;
  }
}

/** What stands behind its key; undefined for what needs lines of its own. */
function inline(value: Yaml): string | undefined {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : undefined;
  for (const key in value as YamlObject) if ((value as YamlObject)[key] !== undefined) return undefined;
  return '{}';
}
