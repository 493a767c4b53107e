/** Text of an answer → the answer, or everything that is wrong with its shape. Never throws. */
import type { SourceText } from '../../base/text.ts';
import type { Answer, Attachment, Finding, Interposition } from '../../ir/answer.ts';
import type { ProtocolVersion } from '../../ir/protocol.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import { fits } from '../../language/generated/answer.js';
import { parseJsonText } from '../../language/syntax/parse.ts';
import { plainJson } from '../../language/syntax/plain-json.ts';
import { type AnswerProblem, maxPreviewBytes, maxProblems, placeIn, showPath } from './answer-problem.ts';
import { alikeIn } from './decode/alike.ts';
import {
  type AnswerCursor,
  countOf,
  type FieldNames,
  type Fields,
  fail,
  fieldsOf,
  itemsOf,
  nameOf,
  objectNodeOf,
  once,
  oneOf,
  optionalShown,
  optionalText,
  plainCursor,
  present,
  type Reader,
  textOf,
} from './decode/answer-cursor.ts';
import { interposerOf } from './decode/interposer.ts';
import { type Templates, templatedOf, templatesOf } from './decode/templates.ts';

export type { AnswerProblem } from './answer-problem.ts';

export interface DecodedAnswer {
  /** Only when there are no problems. */
  readonly answer?: Answer;
  readonly problems: readonly AnswerProblem[];
}

/**
 * What is right is known without reading where things stand, in a fraction of the time. What is wrong is read once more with places, so
 * that it can be told, by decoder and `rules` alike. The JSON library must be loaded.
 */
export function judgeAnswer(
  text: string,
  rules: (answer: Answer) => readonly AnswerProblem[],
  version: ProtocolVersion = '1',
): DecodedAnswer & { readonly faulty?: Answer } {
  const plain = plainAnswer(text, version);
  if (plain && rules(plain).length === 0) return { answer: plain, problems: [] };
  const { answer, problems } = decodeAnswer(text, version);
  if (!answer) return { problems };
  const found = [...problems, ...rules(answer)];
  return found.length === 0 ? { answer, problems: [] } : { faulty: answer, problems: found };
}

/**
 * The answer, in which nothing has a place; undefined for one that is wrong, and for one whose text says more than its value. Interposers
 * that are alike are one.
 */
export function plainAnswer(text: string, version: ProtocolVersion = '1'): Answer | undefined {
  const value = plainJson(text);
  const alike = value === undefined ? undefined : alikeIn(value, version);
  if (!alike || !fits(alike.once)) return undefined;
  let faults = 0;
  // Grammars inside of texts are more than a schema says.
  const reader: Reader = { report: () => faults++, known: new Map() };
  const answer = answerOf(reader, plainCursor(alike.answer), { file: 'answer', text }, version);
  return faults === 0 ? answer : undefined;
}

/** With the place of everything. The JSON library must be loaded. */
export function decodeAnswer(text: string, version: ProtocolVersion = '1'): DecodedAnswer {
  const source: SourceText = { file: 'answer', text };
  if (text.trim() === '') {
    const message = 'the answer is empty; an answer that proposes nothing is `{"interpositions": []}`';
    return { problems: [{ rule: 'json', path: showPath([]), message }] };
  }
  const { node, error } = parseJsonText(text);
  const raw = node ? rawControl(text) : undefined;
  if (node && raw === undefined) return decodeNode(node, source, version);
  const place = placeIn(source, raw ?? error?.offset ?? 0);
  const message =
    error?.message ?? 'a control character stands in a string as it is; JSON wants it escaped, such as `\\n`';
  return { problems: [{ rule: 'json', path: showPath([]), message, ...place, preview: previewOf(text) }] };
}

function decodeNode(node: SyntaxNode, source: SourceText, version: ProtocolVersion): DecodedAnswer {
  const problems: AnswerProblem[] = [];
  let found = 0;
  const reader: Reader = {
    report: (pointer, range, message, rule = 'shape') => {
      if (++found > maxProblems) return;
      problems.push({ rule, path: showPath(pointer), message, ...placeIn(source, range.start) });
    },
    known: new Map(),
  };
  const answer = answerOf(reader, { node, pointer: [] }, source, version);
  if (found > maxProblems) {
    const message = `${found - maxProblems} more faults of shape are not listed`;
    problems.push({ rule: 'shape', path: showPath([]), message });
  }
  return answer && found === 0 ? { answer, problems } : { problems };
}

function answerOf(
  reader: Reader,
  cursor: AnswerCursor,
  source: SourceText,
  version: ProtocolVersion,
): Answer | undefined {
  const shares = version === '2';
  const optional = shares ? ['templates', 'findings'] : ['findings'];
  const fields = fieldsOf(reader, cursor, { required: ['interpositions'], optional });
  if (!fields) return undefined;
  const templates = shares ? templatesOf(reader, fields('templates')) : undefined;
  return {
    interpositions: itemsOf(reader, fields('interpositions')).flatMap(
      (item) => interpositionOf(reader, item, templates) ?? [],
    ),
    findings: itemsOf(reader, fields('findings')).flatMap((item) => findingOf(reader, item) ?? []),
    source,
  };
}

const inlineFields: FieldNames = { required: ['interposer', 'attachments'], optional: ['reason'] };
const eitherFields: FieldNames = {
  required: ['attachments'],
  optional: ['interposer', 'template', 'config', 'reason'],
};

/** With templates: of version 2. */
function interpositionOf(
  reader: Reader,
  cursor: AnswerCursor,
  templates: Templates | undefined,
): Interposition | undefined {
  const fields = fieldsOf(reader, cursor, templates ? eitherFields : inlineFields);
  if (!fields) return undefined;
  const made = templates ? eitherOf(reader, cursor, fields, templates) : inlineOf(reader, cursor, fields);
  const attachments = itemsOf(reader, fields('attachments')).flatMap((item) => attachmentOf(reader, item) ?? []);
  const reason = optionalText(reader, fields('reason'))?.value;
  return made && { ...made, attachments, ...(reason === undefined ? {} : { reason }) };
}

type Made = Pick<Interposition, 'interposer' | 'node' | 'template'>;

function inlineOf(reader: Reader, cursor: AnswerCursor, fields: Fields): Made | undefined {
  const interposer = once(reader, fields('interposer'), interposerOf);
  return interposer && { interposer, node: objectNodeOf(cursor) };
}

function eitherOf(reader: Reader, cursor: AnswerCursor, fields: Fields, templates: Templates): Made | undefined {
  const [inline, config] = [fields('interposer'), fields('config')];
  if ((inline === undefined) === (fields('template') === undefined))
    return fail(reader, cursor, 'give exactly one of `interposer` and `template`');
  if (!inline) return templatedOf(reader, cursor, fields, templates);
  if (config) fail(reader, config, '`config` goes with `template`; that of an `interposer` stands in it');
  return inlineOf(reader, cursor, fields);
}

const attachmentFields: FieldNames = { required: ['target', 'interposer_slot', 'interposer_provide'] };

function attachmentOf(reader: Reader, cursor: AnswerCursor): Attachment | undefined {
  const fields = fieldsOf(reader, cursor, attachmentFields);
  if (!fields) return undefined;
  const target = countOf(reader, fields('target'));
  const interposerSlot = nameOf(reader, fields('interposer_slot'));
  const interposerProvide = nameOf(reader, fields('interposer_provide'));
  if (target === undefined || interposerSlot === undefined || interposerProvide === undefined) return undefined;
  return { target, interposerSlot, interposerProvide };
}

function findingOf(reader: Reader, cursor: AnswerCursor): Finding | undefined {
  const fields = fieldsOf(reader, cursor, {
    required: ['severity', 'message'],
    optional: ['edge', 'component', 'code'],
  });
  if (!fields) return undefined;
  const severity = oneOf(reader, fields('severity'), ['error', 'warning', 'info'] as const);
  const message = textOf(reader, fields('message'))?.value;
  const edge = countOf(reader, present(fields('edge')));
  const component = countOf(reader, present(fields('component')));
  const code = optionalShown(reader, fields('code'))?.value;
  if (message?.trim() === '') fail(reader, fields('message') as AnswerCursor, 'a finding must say something');
  if (severity === undefined || message === undefined) return undefined;
  return {
    severity,
    message,
    ...(edge === undefined ? {} : { edge }),
    ...(component === undefined ? {} : { component }),
    ...(code === undefined ? {} : { code }),
  };
}

/** The parser lets tabs and their like pass inside strings. The text must be JSON otherwise. */
function rawControl(text: string): number | undefined {
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) inString = !inString;
    else if (inString && code === 0x5c) i++;
    else if (inString && code < 0x20) return i;
  }
  return undefined;
}

/** The beginning of the text, cut between characters. */
function previewOf(text: string): string {
  const trimmed = text.trim();
  let bytes = 0;
  let end = 0;
  for (const character of trimmed) {
    const code = character.codePointAt(0) as number;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes > maxPreviewBytes) return `${trimmed.slice(0, end)}\n… (cut)`;
    end += character.length;
  }
  return trimmed;
}
