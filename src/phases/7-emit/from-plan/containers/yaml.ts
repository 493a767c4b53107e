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

/** The same for what depends on a few numbers: made once for each of them while that lasts which it is made for. */
export function inCommonOf<A extends readonly (number | string | undefined)[]>(
  make: (...args: A) => YamlObject,
): (forWhom: object, ...args: A) => YamlObject {
  const madeFor = memoized((_forWhom: object) => new Map<string, YamlObject>());
  return (forWhom, ...args) => {
    const made = madeFor(forWhom);
    const key = args.join();
    const known = made.get(key) ?? inCommon(make(...args));
    made.set(key, known);
    return known;
  };
}

/** Keys that are absent are left out; order is that of the object. */
export const writeYaml = (value: YamlObject): string => yamlWriter()(value);

export type YamlWriter = (value: YamlObject, indent?: string) => string;

/** For many objects with the same keys, which it remembers. */
export function yamlWriter(): YamlWriter {
  const keys = new Map<string, string>();
  return (value, indent = '') => {
    const out: Out = { pieces: [], keys };
    putEntries(out, value, indent, indent);
    return out.pieces.join('');
  };
}

interface Out {
  readonly pieces: string[];
  /** As they are written. */
  readonly keys: Map<string, string>;
}

/** Words that some reader takes for something else than a text. */
const special = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
const simple = /^[A-Za-z_][\w./-]*$/;
const keyText = (key: string): string => (simple.test(key) && !special.test(key) ? key : quoted(key));

function keyIn({ keys }: Out, key: string): string {
  const known = keys.get(key);
  if (known !== undefined) return known;
  const text = keyText(key);
  keys.set(key, text);
  return text;
}

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
function putEntries(out: Out, value: YamlObject, indent: string, first: string): void {
  const { pieces } = out;
  let before = first;
  for (const key in value) {
    const part = value[key];
    if (part === undefined) continue;
    pieces.push(before, keyIn(out, key));
    if (isShort(part)) {
      pieces.push(': ');
      putShort(pieces, part);
    } else {
      pieces.push(':\n');
      const below = `${indent}  `;
      putLines(out, part, below, below);
    }
    before = indent;
  }
}

function putLines(out: Out, value: Yaml, indent: string, first: string): void {
  if (Array.isArray(value)) putItems(out, value as readonly Yaml[], indent, first);
  else if (first === indent && (value as YamlObject)[alike])
    out.pieces.push(linesInCommon(value as YamlObject)(indent));
  else putEntries(out, value as YamlObject, indent, first);
}

const linesInCommon = memoized((value: YamlObject) => {
  const known = new Map<string, string>();
  return (indent: string): string => {
    const lines = known.get(indent) ?? yamlWriter()(value, indent);
    known.set(indent, lines);
    return lines;
  };
});

function putItems(out: Out, items: readonly Yaml[], indent: string, first: string): void {
  let before = first;
  for (const item of items) {
    out.pieces.push(before, '- ');
    if (isShort(item)) putShort(out.pieces, item);
    else putLines(out, item, `${indent}  `, '');
    before = indent;
  }
}

/** Whether it stands behind its key, and needs no lines of its own. */
function isShort(value: Yaml): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  for (const key in value as YamlObject) if ((value as YamlObject)[key] !== undefined) return false;
  return true;
}

function putShort(pieces: string[], value: Yaml): void {
  if (typeof value === 'string') {
    if (plain.test(value)) pieces.push('"', value, '"\n');
    else pieces.push(quoted(value), '\n');
  } else if (typeof value !== 'object' || value === null) pieces.push(String(value), '\n');
  else pieces.push(Array.isArray(value) ? '[]\n' : '{}\n');
}
