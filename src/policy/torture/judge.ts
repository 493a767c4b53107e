/** Holds what came back against what `compile` would hold it against. */

import type { JsonObject, JsonValue } from '../../base/json.ts';
import { canonicalJson } from '../../base/json.ts';
import type { ConfigSpace } from '../../ir/config.ts';
import { decodeAnswer } from '../../phases/5-govern/answer.ts';
import { validateAnswer } from '../../phases/5-govern/validate/validate-answer.ts';
import type { Question } from './questions.ts';
import type { Reply } from './send.ts';

export interface Verdict {
  readonly result: 'passed' | 'warning' | 'failed' | 'skipped';
  /** For people: what was seen. */
  readonly detail: string;
}

export const passed = (detail: string): Verdict => ({ result: 'passed', detail });
export const warning = (detail: string): Verdict => ({ result: 'warning', detail });
export const failed = (detail: string): Verdict => ({ result: 'failed', detail });
export const skipped = (detail: string): Verdict => ({ result: 'skipped', detail });

/** Of a root whose config is anything: a policy may hand on references that its own config gave it. */
const schema: JsonObject = { type: 'object' };
const space: ConfigSpace = { value: { kind: 'root', path: '' }, schema };

/** A good answer to a good question. */
export function judgeAnswer(reply: Reply, question: Question, maxBytes: number): Verdict {
  if ('fault' in reply) return failed(reply.fault);
  const { status, headers, bytes, cut } = reply;
  const type = status >= 300 && status < 400 ? 'a redirect, and redirects are not followed' : `status ${status}`;
  if (status < 200 || status > 299) return failed(`the answer is ${type}: ${begin(bytes)}`);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') return failed(`the answer has content encoding \`${encoding}\`, and none was asked for`);
  if (cut) return warning(`the answer has more than ${maxBytes} bytes, which takes \`--max-answer-bytes\``);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return failed('the answer is not UTF-8');
  }
  const { answer, problems } = decodeAnswer(text);
  if (!answer) return failed(problems.map(({ path, message }) => `${path}: ${message}`).join('; '));
  const faults = validateAnswer({ answer, scope: { schema, space }, targets: question.targets });
  const real = faults.filter(({ rule }) => rule !== 'V4');
  if (real.length > 0)
    return failed(
      real
        .slice(0, 3)
        .map(({ path, message }) => `${path}: ${message}`)
        .join('; '),
    );
  const lost = answer.findings.find(
    ({ edge, component }) =>
      (edge !== undefined && !question.targets.has(edge)) ||
      (component !== undefined && !question.components.has(component)),
  );
  if (lost) return failed('a finding names an edge or a component that was not in the question');
  const count = answer.interpositions.length;
  return passed(`${count} ${count === 1 ? 'interposer' : 'interposers'}, ${answer.findings.length} findings`);
}

/** Whether two answers say the same; how they are laid out is another matter. */
export function compareAnswers(first: Reply, other: Reply, when: string): Verdict {
  if ('fault' in first || 'fault' in other)
    return failed('fault' in other ? `${when}: ${other.fault}` : 'there was no answer to compare with');
  if (first.bytes.equals(other.bytes)) return passed('the same bytes');
  const [a, b] = [first, other].map(({ bytes }) => canonical(bytes));
  if (a === undefined || b === undefined || a !== b) return failed(`${when}, the answer is another one`);
  return warning(`${when}, the answer says the same in other bytes: a lock keeps bytes`);
}

function canonical(bytes: Buffer): string | undefined {
  try {
    return canonicalJson(JSON.parse(bytes.toString('utf8')) as JsonValue);
  } catch {
    return undefined;
  }
}

/** What is not a question: it may be refused in any way that ends. */
export function judgeRefusal(reply: Reply): Verdict {
  if ('fault' in reply) return reply.fault.includes('within') ? failed(reply.fault) : passed(reply.fault);
  const { status } = reply;
  if (status >= 400 && status < 500) return passed(`status ${status}`);
  if (status >= 500) return warning(`status ${status}: that is not the policy's fault, and 400 would say so`);
  return warning(`status ${status}, to what is not a question`);
}

/** Anything that ends is good. */
export const judgeAny = (reply: Reply): Verdict =>
  'fault' in reply ? judgeRefusal(reply) : passed(`status ${reply.status}`);

const begin = (bytes: Buffer): string => {
  const text = bytes
    .toString('utf8', 0, 200)
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return text === '' ? 'without a body' : text;
};
