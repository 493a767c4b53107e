/** Random manifests as authors lay them out: blocks and brackets mixed, comments and blank lines everywhere. */
import fc from 'fast-check';

export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

const name = fc.constantFrom('a', 'b', 'c', 'd', 'slots', 'to', 'x-y', 'k1');
const leaf = fc.oneof(
  fc.constantFrom<Value>('self.a', '#c.x', 'plain', "it's", 'two words', '', 'true', 'a: b', 'x # y', '// no comment'),
  fc.integer({ min: -9, max: 99 }),
  fc.boolean(),
  fc.constant(null),
);

const { node } = fc.letrec<{ node: Value }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    leaf,
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(name, tie('node'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

const section = fc.constantFrom('slots', 'provides', 'bindings', 'exports', 'use', 'metadata', 'config_schema');

/** An object at the top, as every manifest is. */
export const manifestValue: fc.Arbitrary<Value> = fc.dictionary(section, node, {
  minKeys: 1,
  maxKeys: 5,
  noNullPrototype: true,
});

/** Choices of the writer, taken one after the other. */
export const choices: fc.Arbitrary<readonly number[]> = fc.array(fc.nat(99), { minLength: 60, maxLength: 60 });

interface Writer {
  readonly choose: (of: number) => number;
  /** `#7` or `//7` and a word, each one different. */
  readonly comment: (yaml: boolean) => string;
}

function writer(taken: readonly number[]): Writer {
  let next = 0;
  let comments = 0;
  return {
    choose: (of) => (taken[next++ % taken.length] as number) % of,
    comment: (yaml) => `${yaml ? '#' : '//'} c${++comments}c`,
  };
}

export function writeYaml(value: Value, taken: readonly number[]): string {
  const w = writer(taken);
  const lines = blockLines(w, value, '', true);
  const end = w.choose(3) === 0 ? '\r\n' : '\n';
  return lines.join(end) + (w.choose(4) === 0 ? '' : end);
}

export function writeJson5(value: Value, taken: readonly number[]): string {
  const w = writer(taken);
  const end = w.choose(3) === 0 ? '\r\n' : '\n';
  return `${brackets(w, value, w.choose(2) === 0 ? '  ' : '\t', '', false)}\n`.replaceAll('\n', end);
}

const isCollection = (value: Value): value is readonly Value[] | { readonly [key: string]: Value } =>
  typeof value === 'object' && value !== null;
const childrenOf = (value: Value): readonly (readonly [string | undefined, Value])[] =>
  Array.isArray(value)
    ? value.map((item: Value) => [undefined, item] as const)
    : Object.entries(value as Readonly<Record<string, Value>>);

function blockLines(w: Writer, value: Value, indent: string, top = false): string[] {
  const lines: string[] = [];
  for (const [key, child] of childrenOf(value)) {
    if (w.choose(5) === 0) lines.push('');
    if (w.choose(4) === 0) lines.push(`${indent}${w.comment(true)}`);
    const head = key === undefined ? '-' : `${yamlKey(w, key)}:`;
    const behind = w.choose(4) === 0 ? ` ${w.comment(true)}` : '';
    const inBlock = isCollection(child) && childrenOf(child).length > 0 && w.choose(4) > 0;
    if (!inBlock) {
      const written = isCollection(child) ? brackets(w, child, '  ', `${indent}  `, true) : yamlScalar(w, child);
      lines.push(`${indent}${head} ${written}${behind}`);
    } else if (key === undefined && w.choose(2) === 0) {
      const inner = blockLines(w, child, `${indent}  `).filter((line) => line.trim() !== '');
      const first = inner.findIndex((line) => !line.trim().startsWith('#'));
      lines.push(
        ...inner.slice(0, first),
        `${indent}- ${(inner[first] as string).trimStart()}`,
        ...inner.slice(first + 1),
      );
    } else {
      const deeper = Array.isArray(child) && key !== undefined && w.choose(2) === 0 && !top ? indent : `${indent}  `;
      lines.push(`${indent}${head}${behind}`, ...blockLines(w, child, deeper));
    }
  }
  return lines;
}

const yamlKey = (w: Writer, key: string): string => [key, key, `"${key}"`, `'${key}'`][w.choose(4)] as string;

function yamlScalar(w: Writer, value: Value): string {
  if (typeof value !== 'string') return String(value);
  const quoted = [JSON.stringify(value), `'${value.replaceAll("'", "''")}'`];
  const plain = /^[a-z][\w.-]*$/.test(value) && value !== 'true' ? [value, value] : [];
  const all = [...plain, ...quoted];
  return all[w.choose(all.length)] as string;
}

function json5Scalar(w: Writer, value: Value): string {
  if (typeof value !== 'string') return String(value);
  return w.choose(2) === 0 ? JSON.stringify(value) : `'${value.replaceAll("'", "\\'")}'`;
}

/** What stands between brackets, in either format, on one line or on many. */
function brackets(w: Writer, value: Value, step: string, indent: string, yaml: boolean): string {
  if (!isCollection(value)) return yaml ? yamlScalar(w, value) : json5Scalar(w, value);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const children = childrenOf(value);
  const many = w.choose(3) > 0;
  const inner = indent + step;
  const space = ['', ' '][w.choose(2)] as string;
  const parts = children.map(([key, child], i) => {
    const comma = i < children.length - 1 || w.choose(2) === 0 ? ',' : '';
    const written = brackets(w, child, step, inner, yaml);
    const name =
      key === undefined ? '' : `${yaml ? yamlKey(w, key) : w.choose(2) === 0 && key !== 'x-y' ? key : `"${key}"`}: `;
    const block = !yaml && w.choose(6) === 0 ? `/* b${w.comment(false).slice(3)} */ ` : '';
    if (!many) return `${block}${name}${written}${comma}${comma && i < children.length - 1 ? ' ' : ''}`;
    const above = w.choose(4) === 0 ? `${inner}${w.comment(yaml)}\n` : '';
    const behind = w.choose(4) === 0 ? ` ${w.comment(yaml)}` : '';
    return `${above}${inner}${block}${name}${written}${comma}${behind}\n`;
  });
  if (!many) return `${open}${space}${parts.join('')}${space}${close}`;
  const last = w.choose(5) === 0 ? `${inner}${w.comment(yaml)}\n` : '';
  return `${open}\n${parts.join('')}${last}${indent}${close}`;
}
