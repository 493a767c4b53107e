/** Answers of policies, as plain JSON with one thing changed at a time. */
import type { JsonObject, JsonValue } from '../../../../src/base/json.ts';
import type { Answer } from '../../../../src/ir/answer.ts';
import type { ConfigSpace } from '../../../../src/ir/config.ts';
import type { Protocol } from '../../../../src/ir/graph.ts';
import type { Capability } from '../../../../src/ir/manifest.ts';
import { rootSpace } from '../../../../src/language/config/compose.ts';
import { loadMetaschema } from '../../../../src/language/schema/metaschema.ts';
import { loadSyntax } from '../../../../src/language/syntax/parse.ts';
import { type AnswerProblem, decodeAnswer } from '../../../../src/phases/5-govern/answer.ts';
import type { AnswerTarget } from '../../../../src/phases/5-govern/validate/rule.ts';
import { validateAnswer } from '../../../../src/phases/5-govern/validate/validate-answer.ts';

await loadSyntax('json5');
await loadMetaschema();

export const program: JsonObject = {
  path: '/bin/relay',
  args: ['${slots.up.url}'],
  network: { endpoints: [{ name: 'down', port: 9001 }] },
};

export const interposer: JsonObject = {
  program,
  slots: { up: { kind: 'http' } },
  provides: { down: { kind: 'http', endpoint: 'down' } },
};

export const attachment: JsonObject = { target: 0, interposer_slot: 'up', interposer_provide: 'down' };

export const interposition = (
  change: JsonObject = {},
  attachments: readonly JsonValue[] = [attachment],
): JsonObject => ({
  interposer: { ...interposer, ...change },
  attachments,
});

export const answering = (...interpositions: readonly JsonValue[]): string => JSON.stringify({ interpositions });

const http: Capability = { kind: 'http', profile: null };

/** 0 and 1 are `http`, 2 is `a2a` with profile `v2`; then one of each kind that has no place for a program. */
export const targets: ReadonlyMap<number, AnswerTarget> = new Map(
  (
    [
      http,
      http,
      { kind: 'a2a', profile: 'v2' },
      { kind: 'storage', profile: null },
      { kind: 'docker', profile: null },
      { kind: 'kvm', profile: null },
      { kind: 'component', profile: null },
    ] as const
  ).map((capability, id) => [id, { capability }]),
);

const scopeSchema: JsonObject = {
  type: 'object',
  properties: { word: { type: 'string' }, list: { type: 'array' } },
};

export function decoded(text: string): Answer {
  const { answer, problems } = decodeAnswer(text);
  if (!answer) throw new Error(JSON.stringify(problems));
  return answer;
}

/** The same, with an endpoint that speaks `protocol` behind every edge. */
export const targetsSpeaking = (protocol: Protocol): ReadonlyMap<number, AnswerTarget> =>
  new Map([...targets].map(([id, target]) => [id, { ...target, protocol }]));

export function validated(
  text: string,
  space: ConfigSpace = rootSpace(scopeSchema),
  shown: ReadonlyMap<number, AnswerTarget> = targets,
): readonly AnswerProblem[] {
  return validateAnswer({ answer: decoded(text), scope: { schema: space.schema, space }, targets: shown });
}

/** `rule @ path` of every problem of one interposition. */
export const faults = (
  change: JsonObject,
  attachments?: readonly JsonValue[],
  shown?: ReadonlyMap<number, AnswerTarget>,
): string[] =>
  validated(answering(interposition(change, attachments)), undefined, shown).map(
    ({ rule, path }) => `${rule} @ ${path.replace('interpositions[0].', '')}`,
  );

/** `path: message` of every problem of shape. */
export const shapes = (text: string): string[] =>
  decodeAnswer(text).problems.map(({ rule, path, message }) => `${rule} @ ${path}: ${message}`);
