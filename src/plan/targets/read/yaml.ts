/**
 * Reads YAML in the one form that is written for targets: blocks, texts in double quotes as JSON has them, no anchors, tags or folded lines.
 * Anything else is refused, so that nothing is taken for what it is not; a test holds it equal to a whole reader of YAML.
 */
import { type JsonObject, type JsonValue, setKey } from '../../../base/json.ts';

interface Line {
  readonly number: number;
  readonly indent: number;
  readonly text: string;
}

/** Throws a `SyntaxError` that names the line. */
export function readYaml(text: string): JsonObject {
  const lines = text.split('\n').flatMap((whole, index): readonly Line[] => {
    const indent = whole.length - whole.trimStart().length;
    const rest = whole.slice(indent);
    return rest === '' || rest.startsWith('#') ? [] : [{ number: index + 1, indent, text: rest }];
  });
  const reader = { lines, at: 0 };
  const value = readBlock(reader, 0);
  const left = lines[reader.at];
  if (left) throw unread(left);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new SyntaxError('line 1: it is no mapping');
  return value as JsonObject;
}

interface Reader {
  readonly lines: Line[];
  at: number;
}

const unread = ({ number }: Line): SyntaxError =>
  new SyntaxError(`line ${number}: it is not in the form that is written`);

function readBlock(reader: Reader, indent: number): JsonValue {
  const first = reader.lines[reader.at];
  if (!first || first.indent !== indent) return {};
  return first.text.startsWith('- ') ? readItems(reader, indent) : readEntries(reader, indent);
}

function readItems(reader: Reader, indent: number): readonly JsonValue[] {
  const items: JsonValue[] = [];
  for (let line = reader.lines[reader.at]; line?.indent === indent && line.text.startsWith('- '); ) {
    const rest = { ...line, indent: indent + 2, text: line.text.slice(2) };
    if (isEntry(rest.text)) {
      reader.lines[reader.at] = rest;
      items.push(readEntries(reader, indent + 2));
    } else {
      items.push(scalar(rest));
      reader.at++;
    }
    line = reader.lines[reader.at];
  }
  return items;
}

const KEY = /^(?:([A-Za-z_][\w./-]*)|("(?:[^"\\]|\\.)*")):(?: (.*))?$/;
const isEntry = (text: string): boolean => KEY.test(text);

function readEntries(reader: Reader, indent: number): JsonObject {
  const entries: Record<string, JsonValue> = {};
  for (let line = reader.lines[reader.at]; line?.indent === indent; line = reader.lines[reader.at]) {
    const [whole, plain, quoted, rest] = KEY.exec(line.text) ?? [];
    if (whole === undefined) throw unread(line);
    const key = plain ?? (JSON.parse(quoted as string) as string);
    if (Object.hasOwn(entries, key)) throw new SyntaxError(`line ${line.number}: \`${key}\` stands there twice`);
    reader.at++;
    const value = rest === undefined ? readBlock(reader, indent + 2) : scalar({ ...line, text: rest });
    setKey(entries, key, value);
  }
  return entries;
}

function scalar(line: Line): JsonValue {
  if (!/^(?:"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null|\[\]|\{\})$/.test(line.text)) throw unread(line);
  try {
    return JSON.parse(line.text) as JsonValue;
  } catch {
    throw unread(line);
  }
}
