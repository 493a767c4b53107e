/** Does the published schema say of an answer what the decoder says of it? */

import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { isObject, type JsonObject, type JsonValue, setKey } from '../../src/base/json.ts';
import { type AnswerProblem, decodeAnswer } from '../../src/phases/5-govern/answer.ts';

/** Strict: a keyword that nobody knows is a mistake. */
export const compileSchema = (schema: JsonValue): ValidateFunction =>
  new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true }).compile(
    schema as object,
  );

/** The grammars inside of texts: no structure. */
const insideTexts: readonly RegExp[] = [
  /^a `\$\{…\}` in this text is malformed/,
  /^this is not a condition/,
  /^this cannot be repeated over/,
  /close it, or give the command as an array$/,
];

export const isInsideText = ({ message }: AnswerProblem): boolean => insideTexts.some((one) => one.test(message));

export interface Agreement {
  readonly accepted: boolean;
  /** The law, both ways; undefined where it holds. */
  readonly fault?: string;
}

export function judgeAnswer(answer: JsonValue, validate: ValidateFunction): Agreement {
  const { problems } = decodeAnswer(JSON.stringify(answer));
  const structural = problems.filter((problem) => !isInsideText(problem));
  const accepted = validate(answer);
  if (accepted === (structural.length === 0)) return { accepted };
  const told = accepted
    ? structural.map((p) => `  ${p.path}: ${p.message}`)
    : (validate.errors ?? []).map((e) => `  ${e.instancePath} ${e.schemaPath}: ${e.message}`);
  const who = accepted ? 'the schema accepts what the decoder refuses' : 'the schema refuses what the decoder accepts';
  return { accepted, fault: `${who}:\n${told.join('\n')}` };
}

/** Every field that an answer may have, in each of its forms. */
export const fullAnswer: JsonObject = {
  interpositions: [
    {
      reason: 'because',
      attachments: [{ target: 0, interposer_slot: 'up', interposer_provide: 'down' }],
      interposer: {
        program: {
          image: 'i:${config.word}',
          entrypoint: [
            'a',
            { when: 'config.word', each: 'config.word', join: ',', arg: '${item}' },
            { each: 'slots.up', argv: ['${item.url}', 'x'] },
          ],
          env: { A: '1', B: { when: 'slots.up', each: 'slots.up', join: ',', value: '${item.url}' } },
          network: { endpoints: [{ name: 'down', port: 1, protocol: 'http' }] },
          mounts: [
            { kind: 'resource', path: '/r', resource: 'r' },
            { kind: 'slot', path: '/s', slot: 's' },
            { kind: 'framework', path: '/f', capability: 'component' },
            {
              kind: 'file',
              path: [
                { lit: '/a' },
                { config: 'word' },
                { slot: 'up', scope: 1 },
                { item: 'url' },
                { item: '', scope: 1, slot: 'up', index: 0 },
              ],
              source: { kind: 'config', path: [{ lit: 'word' }] },
              when: { kind: 'slot', query: 'up' },
              each: { kind: 'config', path: 'word' },
            },
            {
              kind: 'file',
              path: [{ lit: '/b' }],
              source: { kind: 'config', path: [] },
              when: { kind: 'config', path: 'word' },
              each: { kind: 'slot', slot: 'up' },
            },
          ],
        },
        config: { word: '${config.word}' },
        config_schema: { type: 'object', properties: { word: { type: 'string' } } },
        slots: { up: { kind: 'http', profile: 'p', optional: false, multiple: true } },
        provides: { down: { kind: 'http', profile: null, endpoint: 'down' } },
        resources: { r: { kind: 'storage', params: { size: '1', retention: null, sharing: 'x' } } },
        metadata: [1.5],
      },
    },
    {
      attachments: [],
      interposer: {
        program: {
          path: '/bin/x',
          args: 'a "b c"',
          env: { A: '1' },
          network: {},
          mounts: [{ kind: 'slot', path: '/s', slot: 's' }],
        },
        slots: {},
        provides: {},
        resources: {},
      },
    },
    {
      attachments: [],
      interposer: {
        program: {
          vm: {
            image: 'd',
            cpus: 1,
            memory_mib: '${config.word}',
            network: { endpoints: [{ name: 'a', port: 65_535 }] },
            mounts: [{ kind: 'slot', path: '/s/t', slot: 's' }],
            cloud_init: { user_data: 'x', vendor_data: null },
            egress: 'optional',
          },
        },
      },
    },
  ],
  findings: [{ severity: 'info', message: 'x', edge: 0, component: 0, code: 'c' }],
};

export const odd: readonly JsonValue[] = [
  null,
  true,
  0,
  1,
  -1,
  1.5,
  65_536,
  4_294_967_296,
  9_007_199_254_740_992,
  1e300,
  '',
  ' ',
  'x',
  'a.b',
  '/a/../b',
  '/a',
  '/',
  '${',
  '${config.word}',
  'config.word',
  'http',
  'storage',
  'file',
  'slot',
  'https',
  [],
  ['x'],
  [[]],
  {},
  { x: 1 },
  { kind: 'http' },
  { lit: 'x' },
  { arg: 'x' },
  { value: 'x' },
];

const extras: readonly string[] = [
  ...['x', 'a.b', '__proto__', 'kind', 'path', 'join', 'arg', 'argv', 'scope', 'vm', 'image', 'args', 'entrypoint'],
  ...['env', 'network', 'mounts'],
];

/** Calls `visit` with every tree that differs from `value` in one place. O(places × changes × size). */
export function eachChange(value: JsonValue, visit: (changed: JsonValue) => void): void {
  const at = (node: JsonValue, put: (by: JsonValue) => JsonValue): void => {
    for (const by of odd) visit(put(by));
    if (Array.isArray(node)) {
      const items = node as readonly JsonValue[];
      visit(put([...items, ...items.slice(0, 1)]));
      for (const [i, item] of items.entries()) {
        visit(put(items.filter((_, j) => j !== i)));
        at(item, (by) => put(items.map((other, j) => (j === i ? by : other))));
      }
    } else if (isObject(node)) {
      const entries = Object.entries(node);
      for (const extra of extras) {
        for (const by of ['x', null, 0, { kind: 'http' }]) visit(put(withEntry(entries, extra, by)));
      }
      for (const [key, item] of entries) {
        const rest = entries.filter(([other]) => other !== key);
        visit(put(withEntry(rest, `${key}x`, item)));
        visit(put(withEntry(rest)));
        at(item, (by) => put(withEntry(entries, key, by)));
      }
    }
  };
  at(value, (by) => by);
}

function withEntry(entries: readonly (readonly [string, JsonValue])[], key?: string, by: JsonValue = null): JsonObject {
  const out: Record<string, JsonValue> = {};
  for (const [name, value] of entries) setKey(out, name, value);
  if (key !== undefined) setKey(out, key, by);
  return out;
}
