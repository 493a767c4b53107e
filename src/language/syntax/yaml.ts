import { Composer, type Document, Lexer, Parser, type YAMLError } from 'yaml';
import type { Range } from '../../base/span.ts';
import { wrongIndentation } from './indentation.ts';
import type { ParseResult } from './json5.ts';
import { maxNesting, maxParts } from './limits.ts';
import { nothingIn, type SyntaxProblem, tooDeep, tooMany, unclosed } from './problem.ts';
import { convertYaml } from './yaml-nodes.ts';

const options = {
  uniqueKeys: false,
  merge: false,
  version: '1.2',
  schema: 'core',
  prettyErrors: false,
  keepSourceTokens: false,
  logLevel: 'silent',
  stringKeys: false,
  resolveKnownTags: false,
} as const;

/** YAML 1.2, core schema. Keys given twice stay twice; aliases are expanded within a bound; no tags, no merge keys. */
export function parseYaml(text: string): ParseResult {
  const reading: Reading = { parser: new Parser(), text, openStrings: new Map() };
  const [document, second] = composer().compose(tokensOf(reading));
  if (reading.many !== undefined) return { problem: tooMany('words, marks and line ends', maxParts, reading.many) };
  if (reading.deep) return { problem: tooDeep(reading.deep) };
  const problem = document && (problemOf(document, reading) ?? (second && secondDocument(second, text)));
  if (problem) return { problem };
  return document?.contents
    ? convertYaml(document.contents, text)
    : { problem: nothingIn(text, 'a manifest is a mapping: `manifest_version: "0.4.0"`') };
}

/**
 * The library makes an exception of every fault, and of each a document of a few megabytes can have millions; only the first is
 * told.
 */
function composer(): Composer {
  const made = new Composer(options);
  const heard = made as unknown as {
    onError: (source: unknown, code: string, message: string, warning?: boolean) => void;
  };
  const report = heard.onError;
  const first = { error: true, warning: true };
  heard.onError = (source, code, message, warning) => {
    const kind = warning ? 'warning' : 'error';
    if (first[kind]) report(source, code, message, warning);
    first[kind] = false;
  };
  return made;
}

interface Reading {
  readonly parser: Parser;
  readonly text: string;
  /** What opens one level too many; nothing behind it is read. */
  deep?: Range;
  /** Where there is one part too many; nothing behind it is read. */
  many?: number;
  /** A token that cannot be was told of; those behind it are left out. */
  failed?: boolean;
  /** Bracket of the first flow collection that is left open. */
  bracket?: number | undefined;
  /** Where the text of a string without its closing quote ends → its opening quote. */
  readonly openStrings: Map<number, number>;
}

/** What the library's lexer says where a flow collection ends without its bracket. */
const flowEnd = '\u0018';

/**
 * What the library's own `parse` does, with an eye on its stack. The library composes the tokens recursively, so a text that
 * nests too deep must not come that far.
 */
function* tokensOf(reading: Reading): ReturnType<Parser['parse']> {
  const { parser, text } = reading;
  let parts = 0;
  for (const lexeme of new Lexer().lex(text)) {
    const start = parser.offset;
    if (++parts > maxParts) {
      reading.many = Math.min(start, text.length - 1);
      return;
    }
    if (lexeme === flowEnd || lexeme === ']' || lexeme === '}') reading.bracket ??= openBracket(parser, lexeme);
    else if (isOpenString(lexeme)) reading.openStrings.set(start + lexeme.length, start);
    for (const token of parser.next(lexeme)) {
      if (token.type !== 'error') yield token;
      else if (!reading.failed) {
        reading.failed = true;
        yield token;
      }
    }
    // Besides collections, the stack holds the document and at most one scalar.
    if (parser.stack.length > maxNesting + 1 && collections(parser) > maxNesting) {
      reading.deep = { start, end: Math.min(start + 1, text.length) };
      return;
    }
  }
  reading.bracket ??= openBracket(parser, flowEnd);
  yield* parser.end();
}

const collections = (parser: Parser): number => parser.stack.filter((token) => 'items' in token).length;

function isOpenString(lexeme: string): boolean {
  const quote = lexeme.charCodeAt(0);
  if (quote !== 34 && quote !== 39) return false;
  return lexeme.length === 1 || lexeme.charCodeAt(lexeme.length - 1) !== quote;
}

/** The innermost bracket that is open, unless `closing` closes it. */
function openBracket(parser: Parser, closing: string): number | undefined {
  const open = parser.stack.findLast((token) => token.type === 'flow-collection');
  if (open?.type !== 'flow-collection' || open.end.length > 0) return undefined;
  return closing === (open.start.source === '{' ? '}' : ']') ? undefined : open.offset;
}

function secondDocument(second: Document.Parsed, text: string): SyntaxProblem {
  const start = second.range[0];
  return {
    kind: 'multiple-documents',
    message: 'a second document starts here, and a manifest is one document',
    range: { start, end: Math.min(start + 3, text.length) },
  };
}

function problemOf(document: Document.Parsed, reading: Reading): SyntaxProblem | undefined {
  const [error] = document.errors;
  const [tag] = document.warnings;
  if (error)
    return (
      leftOpen(error, reading) ?? indented(error, reading.text) ?? said(error, error.code === 'TAG_RESOLVE_FAILED')
    );
  return tag && said(tag, true);
}

/** The library complains where the text ends. */
function leftOpen(error: YAMLError, { bracket, openStrings, text }: Reading): SyntaxProblem | undefined {
  const [at] = error.pos;
  const quote = error.message.startsWith('Missing closing ') ? openStrings.get(at) : undefined;
  if (quote !== undefined) return unclosed(quote, 'string', 'the closing quote');
  if (bracket === undefined || bracket > at || !error.message.includes(' end with a ')) return undefined;
  const problem =
    text[bracket] === '{'
      ? unclosed(bracket, 'brace', 'the closing `}`')
      : unclosed(bracket, 'bracket', 'the closing `]`');
  const hidden = hiddenAfter(text, bracket);
  return hidden === undefined ? problem : { ...problem, help: hiddenHelp(hidden) };
}

const indented = ({ code, pos }: YAMLError, text: string): SyntaxProblem | undefined =>
  code === 'BAD_INDENT' || code === 'BLOCK_AS_IMPLICIT_KEY' ? wrongIndentation(text, pos[0]) : undefined;

/** References begin with the mark of a comment. */
const hiddenAfter = (text: string, start: number): string | undefined =>
  /^[^\n]{0,400}?[\s[{,](#[^\s#.,}\]]+\.[^\s#,}\]]+)/.exec(text.slice(start, start + 500))?.[1];

const hiddenHelp = (hidden: string): string =>
  `\`${hidden}\` and what follows it in the line is a comment: put it in quotes, \`"${hidden}"\``;

function said(error: YAMLError, tag: boolean): SyntaxProblem {
  const [line = ''] = error.message.split('\n');
  const help = tag ? undefined : helps.get(error.code);
  return {
    kind: tag ? 'tag' : 'syntax',
    message: line.charAt(0).toLowerCase() + line.slice(1),
    range: { start: error.pos[0], end: Math.max(error.pos[1], error.pos[0]) },
    ...(help === undefined ? {} : { help }),
  };
}

const helps: ReadonlyMap<string, string> = new Map([
  [
    'BLOCK_AS_IMPLICIT_KEY',
    'put the value in quotes if the colon belongs to it; else start the mapping on the next line',
  ],
  ['MULTILINE_IMPLICIT_KEY', 'write `key: value`, with a space behind the colon'],
  ['TAB_AS_INDENT', 'indent with spaces'],
  ['BAD_INDENT', 'give all fields of a mapping the same indentation'],
  ['BAD_SCALAR_START', 'put the text in quotes'],
  ['BAD_DQ_ESCAPE', 'write `\\\\` for a backslash, or put the text in single quotes'],
  ['MISSING_CHAR', 'put a `,` between the entries; a text that holds one of `{ } [ ] ,` stands in quotes'],
]);
