/** Proof of the harness: whatever expectation of its own suite is turned round, the test that holds it turns red. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../../src/base/json.ts';
import { createSink } from '../../../../src/diagnostics/sink.ts';
import { parseSyntax } from '../../../../src/language/syntax/parse.ts';
import { toJson } from '../../../../src/language/syntax/to-json.ts';
import { type Compiled, runTests } from '../../../../src/policy/test/run.ts';
import { type Mutant, mutantsOf } from '../../../support/invert.ts';
import { parseSuite, readSuite, suiteCompiler, suitePath } from '../../../support/policy-suite.ts';

const compiled = new Map<string, Compiled>();
let suite: JsonValue = null;

beforeAll(async () => {
  const { compile, close } = await suiteCompiler();
  const { file, faults } = await parseSuite(readSuite(), suitePath);
  expect(faults).toEqual([]);
  if (!file) return;
  // Each scenario is compiled once: inverting an expectation changes nothing about it.
  const { tests } = await runTests([file], {
    compile: async (of, setting) => {
      const result = await compile(of, setting);
      if (!('heard' in result)) throw new Error(result.message);
      return result;
    },
  });
  for (const { test, outcome, failures } of tests) {
    expect(
      failures.map(({ message }) => message),
      test.name,
    ).toEqual([]);
    if (outcome) compiled.set(test.name, outcome as Compiled);
  }
  const node = parseSyntax({ file: suitePath, text: readSuite() }, createSink());
  suite = node ? toJson(node) : null;
  await close();
});
afterAll(() => compiled.clear());

/** The codes with which the tests of a mutant fail, by name of the test. */
async function outcomesOf(mutant: Mutant): Promise<ReadonlyMap<string, readonly string[]>> {
  const { file, faults } = await parseSuite(JSON.stringify(mutant.suite), 'suite.policy-test.json');
  if (!file) return new Map([[mutant.test, faults]]);
  const found = new Map<string, readonly string[]>();
  for (const test of file.tests) {
    const outcome = compiled.get(test.name) as Compiled;
    const { tests } = await runTests([{ ...file, tests: [test] }], { compile: async () => outcome });
    found.set(
      test.name,
      tests.flatMap(({ failures }) => failures.map(({ code }) => code)),
    );
  }
  return found;
}

/** The one policy of scope `/team`: in its place no other can be named. */
const onlyOne = /\/(?:policy|\/team\/page\.data\/0)\/policy$/;

describe('the harness', () => {
  it('turns red wherever an expectation is inverted, and nowhere else', async () => {
    const survivors: string[] = [];
    const collateral: string[] = [];
    const compared = new Map<string, boolean>();
    const mutants = mutantsOf(suite);
    for (const mutant of mutants) {
      const outcomes = await outcomesOf(mutant);
      const codes = outcomes.get(mutant.test) ?? [];
      if (codes.length === 0) survivors.push(mutant.label);
      for (const [name, others] of outcomes)
        if (name !== mutant.test && others.length > 0) collateral.push(mutant.label);
      const met = codes.some((code) => code === 'test/unmet' || code === 'test/unexpected');
      compared.set(mutant.place, (compared.get(mutant.place) ?? false) || met);
    }
    expect(survivors).toEqual([]);
    expect(collateral).toEqual([]);
    // A mutant may die of a name that means nothing; each place also has one that dies of the comparison itself.
    expect([...compared].filter(([place, met]) => !met && !onlyOne.test(place)).map(([place]) => place)).toEqual([]);
    expect(mutants.length).toBeGreaterThan(300);
  });

  it('has an expectation of every field in its suite', () => {
    const places = new Set(
      mutantsOf(suite).map(({ place }) => place.split('/').filter((part) => !/^\d+$/.test(part))[2]),
    );
    expect([...places].sort()).toEqual(
      ['counts', 'edges', 'errors', 'findings', 'interposers', 'policies', 'untouched', 'warnings'].sort(),
    );
  });
});
