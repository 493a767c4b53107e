/** Files of tests: what is refused where, and that the published schema refuses the same. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../../src/base/json.ts';
import { createSink } from '../../../../src/diagnostics/sink.ts';
import { loadSyntax, parseSyntax } from '../../../../src/language/syntax/parse.ts';
import { toJson } from '../../../../src/language/syntax/to-json.ts';
import { onlyRange } from '../../../../src/policy/test/file.ts';
import { policyTestSchema } from '../../../../src/policy/test/schema.ts';
import { parseSuite, readSuite } from '../../../support/policy-suite.ts';

const validate = new Ajv2020({ strict: false }).compile(policyTestSchema());
beforeAll(() => loadSyntax('yaml'));

function json(text: string): JsonValue {
  const node = parseSyntax({ file: 'x.yaml', text }, createSink());
  return node ? toJson(node) : null;
}
const faultsOf = async (text: string): Promise<readonly string[]> => (await parseSuite(text, 'x.yaml')).faults;
const one = (expected: string): string => `scenario: ./s.yaml\ntests: [{ name: t, expect: ${expected} }]\n`;

describe('a file of tests', () => {
  it.each([
    ['tests: []', '`tests`: there is no test'],
    ['scenario: ./s.yaml', 'missing field `tests`'],
    ['test: []\ntests: []', 'unknown field `test`'],
    ['version: 2\ntests: [{ name: a, scenario: x, expect: { errors: [] } }]', 'version 2'],
    ['scenario: 3\ntests: [{ name: a, expect: { errors: [] } }]', 'expected a path, or a manifest'],
    ['scenario: x\nconfig: []\ntests: [{ name: a, expect: { errors: [] } }]', '`config`: expected an object'],
    ['scenario: x\npolicies: { a: ftp://x }\ntests: [{ name: a, expect: { errors: [] } }]', 'not an http or https URL'],
    ['scenario: x\nmanifests: { a: ./b.yaml }\ntests: [{ name: a, expect: { errors: [] } }]', 'expected a manifest'],
    ['scenario: x\ntests: [{ expect: { errors: [] } }]', 'missing field `name`'],
    [one('{ edges: [] }'), 'expected an object'],
    [one('{ edges: { a: b } }'), 'expected an array'],
    [one('{ edges: { a: [{ scope: / }] } }'), 'missing field `policy`'],
    [one('{ untouched: most }'), 'use `others`'],
    [one('{ untouched: [] }'), 'names nothing'],
    [one('{ findings: [{}] }'), 'names nothing'],
    [one('{ findings: [{ severity: bad }] }'), 'unknown value `bad`'],
    [one('{ findings: [{ message: "" }] }'), 'every text contains the empty one'],
    [one('{ findings: [{ message: { contains: a, equals: b } }] }'), 'give one of'],
    [one('{ findings: [{ message: x, count: 0 }] }'), 'out of range'],
    [one('{ interposers: [{ programm: {} }] }'), 'did you mean `program`?'],
    [one('{ errors: [3] }'), 'expected a code, or {code, message}'],
    [one('{ policies: { a: {} } }'), 'names nothing'],
    [one('{ policies: { a: { shown: -1 } } }'), 'out of range'],
    [one('{ counts: {} }'), 'names nothing'],
    [one('{ counts: { egdes: 1 } }'), 'did you mean `edges`?'],
  ])('%j is refused, by the schema too', async (text, fault) => {
    const { faults } = await parseSuite(text, 'x.yaml').then((read) => read);
    const helps = await helpsOf(text);
    expect([...faults, ...helps].join('\n')).toContain(fault);
    expect(validate(json(text)), text).toBe(false);
  });

  it.each([
    ['tests: [{ name: a, expect: { errors: [] } }]', 'this test has no scenario'],
    [
      'scenario: x\ntests: [{ name: a, expect: { errors: [] } }, { name: a, expect: { errors: [] } }]',
      'two tests are called `a`',
    ],
    [one('{ findings: [{ message: { matches: "(" } }] }'), 'not a regular expression'],
    [one('{ untouched: [a, a] }'), 'given twice'],
    ['scenario: x\ntests: [{ name: a, name: b, expect: { errors: [] } }]', 'given twice'],
  ])('%j is refused, which no schema can tell', async (text, fault) => {
    expect((await faultsOf(text)).join('\n')).toContain(fault);
  });

  it('reports all faults together', async () => {
    const faults = await faultsOf('versio: 1\ntests: [{ nam: a, expect: { edges: {}, counts: { edges: x } } }]');
    for (const part of ['versio', 'nam', 'no scenario', 'names nothing', 'an integer'])
      expect(faults.join()).toContain(part);
  });

  it('takes everything that the suite has, and so does the schema', async () => {
    const { faults } = await parseSuite(readSuite(), 'x.yaml');
    expect(faults).toEqual([]);
    expect(validate(json(readSuite())), JSON.stringify(validate.errors)).toBe(true);
    const example = readFileSync('examples/redaction/redaction.policy-test.yaml', 'utf8');
    expect(await faultsOf(example)).toEqual([]);
    expect(validate(json(example)), JSON.stringify(validate.errors)).toBe(true);
  });

  it('keeps the places of a manifest inside it', () => {
    const text = 'a: 1\r\nb:\n  c: é😀\nd: 2';
    const start = text.indexOf('c:');
    const cut = onlyRange(text, { start, end: text.indexOf('d:') });
    expect(cut).toHaveLength(text.length);
    expect(cut.slice(start, start + 6)).toBe(text.slice(start, start + 6));
    expect(cut.split('\n')).toHaveLength(text.split('\n').length);
    expect(cut.replace(/\s/g, '')).toBe('c:é😀');
  });
});

async function helpsOf(text: string): Promise<readonly string[]> {
  const sink = createSink();
  const { readTestFile } = await import('../../../../src/policy/test/file.ts');
  readTestFile({ file: 'x.yaml', text }, sink);
  return sink.diagnostics.flatMap(({ help }) => help ?? []);
}
