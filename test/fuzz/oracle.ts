/** What must hold of everything that is reported, whatever was read. */
import type { Location } from '../../src/base/span.ts';
import type { Sources } from '../../src/base/text.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';

export type FindKind =
  | 'crash'
  | 'hang'
  | 'memory'
  | 'growth'
  | 'range'
  | 'code'
  | 'message'
  | 'output'
  | 'nondeterministic'
  | 'spelling'
  | 'comment'
  | 'link'
  | 'exit';

export interface Find {
  readonly kind: FindKind;
  /** The same for the same fault, so that it is told once. */
  readonly signature: string;
  readonly detail: string;
}

export interface KnownCodes {
  readonly declared: ReadonlySet<string>;
  readonly pages: ReadonlySet<string>;
}

export interface Judging extends KnownCodes {
  /** What was read: its words are not ours. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export function judgeDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  judging: Judging,
): readonly Find[] {
  return diagnostics.flatMap((d) => [...judgePlaces(d, sources), ...judgeCode(d, judging), ...judgeWords(d, judging)]);
}

function judgePlaces(d: Diagnostic, sources: Sources): readonly Find[] {
  const places: (readonly [string, Location])[] = [
    ...(d.at ? [['at', d.at] as const] : []),
    ...d.related.map(({ at }) => ['related', at] as const),
    ...(d.fixes ?? []).flatMap(({ edits }) => edits.map(({ at }) => ['fix', at] as const)),
  ];
  return places.flatMap(([what, { file, range }]) => {
    // What could not be read has no text: its range is empty, at the beginning.
    const length = sources.get(file)?.text.length ?? 0;
    const { start, end } = range;
    const whole = Number.isInteger(start) && Number.isInteger(end);
    if (whole && 0 <= start && start <= end && end <= length && file !== '') return [];
    const detail = `${d.code}: ${what} ${file} ${start}..${end} of ${length} characters: ${d.message}`;
    return [{ kind: 'range' as const, signature: `range ${d.code} ${what}`, detail }];
  });
}

function judgeCode(d: Diagnostic, known: KnownCodes): readonly Find[] {
  const faults: string[] = [];
  if (!known.declared.has(d.code)) faults.push('is in no catalogue');
  if (!known.pages.has(d.code)) faults.push('has no page');
  return faults.map((fault) => ({ kind: 'code', signature: `code ${d.code} ${fault}`, detail: `${d.code} ${fault}` }));
}

/** Slips of a program that writes messages: not words of a message for people. */
const slips: readonly RegExp[] = [/\bundefined\b/, /\[object \w+\]/, /\bNaN\b/, /\bfunction\s*\(/, /=> /, /\$\{/];

function judgeWords(d: Diagnostic, { files }: Judging): readonly Find[] {
  const texts = [d.message, d.label ?? 'x', d.help ?? 'x', ...d.related.map(({ message }) => message)];
  const fault = (why: string, text: string): Find => ({
    kind: 'message',
    signature: `message ${d.code} ${why}`,
    detail: `${d.code}: ${why}: ${text.slice(0, 500)}`,
  });
  return texts.flatMap((text) => {
    if (text.trim() === '') return [fault('is empty', text)];
    if (/\p{Cs}/u.test(text)) return [fault('has half a character', text)];
    if (text.length > 20_000) return [fault('is too long', text)];
    // What is quoted is the author's.
    const own = text.replace(/`[^`]*`/g, '``');
    const slip = slips.find((pattern) => pattern.test(own) && !authored(files, pattern));
    return slip ? [fault(`says ${slip.source}`, text)] : [];
  });
}

const authored = (files: ReadonlyMap<string, Uint8Array>, pattern: RegExp): boolean =>
  [...files.values()].some((bytes) => pattern.test(Buffer.from(bytes).toString('utf8')));

/** Control characters that move the cursor, and those that turn the direction of reading. */
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** `text`, `github`, and the formats that are JSON. */
export function judgeOutput(format: string, text: string): readonly Find[] {
  const find = (what: string, detail: string): readonly Find[] => [
    { kind: 'output', signature: `output ${format} ${what}`, detail },
  ];
  if (format === 'text') {
    const at = text.search(unsafe);
    const code = text.charCodeAt(at).toString(16);
    const around = JSON.stringify(text.slice(Math.max(0, at - 80), at + 40));
    return at < 0 ? [] : find(`U+${code}`, `U+${code} reaches the terminal: ${around}`);
  }
  if (format === 'github') {
    // Whatever a manifest says, it must not begin a command of its own.
    const line = text
      .split(/[\r\n]/)
      .find((one) => one !== '' && !/^::(?:error|warning|notice) [^\u0000-\u001f]*$/.test(one));
    return line === undefined
      ? []
      : find('line', `a line that is no annotation: ${JSON.stringify(line.slice(0, 300))}`);
  }
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return find('no JSON', String(error));
  }
}

/** A thrown value by its kind and the nearest place in the sources. */
export function crashOf(error: unknown, during: string): Find {
  const thrown = error instanceof Error ? error : new Error(String(error));
  const stack = thrown.stack ?? '';
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  const own = frames.find((line) => /src\//.test(line)) ?? frames[0] ?? '';
  const place = /[\w./-]+:\d+:\d+/.exec(own)?.[0].replace(/^.*?src\//, 'src/') ?? '';
  return {
    kind: 'crash',
    signature: `crash ${thrown.name} ${place}`,
    detail: `${during}: ${thrown.name}: ${thrown.message}\n${frames.slice(0, 12).join('\n')}`,
  };
}
