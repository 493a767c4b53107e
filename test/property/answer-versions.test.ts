/** An answer may be written in version 1 or 2 of the protocol: the same is read, and the same plan comes of it. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryLoader } from '../../src/adapters/loaders/memory-loader.ts';
import { createMemoryPolicyClient } from '../../src/adapters/policies/memory-client.ts';
import type { JsonObject, JsonValue } from '../../src/base/json.ts';
import { type CompileOptions, type CompileResult, compile } from '../../src/compile.ts';
import type { Answer } from '../../src/ir/answer.ts';
import type { PolicyAnswer } from '../../src/ir/answer-schema.ts';
import type { ProtocolVersion } from '../../src/ir/protocol.ts';
import { lockName } from '../../src/language/lock/format.ts';
import { loadSyntax } from '../../src/language/syntax/parse.ts';
import { decodeAnswer, plainAnswer } from '../../src/phases/5-govern/answer.ts';
import { expandQuestion, shareTemplates } from '../../src/policy/sdk/sharing.ts';
import { compileSchema, eachChange, fullAnswer, isInsideText } from '../support/answer-agreement.ts';
import { answerOf, randomScenario, rulesOf, toFiles } from '../support/random-scenario.ts';

await loadSyntax('json5');

const accepts = compileSchema(JSON.parse(readFileSync('schemas/policy-answer-v2.schema.json', 'utf8')) as JsonValue);
const acceptsQuestion = compileSchema(
  JSON.parse(readFileSync('schemas/policy-request-v2.schema.json', 'utf8')) as JsonValue,
);

interface Written {
  readonly interpositions: readonly JsonObject[];
}

/** Each interposer as a template, also one that is used once; every second has its config beside it. */
function templated(answer: JsonValue): JsonObject {
  const { interpositions, ...rest } = answer as unknown as Written & JsonObject;
  const templates: Record<string, JsonValue> = {};
  const spelt = interpositions.map(({ interposer, ...other }, index) => {
    const { config, ...body } = interposer as JsonObject;
    const apart = index % 2 === 0 && config !== undefined && config !== null;
    templates[`t${index}`] = apart ? { ...body, config: { other: 1 } } : (interposer as JsonValue);
    return { ...other, template: `t${index}`, ...(apart ? { config } : {}) };
  });
  return { ...rest, interpositions: spelt, templates };
}

/** What an answer says, wherever that stands. */
function said(answer: Answer | undefined): unknown {
  const plain = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(plain);
    const entries = Object.entries(value).filter(
      ([key]) => !/^(?:node|template|source|range|nameRange|keyRange|written)$/.test(key),
    );
    return Object.fromEntries(entries.map(([key, item]) => [key, plain(item)]));
  };
  return answer && plain(answer);
}

/** Without the one number that has a point. */
const full = JSON.parse(JSON.stringify(fullAnswer).replace('[1.5]', '[15]')) as JsonObject;
const fullInTwo: JsonObject = {
  ...templated(full),
  interpositions: [
    ...(templated(full)['interpositions'] as readonly JsonValue[]),
    ...(full['interpositions'] as readonly JsonValue[]),
  ],
};

const read = (text: string, version: ProtocolVersion): readonly (Answer | undefined)[] => [
  decodeAnswer(text, version).answer,
  plainAnswer(text, version),
];

test('an answer with every field, in both versions and both ways', () => {
  const [whole] = read(JSON.stringify(full), '1');
  for (const answer of read(JSON.stringify(templated(full)), '2')) expect(said(answer)).toEqual(said(whole));
  for (const answer of read(JSON.stringify(full), '2')) expect(said(answer)).toEqual(said(whole));
  for (const answer of read(JSON.stringify(templated(full)), '1')) expect(answer).toBeUndefined();
  expect(accepts(fullInTwo), JSON.stringify(accepts.errors)).toBe(true);
});

test('decoder, its quick way and the schema agree on every answer that differs in one place', () => {
  let [right, wrong, count] = [0, 0, 0];
  eachChange(fullInTwo, (answer) => {
    // Every fifth: one takes a millisecond, and interposers are tried in version 1.
    if (count++ % 5 > 0) return;
    const text = JSON.stringify(answer);
    const { answer: whole, problems } = decodeAnswer(text, '2');
    const quick = plainAnswer(text, '2');
    if (quick) expect(said(whole), text).toEqual(said(quick));
    const faults = problems.filter((problem) => !isInsideText(problem) && problem.rule === 'shape');
    // A name that is not there is no fault of shape.
    if (problems.every(({ rule }) => rule === 'shape'))
      expect(accepts(JSON.parse(text)), `${JSON.stringify(faults)}\n${text}`).toBe(faults.length === 0);
    if (whole) right++;
    else wrong++;
  });
  expect(right).toBeGreaterThan(100);
  expect(wrong).toBeGreaterThan(400);
});

test.each([
  ['neither interposer nor template', { attachments: [] }],
  ['both', { template: 't', interposer: {}, attachments: [] }],
  ['a config beside an interposer', { interposer: {}, config: {}, attachments: [] }],
  ['something else of a template', { template: 't', program: { path: '/x' }, attachments: [] }],
  ['a template that is not there', { template: 'toString', attachments: [] }],
  ['no name', { template: null, attachments: [] }],
])('%s is told, and not read in the quick way', (_, interposition) => {
  const text = JSON.stringify({ templates: { t: {} }, interpositions: [interposition] });
  expect(plainAnswer(text, '2')).toBeUndefined();
  expect(decodeAnswer(text, '2').problems).toHaveLength(1);
});

test('a template that nothing names must have the right shape, and is passed over', () => {
  const text = (template: JsonValue): string => JSON.stringify({ templates: { t: template }, interpositions: [] });
  for (const answer of read(text({}), '2')) expect(said(answer)).toEqual({ interpositions: [], findings: [] });
  for (const answer of read(text({ programm: 1 }), '2')) expect(answer).toBeUndefined();
  for (const answer of read(text(7), '2')) expect(answer).toBeUndefined();
  for (const answer of read('{"templates":{"a.b":{}},"interpositions":[]}', '2')) expect(answer).toBeUndefined();
});

const base = 'file:///scenario/';

interface Spelling {
  readonly spell: (answer: PolicyAnswer) => JsonValue | undefined;
}

test('the plan is the same but for digests of answers, and a lock gives it again', async () => {
  let shared = 0;
  const spellings: readonly Spelling[] = [
    { spell: (answer) => templated(answer as unknown as JsonValue) },
    { spell: (answer) => shareTemplates(answer) as unknown as JsonValue },
  ];
  await fc.assert(
    fc.asyncProperty(randomScenario, fc.constantFrom(...spellings), async (scenario, { spell }) => {
      const files = new Map([...toFiles(scenario)].map(([name, text]) => [base + name, text]));
      const run = (options: Partial<CompileOptions>): Promise<CompileResult> =>
        compile({ input: `${base}scenario.json5`, baseDir: base, loader: createMemoryLoader(files), ...options });
      const inOne = createMemoryPolicyClient((ask) => ({ text: answerOf(rulesOf(scenario, ask.display), ask.body) }));
      const inTwo = createMemoryPolicyClient((ask) => {
        const question = ask.shared?.() ?? '';
        expect(acceptsQuestion(JSON.parse(question)), JSON.stringify(acceptsQuestion.errors)).toBe(true);
        expect(expandQuestion(question)).toEqual(JSON.parse(ask.body));
        const text = answerOf(rulesOf(scenario, ask.display), ask.body);
        const answer = spell(JSON.parse(text) as PolicyAnswer);
        if (!answer) return { text };
        shared++;
        return { ok: true, text: JSON.stringify(answer), protocol: '2', elapsedMs: 0 };
      });
      const [one, two] = [await run({ policyClient: inOne }), await run({ policyClient: inTwo, record: true })];
      const plain = ({ compiled }: CompileResult): string =>
        (compiled?.planText ?? '').replace(/"(?:answerDigest|digest|planDigest)":"[^"]*"/g, '');
      expect(two.compiled, JSON.stringify(two.diagnostics)).toBeDefined();
      expect(plain(two)).toBe(plain(one));
      expect(two.diagnostics).toEqual(one.diagnostics);
      const [[, text] = ['', ''], ...recordings] = [...(two.compiled?.emit('lock') ?? [])];
      const lock = { file: lockName, text, recordings: new Map(recordings) };
      const frozen = await run({ lock, frozen: true });
      expect(frozen.compiled?.planText).toBe(two.compiled?.planText);
    }),
    { numRuns: 60 },
  );
  expect(shared).toBeGreaterThan(20);
});
