/** A plan's file of version 2 says what its plan says, whatever people have written into the plan. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type JsonObject, type JsonValue, setKey } from '../../src/base/json.ts';
import { canonicalText } from '../../src/base/quick-json.ts';
import type { FoldBounds } from '../../src/language/plan-file/fold.ts';
import { unfoldPlan } from '../../src/language/plan-file/unfold.ts';
import { foldedText, planText } from '../../src/language/plan-file/write.ts';
import { foldPlan } from '../support/folded-plan.ts';

const name = fc.constantFrom('shared', '__proto__', '', '0', '01', '~1', 'a/b', '~', 'program', 'at', '$ref', '\ud800');
const text = fc.constantFrom('', '0', '/program', '{"/program":0}', 'long '.repeat(20), 'as long '.repeat(20), 'null');

const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.constantFrom<JsonValue>(null, 0, 1, -1, true),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 3 }).map((entries) => {
      const out: Record<string, JsonValue> = {};
      for (const [key, item] of entries) setKey(out, key, item as JsonValue);
      return out;
    }),
  ),
}));

const plain = fc.oneof(value, fc.constantFrom<JsonValue>({}, null));
const component = fc.record({
  moniker: text,
  program: value,
  config: plain,
  configSchema: plain,
  slots: plain,
  provides: plain,
  resources: plain,
  childTemplates: plain,
  metadata: value,
});
const plan: fc.Arbitrary<JsonObject> = fc
  .record({
    // Some are repeated, as they are where a policy answers the same for many edges.
    components: fc
      .tuple(fc.array(component, { minLength: 1, maxLength: 4 }), fc.array(fc.nat(3), { maxLength: 6 }))
      .map(([some, more]) => [...some, ...more.flatMap((at) => some.slice(at, at + 1))]),
    edges: value,
    schema: fc.constant('headgate.plan'),
    version: fc.constant(1),
  })
  .map((made) => JSON.parse(JSON.stringify(made)) as JsonObject);

const bounds: fc.Arbitrary<FoldBounds> = fc.record({
  saved: fc.constantFrom(-Infinity, 0, 100),
  field: fc.constantFrom(1, 20),
  text: fc.constantFrom(1, 8, 50),
});

const back = (file: JsonObject): JsonObject => {
  const unfolded = unfoldPlan(file);
  if ('fault' in unfolded) throw new Error(`${unfolded.fault.pointer} ${unfolded.fault.reason}`);
  return unfolded.plan;
};

test('what is folded and unfolded is the same, with its keys in the same order', () => {
  let folds = 0;
  fc.assert(
    fc.property(plan, bounds, (made, by) => {
      const before = JSON.stringify(made);
      const file = foldPlan(made, by);
      if (file['version'] === 2) folds++;
      const whole = JSON.parse(canonicalText(made)) as JsonObject;
      const written = JSON.stringify(file);
      expect(JSON.stringify(back(file))).toBe(JSON.stringify(whole));
      // Neither changes what it was given.
      expect(JSON.stringify(made)).toBe(before);
      expect(JSON.stringify(file)).toBe(written);
    }),
    { numRuns: 1_000 },
  );
  expect(folds).toBeGreaterThan(100);
});

test('what is written is canonical JSON', () => {
  fc.assert(
    fc.property(plan, bounds, (made, by) => {
      expect(planText(made)).toBe(canonicalText(made));
      const text = foldedText(made, by);
      expect(text).toBe(canonicalText(JSON.parse(text) as JsonObject));
    }),
    { numRuns: 500 },
  );
});

test('to fold once more changes nothing', () => {
  fc.assert(
    fc.property(plan, bounds, (made, by) => {
      const file = foldPlan(made, by);
      expect(foldedText(file, by)).toBe(canonicalText(file));
      expect(foldedText(back(file), by)).toBe(canonicalText(file));
    }),
    { numRuns: 500 },
  );
});

test('a file that anything was done to is unfolded or refused, and nothing is thrown', () => {
  const odd = fc.oneof(value, fc.constantFrom<JsonValue>(1.5, 1e9, -1, '0', [], {}));
  let [read, refused] = [0, 0];
  fc.assert(
    fc.property(plan, bounds, fc.nat(), odd, fc.boolean(), (made, by, seed, other, removes) => {
      const file = foldPlan(made, by);
      change(file, seed, other, removes);
      const unfolded = unfoldPlan(JSON.parse(JSON.stringify(file)) as JsonObject);
      if ('fault' in unfolded) refused++;
      else read++;
    }),
    { numRuns: 2_000 },
  );
  expect(read).toBeGreaterThan(50);
  expect(refused).toBeGreaterThan(50);
});

/** At one of all its places. */
function change(document: JsonObject, seed: number, other: JsonValue, removes: boolean): void {
  const places: (readonly [Record<string, JsonValue>, string])[] = [];
  const open: JsonValue[] = [document];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node !== 'object' || node === null) continue;
    for (const [key, inner] of Object.entries(node)) {
      places.push([node as Record<string, JsonValue>, key]);
      open.push(inner as JsonValue);
    }
  }
  const [node, key] = places[seed % places.length] as (typeof places)[number];
  if (removes) delete node[key];
  else setKey(node, key, other);
}
