/** Interposers that version 2 of the protocol writes once and names: `{"template": NAME, "config": …}` in the place of `{"interposer": …}`. */
import { own } from '../../../base/json.ts';
import type { Interposer, Interposition } from '../../../ir/answer.ts';
import type { Entry, ObjectNode } from '../../../ir/syntax.ts';
import { quote } from '../../../language/schema/assertions.ts';
import { instead } from '../validate/support/words.ts';
import {
  type AnswerCursor,
  type Fields,
  fail,
  namesOf,
  objectNodeOf,
  objectOf,
  once,
  present,
  type Reader,
  textOf,
} from './answer-cursor.ts';
import { interposerOf } from './interposer.ts';

/** Of one answer; absent for one that is at fault. */
export type Templates = Readonly<Record<string, Interposer | null>>;

export function templatesOf(reader: Reader, cursor: AnswerCursor | undefined): Templates {
  return Object.fromEntries(
    namesOf(reader, cursor).map(([name, entry]) => [name, once(reader, entry, interposerOf) ?? null]),
  );
}

type Made = Pick<Interposition, 'interposer' | 'node' | 'template'>;

/** What an interposition that names a template puts in. */
export function templatedOf(
  reader: Reader,
  cursor: AnswerCursor,
  fields: Fields,
  templates: Templates,
): Made | undefined {
  const given = fields('template') as AnswerCursor;
  const config = present(fields('config'));
  const override = objectOf(reader, config);
  const name = textOf(reader, given)?.value;
  if (name === undefined || (config && !override)) return undefined;
  const template = own(templates, name);
  if (template === undefined) {
    const message = `there is no template ${quote(name)}; ${instead(name, Object.keys(templates), 'templates')}`;
    return fail(reader, given, message, undefined, 'unknown-template');
  }
  if (template === null) return undefined;
  const interposer = override
    ? { ...template, written: { ...template.written, config: override }, config: override }
    : template;
  const node = objectNodeOf(cursor);
  const replaced = node?.entries.find(({ key }) => key === 'config');
  return {
    interposer,
    node: node && template.node && asWritten(node, template.node, override && replaced),
    template: { name, override: override !== undefined },
  };
}

/** The interposition as version 1 would have it, each part of it where it stands. */
function asWritten(node: ObjectNode, template: ObjectNode, config: Entry | undefined): ObjectNode {
  const interposer = config
    ? { ...template, entries: inOrder([...template.entries.filter(({ key }) => key !== 'config'), config]) }
    : template;
  const rest = node.entries.filter(({ key }) => key !== 'template' && key !== 'config');
  const entry: Entry = { key: 'interposer', keyRange: template.range, value: interposer };
  return { ...node, entries: inOrder([...rest, entry]) };
}

/** Places are looked for in the order of the text. */
const inOrder = (entries: readonly Entry[]): readonly Entry[] =>
  [...entries].sort((a, b) => a.value.range.start - b.value.range.start);
