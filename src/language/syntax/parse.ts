import { invariant } from '../../base/invariant.ts';
import type { Range } from '../../base/span.ts';
import type { SourceText } from '../../base/text.ts';
import * as D from '../../diagnostics/catalogue/parse.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import { mergeConflict } from './conflict.ts';
import { halfCharacter } from './half-character.ts';
import type { ParseResult } from './json5.ts';
import type { SyntaxProblem } from './problem.ts';
import { quickJson5 } from './quick-json5.ts';
import { quickYaml } from './quick-yaml.ts';
import { firstSignificant, json5Comments } from './scan.ts';

export type Format = 'yaml' | 'json5';

const loaded: {
  yaml?: (text: string) => ParseResult;
  yamlComments?: (text: string) => readonly Range[];
  json5?: (text: string) => ParseResult;
  json?: (text: string) => ParseResult;
} = {};

/** Loads the library for a format, once; a scenario in JSON5 never pays for YAML. */
export async function loadSyntax(format: Format): Promise<void> {
  if (format === 'yaml') {
    const [yaml, comments] = await Promise.all([import('./yaml.ts'), import('./yaml-comments.ts')]);
    loaded.yaml ??= yaml.parseYaml;
    loaded.yamlComments ??= comments.yamlComments;
  } else {
    const json5 = await import('./json5.ts');
    loaded.json5 ??= json5.parseJson5;
    loaded.json ??= json5.parseJsonWith;
  }
}

/** For texts that were perhaps read without a library. */
export async function loadSyntaxOf(sources: Iterable<SourceText>): Promise<void> {
  const formats = new Set([...sources].map(formatOf));
  await Promise.all([...formats].map(loadSyntax));
}

/** What the ending of a name allows. */
export function formatsOf(file: string): readonly Format[] {
  const name = file.replace(/[?#].*$/, '');
  if (/\.ya?ml$/.test(name)) return ['yaml'];
  return /\.json5?$/.test(name) ? ['json5'] : ['json5', 'yaml'];
}

/** Where the name says nothing, the first character that is neither space nor comment tells. */
export function formatOf(source: SourceText): Format {
  if (source.format) return source.format;
  const [only, second] = formatsOf(source.file);
  if (only && !second) return only;
  return /[{[]/.test(source.text[firstSignificant(source.text)] ?? '') ? 'json5' : 'yaml';
}

/** Nothing but spaces and comments. */
export const isEmptyText = (source: SourceText): boolean =>
  formatOf(source) === 'yaml'
    ? source.text.split('\n').every((line) => /^\s*(?:#|$)/.test(line))
    : firstSignificant(source.text) >= source.text.length;

/** Where the comments stand, marks included, in the order of the text. The format must have been loaded. O(length). */
export function commentRanges(source: SourceText): readonly Range[] {
  if (formatOf(source) === 'json5') return json5Comments(source.text);
  invariant(loaded.yamlComments, 'the yaml parser is loaded');
  return loaded.yamlComments(source.text);
}

/** The tree of a text that can be read without a library. */
export function quickSyntax(source: SourceText): SyntaxNode | undefined {
  const node = formatOf(source) === 'json5' ? quickJson5(source.text) : quickYaml(source.text);
  return node && !halfCharacter(source.text, node) ? node : undefined;
}

/** Text → syntax tree; undefined after an error was reported. The format must have been loaded. */
export function parseSyntax(source: SourceText, sink: Sink): SyntaxNode | undefined {
  const quick = quickSyntax(source);
  if (quick) return quick;
  const format = formatOf(source);
  const parse = loaded[format];
  invariant(parse, `the ${format} parser is loaded`);
  const result = parse(source.text);
  const problem = 'node' in result ? halfCharacter(source.text, result.node) : result.problem;
  if ('node' in result && !problem) return result.node;
  if (problem) report(source, format, mergeConflict(source.text) ?? problem, sink);
  return undefined;
}

function report(source: SourceText, format: Format, problem: SyntaxProblem, sink: Sink): void {
  // Libraries count a missing end as one past the text.
  const end = source.text.length;
  const range = { start: Math.min(problem.range.start, end), end: Math.min(problem.range.end, end) };
  const place = { at: { file: source.file, range }, ...(problem.help === undefined ? {} : { help: problem.help }) };
  sink.report(definitionOf(problem.kind, format)({ message: problem.message }, place));
}

function definitionOf(kind: SyntaxProblem['kind'], format: Format): typeof D.tooDeep {
  if (kind === 'too-deep') return D.tooDeep;
  if (kind === 'too-many-values') return D.tooManyValues;
  if (kind === 'alias-limit') return D.yamlAliasLimit;
  if (kind === 'tag') return D.yamlTag;
  if (kind === 'multiple-documents') return D.multipleDocuments;
  return format === 'yaml' ? D.yamlSyntax : D.json5Syntax;
}

/** Strict JSON with ranges; the JSON5 library must have been loaded. */
export function parseJsonText(text: string): {
  readonly node?: SyntaxNode;
  readonly error?: { readonly message: string; readonly offset: number };
} {
  invariant(loaded.json, 'the json parser is loaded');
  const result = loaded.json(text);
  const problem = 'node' in result ? halfCharacter(text, result.node) : result.problem;
  if ('node' in result && !problem) return { node: result.node };
  return { error: { message: problem?.message ?? '', offset: problem?.range.start ?? 0 } };
}
