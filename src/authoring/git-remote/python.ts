/** Python → what in it writes to a remote repository. Looks at tokens: texts, lists of texts, calls, and names that one file assigns. */
import type { Comment, Offence, Reading } from './offence.ts';
import { readShell } from './shell.ts';
import { afterGit, hole, remoteWrite } from './words.ts';

type Token =
  | { readonly kind: 'text'; readonly start: number; readonly value: string }
  | { readonly kind: 'name'; readonly start: number; readonly value: string }
  | { readonly kind: 'mark'; readonly start: number; readonly value: string };

/** O(length × values that are followed). */
export function readPython(text: string): Reading {
  const { tokens, comments } = tokensOf(text);
  const values = assignments(tokens);
  const offences: Offence[] = [];
  for (const [index, token] of tokens.entries()) {
    const what = token.kind === 'text' ? inText(tokens, index) : inBrackets(tokens, index, values);
    if (what !== undefined) offences.push({ start: token.start, what });
  }
  return { offences: inner(offences), comments };
}

/** Texts that stand beside each other are one. */
function inText(tokens: readonly Token[], index: number): string | undefined {
  if (tokens[index - 1]?.kind === 'text') return undefined;
  const text = textAt(tokens, index).value;
  if (!/\s|git-/.test(text.trim())) return undefined;
  for (const { words } of readShell(text).commands) {
    const found = remoteWrite(words);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `["git", "-C", folder, "push"]`, `run("git", "push")`, `git("push")`, `repo.git.push()`. */
function inBrackets(tokens: readonly Token[], index: number, values: Values): string | undefined {
  const { value } = tokens[index] as Token;
  if (value !== '[' && value !== '(') return undefined;
  const words = itemsAt(tokens, index, values);
  const found = remoteWrite(words);
  if (found !== undefined || value === '[') return found;
  const [dot, called] = [tokens[index - 2], tokens[index - 1]];
  if (called?.kind !== 'name') return undefined;
  if (isGitName(called.value) && dot?.value !== 'def') return afterGit(words);
  const owner = tokens[index - 3];
  return called.value === 'push' && dot?.value === '.' && owner?.kind === 'name' && isGitName(owner.value)
    ? 'push'
    : undefined;
}

const isGitName = (name: string): boolean => /(^|_)git(_cmd|_command)?$/i.test(name);

type Values = ReadonlyMap<string, readonly string[]>;

/** How many tokens of a bracket are looked at: a command has fewer, and brackets may be deep. */
const mostTokens = 300;

/** What stands between the commas of a bracket: a text, the texts of a list or a name, or a hole. */
function itemsAt(tokens: readonly Token[], open: number, values: Values, left = 4): readonly string[] {
  if (left === 0) return [hole];
  const words: string[] = [];
  let item: Token[] = [];
  const end = (): void => {
    if (item.length > 0) words.push(...wordsOf(item, values, left));
    item = [];
  };
  let depth = 0;
  for (let at = open; at < Math.min(tokens.length, open + mostTokens); at++) {
    const token = tokens[at] as Token;
    if (token.kind === 'mark' && '([{'.includes(token.value)) {
      if (depth++ === 0) continue;
    } else if (token.kind === 'mark' && ')]}'.includes(token.value)) {
      if (--depth === 0) break;
    } else if (token.value === ',' && token.kind === 'mark' && depth === 1) {
      end();
      continue;
    }
    item.push(token);
  }
  end();
  return words;
}

function wordsOf(item: readonly Token[], values: Values, left: number): readonly string[] {
  const [first, ...rest] = item as readonly [Token, ...Token[]];
  if (item.every(({ kind }) => kind === 'text')) return [textAt(item, 0).value];
  if (first.kind === 'name' && rest.length === 0) return values.get(first.value) ?? [hole];
  if (first.value === '*' && rest.length > 0) return wordsOf(rest, values, left);
  // `["git"] + ["push"]`, `["git", *rest]`.
  if (first.value === '[') return listsIn(item, values, left);
  return [hole];
}

function listsIn(item: readonly Token[], values: Values, left: number): readonly string[] {
  const words: string[] = [];
  let depth = 0;
  for (const [index, { kind, value }] of item.entries()) {
    if (kind !== 'mark') {
      if (depth === 0 && kind === 'name') words.push(...(values.get(value) ?? [hole]));
      continue;
    }
    if (value === '[' && depth === 0) words.push(...itemsAt(item, index, values, left - 1));
    if ('([{'.includes(value)) depth++;
    else if (')]}'.includes(value)) depth--;
  }
  return words;
}

/** `NAME = "text"`, `NAME = [...]`, `NAME += [...]`, `NAME.append(…)`, in the order of the file. */
function assignments(tokens: readonly Token[]): Values {
  const values = new Map<string, readonly string[]>();
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'name') continue;
    const [one, two, three] = [tokens[index + 1], tokens[index + 2], tokens[index + 3]];
    const isAdding = one?.value === '+' && two?.value === '=';
    const at = one?.value === '=' && two?.value !== '=' ? index + 2 : isAdding ? index + 3 : undefined;
    const before = values.get(token.value) ?? [];
    if (at !== undefined && tokens[at]?.kind === 'text') values.set(token.value, [textAt(tokens, at).value]);
    else if (at !== undefined && tokens[at]?.value === '[')
      values.set(token.value, [...(isAdding ? before : []), ...itemsAt(tokens, at, values)]);
    else if (one?.value === '.' && (two?.value === 'append' || two?.value === 'extend') && three?.value === '(')
      values.set(token.value, [...before, ...itemsAt(tokens, index + 3, values)]);
  }
  return values;
}

function textAt(tokens: readonly Token[], from: number): { readonly value: string } {
  let value = '';
  for (let at = from; tokens[at]?.kind === 'text'; at++) value += (tokens[at] as Token).value;
  return { value };
}

/** A list and the call around it say the same. */
const inner = (offences: readonly Offence[]): readonly Offence[] =>
  offences.filter(
    ({ what }, index) =>
      offences[index + 1]?.what !== what ||
      (offences[index + 1] as Offence).start - (offences[index] as Offence).start > 200,
  );

function tokensOf(text: string): { readonly tokens: readonly Token[]; readonly comments: readonly Comment[] } {
  const tokens: Token[] = [];
  const comments: Comment[] = [];
  const form = /(#[^\n]*)|([A-Za-z]{0,2})("""|'''|"|')|([A-Za-z_][A-Za-z0-9_]*)|(\d[\w.]*)|(\\\r?\n|\s+)|([\s\S])/y;
  for (let at = 0; at < text.length; ) {
    form.lastIndex = at;
    const found = form.exec(text);
    if (!found) break;
    const [whole, comment, prefix, quote, name, , , mark] = found;
    if (comment !== undefined) comments.push({ start: at, text: comment.slice(1) });
    else if (quote !== undefined) {
      const from = at + whole.length;
      const close = closing(text, from, quote);
      tokens.push({ kind: 'text', start: at, value: textOf(text.slice(from, close), prefix ?? '') });
      at = close + quote.length;
      continue;
    } else if (name !== undefined) tokens.push({ kind: 'name', start: at, value: name });
    else if (mark !== undefined) tokens.push({ kind: 'mark', start: at, value: mark });
    at += whole.length;
  }
  return { tokens, comments };
}

function textOf(raw: string, prefix: string): string {
  const text = /r/i.test(prefix) ? raw : raw.replace(/\\(\r?\n|[\s\S])/g, (_, char: string) => escaped(char));
  return /f/i.test(prefix) ? text.replace(/\{\{|\{[^}]*\}/g, (part) => (part === '{{' ? '{' : hole)) : text;
}

const escaped = (char: string): string => (char === 'n' ? '\n' : char === 't' ? '\t' : /\n/.test(char) ? '' : char);

function closing(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text.startsWith(quote, at)) return at;
    else if (quote.length === 1 && text[at] === '\n') return at;
  }
  return text.length;
}
