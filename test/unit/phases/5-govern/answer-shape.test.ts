import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/base/json.ts';
import { decodeAnswer } from '../../../../src/phases/5-govern/answer.ts';
import { answering, attachment, decoded, interposer, interposition, program, shapes } from './harness.ts';

describe('what is not JSON', () => {
  test.each([
    ['', 'the answer is empty'],
    [' \n', 'the answer is empty'],
    ['<html>', 'unexpected'],
    ['{"interpositions": []} x', 'unexpected text after the end'],
    ['{"interpositions": [}', 'this brace is not closed'],
    ['{"interpositions": [', 'not closed'],
    ["{'interpositions': []}", 'unexpected'],
    ['{interpositions: []}', 'unexpected'],
    ['{"interpositions": [],}', 'unexpected `}`'],
    [`${'['.repeat(500)}`, 'nested more than 200'],
    ['{"interpositions": 1e999}', 'too large'],
    ['{"a": "x\ty"}', 'escaped, such as `\\n`'],
  ])('%#', (text, message) => {
    const { answer, problems } = decodeAnswer(text);
    expect(answer).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ rule: 'json', path: '<root>' });
    expect(problems[0]?.message).toContain(message);
  });

  test('the beginning is shown, at most 4 KiB, cut between characters', () => {
    const preview = (text: string): string => decodeAnswer(text).problems[0]?.preview ?? '';
    expect(preview('  oh no \n')).toBe('oh no');
    const long = preview('é'.repeat(5000));
    expect(long).toBe(`${'é'.repeat(2048)}\n… (cut)`);
    expect(preview(`a${'😀'.repeat(5000)}`)).toBe(`a${'😀'.repeat(1023)}\n… (cut)`);
  });

  test('the place is told, 1-based', () => {
    expect(decodeAnswer('{\n  "a": nope }').problems[0]).toMatchObject({ line: 2, column: 8 });
  });
});

describe('shape of the whole', () => {
  test('`{}` lacks the one field that must be there', () => {
    expect(shapes('{}')).toEqual(['shape @ <root>: the required field `interpositions` is missing']);
  });
  test('the empty list is the no-op', () => {
    expect(decoded('{"interpositions": []}')).toMatchObject({ interpositions: [], findings: [] });
  });
  test('not an object', () => {
    expect(shapes('[]')).toEqual(['shape @ <root>: expected an object, found an array']);
    expect(shapes('null')).toEqual(['shape @ <root>: expected an object, found null']);
  });
  test('a misspelt field is named, and the field that was meant', () => {
    expect(shapes('{"interposition": []}')).toEqual([
      'shape @ <root>: unknown field `interposition`; did you mean `interpositions`?',
      'shape @ <root>: the required field `interpositions` is missing',
    ]);
  });
  test('line and column of the answer', () => {
    const text = '{\n "interpositions": [\n  {"interposer": {"programm": null},\n   "attachments": []}]}';
    expect(decodeAnswer(text).problems).toEqual([
      expect.objectContaining({ path: 'interpositions[0].interposer', line: 3, column: 19 }),
    ]);
  });
  test('a field given twice', () => {
    expect(shapes('{"interpositions": [], "interpositions": []}')).toEqual([
      'shape @ <root>: field `interpositions` is given twice',
    ]);
  });
});

describe('interpositions and attachments', () => {
  const at = 'shape @ interpositions[0]';
  test('all faults of all interpositions at once', () => {
    const bad = { interposer, attachment: [] };
    expect(shapes(answering(bad, { attachments: [] }, 3))).toEqual([
      `${at}: unknown field \`attachment\`; did you mean \`attachments\`?`,
      `${at}: the required field \`attachments\` is missing`,
      'shape @ interpositions[1]: the required field `interposer` is missing',
      'shape @ interpositions[2]: expected an object, found a number',
    ]);
  });
  test.each([
    ['a float', '1.0', 'expected an integer without point and exponent, found a number'],
    ['an exponent', '1e2', 'expected an integer without point and exponent, found a number'],
    ['a negative number', '-1', 'the number is out of range: it must be from 0 to 9007199254740991'],
    ['a text', '"1"', 'expected an integer, found a string'],
    ['null', 'null', 'expected an integer, found null'],
  ])('a target that is %s', (_, target, message) => {
    const text = answering(interposition()).replace('"target":0', `"target":${target}`);
    expect(shapes(text)).toEqual([`${at}.attachments[0].target: ${message}`]);
  });
  test('names with a dot', () => {
    const dot = 'a name cannot have a dot in it: the dot separates names in references';
    const dotted = { ...attachment, interposer_slot: 'a.b', interposer_provide: 'c.d' };
    expect(shapes(answering(interposition({}, [dotted])))).toEqual([
      `${at}.attachments[0].interposer_slot: ${dot}`,
      `${at}.attachments[0].interposer_provide: ${dot}`,
    ]);
    expect(shapes(answering(interposition({ slots: { 'a.b': { kind: 'http' } } })))).toEqual([
      `${at}.interposer.slots["a.b"]: ${dot}`,
    ]);
    const more = { provides: { 'a.b': { kind: 'http' } }, resources: { 'r.s': { kind: 'storage' } } };
    expect(shapes(answering(interposition(more)))).toEqual([
      `${at}.interposer.provides["a.b"]: ${dot}`,
      `${at}.interposer.resources["r.s"]: ${dot}`,
    ]);
  });
  test('a reason travels along', () => {
    const text = answering({ ...interposition(), reason: 'because' }, { ...interposition(), reason: null });
    expect(decoded(text).interpositions.map((item) => item.reason)).toEqual(['because', undefined]);
  });
});

describe('interposers', () => {
  const at = 'shape @ interpositions[0].interposer';
  const one = (change: JsonObject): string[] => shapes(answering(interposition(change)));
  test('null is not the same as absent for maps and flags', () => {
    for (const name of ['slots', 'provides', 'resources']) {
      expect(one({ [name]: null })).toEqual([`${at}.${name}: expected an object, found null`]);
    }
    expect(one({ slots: { up: { kind: 'http', optional: null, multiple: null } } })).toEqual([
      `${at}.slots.up.optional: expected a boolean, found null`,
      `${at}.slots.up.multiple: expected a boolean, found null`,
    ]);
  });
  test('null is the same as absent elsewhere', () => {
    const nulls = {
      config: null,
      config_schema: null,
      metadata: null,
      slots: { up: { kind: 'http', profile: null } },
      provides: { down: { kind: 'http', profile: null, endpoint: null } },
      resources: { r: { kind: 'storage', params: { size: null } } },
      program: { ...program, network: null },
    };
    const made = decoded(answering(interposition(nulls))).interpositions[0]?.interposer;
    expect(made).toMatchObject({ config: null, configSchema: null, metadata: null });
    expect(made?.slots).toEqual({ up: { kind: 'http', profile: null, optional: false, multiple: false } });
    expect(made?.provides).toEqual({ down: { kind: 'http', profile: null, endpoint: null } });
    expect(made?.resources).toEqual({
      r: { kind: 'storage', params: { size: null, retention: null, sharing: null } },
    });
    expect(made?.program).not.toHaveProperty('network');
  });
  test('a program that is null or absent decodes: a rule refuses it', () => {
    const { program: _, ...rest } = interposer;
    expect(decoded(answering({ interposer: rest, attachments: [] })).interpositions[0]?.interposer.program).toBeNull();
    expect(decoded(answering(interposition({ program: null }))).interpositions[0]?.interposer.program).toBeNull();
  });
  test('unknown fields everywhere, and kinds that do not exist; values are not quoted', () => {
    expect(
      one({ slots: { up: { kind: 'SECRET', fast: true } }, provides: { down: { kind: 'http', port: 1 } } }),
    ).toEqual([
      `${at}.slots.up: unknown field \`fast\`; the fields here are \`kind\`, \`profile\`, \`optional\`, \`multiple\``,
      `${at}.slots.up.kind: unknown value; use one of \`mcp\`, \`llm\`, \`http\`, \`component\`, \`docker\`, \`a2a\`, \`storage\`, \`kvm\``,
      `${at}.provides.down: unknown field \`port\`; the fields here are \`kind\`, \`profile\`, \`endpoint\``,
    ]);
    expect(one({ resources: { r: { kind: 'storage', params: { sise: '1' } } } })).toEqual([
      `${at}.resources.r.params: unknown field \`sise\`; did you mean \`size\`?`,
    ]);
    expect(one({ config: ['SECRET'], config_schema: true })).toEqual([
      `${at}.config: expected an object, found an array`,
      `${at}.config_schema: expected an object, found a boolean`,
    ]);
  });
  test('of a repeated name in a map the last one counts, also in config', () => {
    const text = `{"interpositions":[{"attachments":[],"interposer":{
      "config":{"a":1,"a":2},"program":{"path":"/x","env":{"A":"1","A":"2"}},
      "slots":{"up":{"kind":"http"},"up":{"kind":"mcp"}},"metadata":[{"a":1,"a":3}]}}]}`;
    const made = decoded(text).interpositions[0]?.interposer;
    expect(made?.config).toEqual({ a: 2 });
    expect(made?.slots['up']?.kind).toBe('mcp');
    expect(made?.program).toEqual({ path: '/x', args: [], env: { A: '2' } });
    expect(made?.metadata).toEqual([{ a: 3 }]);
  });
  test('names that mean something to JavaScript', () => {
    const text = answering(interposition()).replaceAll('"up"', '"__proto__"').replaceAll('slots.up', 'slots.__proto__');
    expect(Object.keys(decoded(text).interpositions[0]?.interposer.slots ?? {})).toEqual(['__proto__']);
  });
});

describe('findings', () => {
  test('decoded', () => {
    const findings = [
      { severity: 'error', message: 'no', edge: 3, component: 1, code: 'x/y' },
      { severity: 'info', message: 'hm', edge: null },
    ];
    expect(decoded(JSON.stringify({ interpositions: [], findings })).findings).toEqual([
      { severity: 'error', message: 'no', edge: 3, component: 1, code: 'x/y' },
      { severity: 'info', message: 'hm' },
    ]);
  });
  test('strict', () => {
    const findings = [
      { severity: 'fatal', message: ' ' },
      { message: 'x', edge: -1 },
      { severity: 'info', message: 'x', at: 1 },
    ];
    expect(shapes(JSON.stringify({ interpositions: [], findings }))).toEqual([
      'shape @ findings[0].severity: unknown value; use one of `error`, `warning`, `info`',
      'shape @ findings[0].message: a finding must say something',
      'shape @ findings[1]: the required field `severity` is missing',
      'shape @ findings[1].edge: the number is out of range: it must be from 0 to 9007199254740991',
      'shape @ findings[2]: unknown field `at`; the fields here are `severity`, `message`, `edge`, `component`, `code`',
    ]);
    expect(shapes('{"interpositions": [], "findings": null}')).toEqual([
      'shape @ findings: expected an array, found null',
    ]);
  });
});

test('an answer full of faults lists the first hundred and counts the rest', () => {
  const problems = decodeAnswer(JSON.stringify({ interpositions: Array(500).fill(1) })).problems;
  expect(problems).toHaveLength(101);
  expect(problems[100]?.message).toBe('400 more faults of shape are not listed');
});

test('keys are cut where they are shown', () => {
  const [fault = ''] = shapes(JSON.stringify({ interpositions: [], ['k'.repeat(5000)]: 1 }));
  expect(fault.length).toBeLessThan(200);
  const path = decodeAnswer(answering(interposition({ slots: { ['s'.repeat(5000)]: 1 } }))).problems[0]?.path ?? '';
  expect(path.length).toBeLessThan(200);
});
