import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../../src/base/json.ts';
import type { Protocol } from '../../../../../src/ir/graph.ts';
import { rootSpace } from '../../../../../src/language/config/compose.ts';
import type { AnswerRuleId } from '../../../../../src/phases/5-govern/answer-problem.ts';
import { rules } from '../../../../../src/phases/5-govern/validate/rules.ts';
import { answering, attachment, faults, interposition, program, targetsSpeaking, validated } from '../harness.ts';

const config = (schema: JsonObject, more: JsonObject = {}): JsonObject => ({
  config_schema: { type: 'object', properties: schema, ...more },
});
const text = { type: 'string' };

test('a right answer has no faults', () => {
  expect(faults({})).toEqual([]);
  expect(faults({}, [attachment, { ...attachment, target: 1, interposer_slot: 'more' }])).not.toEqual([]);
});

describe('V1: something is attached', () => {
  test('nothing is', () => expect(faults({}, [])).toEqual(['V1 @ attachments']));
  test('the slots that are therefore not attached are not listed', () => {
    expect(faults({ slots: { up: { kind: 'http' }, more: { kind: 'http' } } }, [])).toEqual(['V1 @ attachments']);
  });
});

describe('V2: config needs a schema', () => {
  test('there is none', () => expect(faults({ config: {} })).toEqual(['V2 @ interposer.config']));
  test('what the program reads from it is not judged then', () => {
    expect(faults({ config: { a: 1 }, program: { ...program, env: { A: '${config.a}', B: '${config.b}' } } })).toEqual([
      'V2 @ interposer.config',
    ]);
  });
  test('a schema alone is fine', () => expect(faults(config({ a: text }))).toEqual([]));
});

describe('V3: the schema keeps the profile', () => {
  test('every fault, where it is', () => {
    const schema = { a: { anyOf: [] }, 'B-b': text, c: { $ref: 'https://example.com' } };
    expect(faults({ ...config(schema), config: { a: '${nonsense' } })).toEqual([
      'V3 @ interposer.config_schema.properties.B-b',
      'V3 @ interposer.config_schema.properties.a.anyOf',
      'V3 @ interposer.config_schema.properties.c.$ref',
    ]);
  });
  test('not of an object', () => {
    expect(faults({ config_schema: { type: 'string' } })).toEqual(['V3 @ interposer.config_schema.type']);
  });
  test('files from a config that is not known are not judged', () => {
    const mounts = [{ kind: 'file', path: [{ lit: '/a' }], source: { kind: 'config', path: [{ lit: 'gone' }] } }];
    expect(faults({ config_schema: { type: 'string' }, program: { ...program, mounts } })).toEqual([
      'V3 @ interposer.config_schema.type',
    ]);
  });
});

describe('V4: the config fits', () => {
  const schema = config({ word: text, n: { type: 'integer' } }, { required: ['word'] });
  test('references to the scope, quoted references, plain values', () => {
    expect(faults({ ...schema, config: { word: '${config.word}' } })).toEqual([]);
    expect(faults({ ...schema, config: { word: '$${config.word}' } })).toEqual([]);
    expect(faults({ ...schema, config: { word: 'x-${config.word}', n: 1 } })).toEqual([]);
  });
  test('required and neither given nor defaulted', () => {
    expect(faults(schema)).toEqual(['V4 @ interposer']);
    expect(faults({ ...schema, config: {} })).toEqual(['V4 @ interposer.config']);
    expect(faults(config({ word: { ...text, default: 'x' } }, { required: ['word'] }))).toEqual([]);
  });
  test('wrong types and unknown names, each where it is', () => {
    expect(faults({ ...schema, config: { word: '${config.nope}', n: 'x' } })).toEqual([
      'V4 @ interposer.config.word',
      'V4 @ interposer.config.n',
    ]);
  });
  test('slots and items are not there yet', () => {
    expect(faults({ ...schema, config: { word: '${slots.up.url}' } })).toEqual(['V4 @ interposer.config.word']);
    expect(faults({ ...schema, config: { word: '${item}' } })).toEqual(['V4 @ interposer.config.word']);
  });
  test('a scope without schema has nothing to refer to', () => {
    const answer = answering(interposition({ ...schema, config: { word: '${config.word}' } }));
    expect(validated(answer, rootSpace(null)).map(({ rule }) => rule)).toEqual(['V4']);
  });
});

describe('V5: there is a program', () => {
  test('null or absent; endpoints are not judged then', () => {
    expect(faults({ program: null })).toEqual(['V5 @ interposer']);
    expect(faults({ program: null, provides: { down: { kind: 'http' } } })).toEqual([
      'V5 @ interposer',
      'V7 @ interposer.provides.down',
    ]);
  });
});

describe('V7: provides name an endpoint', () => {
  test('attached or not, null or absent', () => {
    const provides = {
      down: { kind: 'http', endpoint: 'down' },
      a: { kind: 'http' },
      b: { kind: 'mcp', endpoint: null },
    };
    expect(faults({ provides })).toEqual(['V7 @ interposer.provides.a', 'V7 @ interposer.provides.b']);
  });
});

describe('V8: the endpoint is there', () => {
  test('attached or not; the names that there are, are told', () => {
    const provides = { down: { kind: 'http', endpoint: 'dwon' }, extra: { kind: 'http', endpoint: 'xyz' } };
    expect(faults({ provides })).toEqual([
      'V8 @ interposer.provides.down.endpoint',
      'V8 @ interposer.provides.extra.endpoint',
    ]);
    const [near, far] = validated(answering(interposition({ provides })));
    expect(near?.message).toContain('did you mean `down`?');
    expect(far?.message).toContain('the endpoints of the program are `down`');
  });
});

const two = { slots: { up: { kind: 'http' }, other: { kind: 'http' } } };
const second = { ...attachment, interposer_slot: 'other' };

describe('V9: one interposer on an edge once', () => {
  test('twice', () => expect(faults(two, [attachment, second])).toEqual(['V9 @ attachments[1].target']));
  test('two interposers on one edge are fine', () => {
    expect(validated(answering(interposition(), interposition()))).toEqual([]);
  });
});

describe('V10: one edge on a slot', () => {
  test('two, even where several connections are declared', () => {
    const twice = [attachment, { ...attachment, target: 1 }];
    expect(faults({}, twice)).toEqual(['V10 @ attachments[1].interposer_slot']);
    const many = { slots: { up: { kind: 'http', multiple: true } }, program: { ...program, args: [] } };
    expect(faults(many, twice)).toEqual(['V10 @ attachments[1].interposer_slot']);
  });
  test('a provide may serve several edges', () => {
    expect(faults(two, [attachment, { ...second, target: 1 }])).toEqual([]);
  });
});

describe('V11: the edge was shown', () => {
  test('it was not; its type is not judged then', () => {
    expect(faults({}, [{ ...attachment, target: 99 }])).toEqual(['V11 @ attachments[0].target']);
  });
});

describe('V12: the edge can be interposed', () => {
  test.each([3, 4, 5, 6])('target %i cannot; its type is not judged then', (target) => {
    expect(faults({}, [{ ...attachment, target }])).toEqual(['V12 @ attachments[0].target']);
  });
  test('storage, even with a slot of the same type', () => {
    const storage = { slots: { up: { kind: 'storage' } }, program: { ...program, args: [] } };
    expect(faults(storage, [{ ...attachment, target: 3 }])).toEqual(['V12 @ attachments[0].target']);
  });
});

describe('V13 and V15: slot and provide are declared', () => {
  test('neither is', () => {
    const odd = { target: 0, interposer_slot: 'upp', interposer_provide: 'nope' };
    expect(faults({}, [odd])).toEqual([
      'V13 @ attachments[0].interposer_slot',
      'V15 @ attachments[0].interposer_provide',
    ]);
    const [slot, provide] = validated(answering(interposition({}, [odd])));
    expect(slot?.message).toContain('did you mean `up`?');
    expect(provide?.message).toContain('the provides of the interposer are `down`');
  });
  test('names that every object has are not declared', () => {
    expect(faults({}, [{ target: 0, interposer_slot: 'constructor', interposer_provide: 'toString' }])).toEqual([
      'V13 @ attachments[0].interposer_slot',
      'V15 @ attachments[0].interposer_provide',
    ]);
  });
});

describe('protocol: the consumer is spoken to as its provider speaks', () => {
  const speaking = (protocol: Protocol, behind?: Protocol): string[] =>
    faults(
      { program: { ...program, network: { endpoints: [{ name: 'down', port: 9001, protocol }] } } },
      undefined,
      behind && targetsSpeaking(behind),
    );
  const other = ['protocol @ attachments[0].interposer_provide'];
  test('the same protocol, and HTTP in both its forms', () => {
    expect([speaking('http', 'http'), speaking('https', 'https'), speaking('tcp', 'tcp')]).toEqual([[], [], []]);
    expect([speaking('http', 'https'), speaking('https', 'http')]).toEqual([[], []]);
  });
  test('HTTP before plain TCP', () => {
    expect([speaking('http', 'tcp'), speaking('https', 'tcp')]).toEqual([other, other]);
    expect(faults({}, undefined, targetsSpeaking('tcp'))).toEqual(other);
  });
  test('plain TCP before HTTP', () => {
    expect([speaking('tcp', 'http'), speaking('tcp', 'https')]).toEqual([other, other]);
  });
  test('nothing is said where the endpoint behind the edge is not known', () => {
    expect(speaking('tcp')).toEqual([]);
  });
  test('nor of what follows from another fault', () => {
    const provide = (change: JsonObject): string[] =>
      faults({ provides: { down: { kind: 'http', endpoint: 'down', ...change } } }, undefined, targetsSpeaking('tcp'));
    expect(provide({ endpoint: 'gone' })).toEqual(['V8 @ interposer.provides.down.endpoint']);
    expect(provide({ kind: 'llm' })).toEqual(['V16 @ attachments[0].interposer_provide']);
  });
});

describe('V14 and V16: kind and profile are those of the edge', () => {
  const typed = (slot: JsonObject, provide: JsonObject): JsonObject => ({
    slots: { up: slot },
    provides: { down: { ...provide, endpoint: 'down' } },
  });
  const v2 = { kind: 'a2a', profile: 'v2' };
  const onSecond = [{ ...attachment, target: 2 }];
  test('equal', () => expect(faults(typed(v2, v2), onSecond)).toEqual([]));
  test('another kind on both sides', () => {
    expect(faults(typed({ kind: 'mcp' }, { kind: 'llm' }))).toEqual([
      'V14 @ attachments[0].interposer_slot',
      'V16 @ attachments[0].interposer_provide',
    ]);
  });
  test('another profile, or none', () => {
    expect(faults(typed({ kind: 'a2a' }, { kind: 'a2a', profile: 'v1' }), onSecond)).toEqual([
      'V14 @ attachments[0].interposer_slot',
      'V16 @ attachments[0].interposer_provide',
    ]);
  });
  test('null is no profile, and cardinality does not matter', () => {
    const slot = { kind: 'http', profile: null, optional: true, multiple: true };
    const each = { ...program, args: [{ each: 'slots.up', arg: '${item.url}' }] };
    expect(faults({ ...typed(slot, { kind: 'http', profile: null }), program: each })).toEqual([]);
  });
});

describe('unattached slots', () => {
  test('required ones, in the order of names', () => {
    const slots = {
      up: { kind: 'http' },
      z: { kind: 'mcp' },
      b: { kind: 'http', optional: true },
      a: { kind: 'storage' },
    };
    expect(faults({ slots })).toEqual(['unattached-slot @ interposer.slots.a', 'unattached-slot @ interposer.slots.z']);
  });
  test('not beside a slot that was probably meant', () => {
    expect(faults({}, [{ ...attachment, interposer_slot: 'pu' }])).toEqual(['V13 @ attachments[0].interposer_slot']);
  });
});

describe('rules that manifests have', () => {
  test('slot and provide of one name', () => {
    const same = { provides: { up: { kind: 'http', endpoint: 'down' } } };
    expect(faults(same, [{ ...attachment, interposer_provide: 'up' }])).toEqual([
      'ambiguous-name @ interposer.provides.up',
    ]);
  });
  test('no program serves storage', () => {
    const provides = { down: { kind: 'http', endpoint: 'down' }, s: { kind: 'storage' } };
    expect(faults({ provides })).toEqual(['storage-provide @ interposer.provides.s.kind']);
    expect(faults({ provides: { down: { kind: 'storage' } } })).toEqual([
      'storage-provide @ interposer.provides.down.kind',
    ]);
  });
  test('resources are storage, with plain params', () => {
    const params = { size: '${config.size}', retention: '1d', sharing: 'x${' };
    expect(faults({ resources: { a: { kind: 'http' }, b: { kind: 'storage', params } } })).toEqual([
      'invalid-resource @ interposer.resources.a.kind',
      'invalid-resource @ interposer.resources.b.params.size',
      'invalid-resource @ interposer.resources.b.params.sharing',
    ]);
  });
  test('an optional storage slot cannot be mounted, since nothing can ever be bound to it', () => {
    const slots = {
      up: { kind: 'http' },
      s: { kind: 'storage', optional: true },
      t: { kind: 'storage', optional: true },
    };
    const mounts = [{ kind: 'slot', path: '/s', slot: 's' }];
    expect(faults({ slots, program: { ...program, mounts } })).toEqual([
      'mounted-slot @ interposer.program.mounts[0].slot',
    ]);
    expect(faults({ slots })).toEqual([]);
    const vm = { image: 'd', cpus: 1, memory_mib: 1, network: program['network'] ?? null, mounts };
    expect(faults({ slots, program: { vm } })).toEqual(['mounted-slot @ interposer.program.vm.mounts[0].slot']);
  });
});

describe('all problems at once', () => {
  test('of all interpositions, with indexes and places', () => {
    const answer = JSON.stringify(
      {
        interpositions: [interposition({}, []), interposition(two, [attachment, second, { ...attachment, target: 9 }])],
      },
      null,
      1,
    );
    const problems = validated(answer);
    expect(problems.map(({ rule, interposition: i, attachment: a }) => [rule, i, a])).toEqual([
      ['V1', 0, undefined],
      ['V9', 1, 1],
      ['V10', 1, 2],
      ['V11', 1, 2],
    ]);
    const line = answer.split('\n').findIndex((l) => l.includes('"target": 9')) + 1;
    expect(problems[3]).toMatchObject({ path: 'interpositions[1].attachments[2].target', line, column: 16 });
  });

  test('at most a hundred, the rest counted', () => {
    const many = Array.from({ length: 150 }, (_, target) => ({ ...attachment, target: target + 100 }));
    const problems = validated(answering(interposition({}, many)));
    expect(problems).toHaveLength(100);
    expect(problems[99]?.message).toContain('199 more faults');
  });

  test('every rule is listed once', () => {
    const ids = rules.map((rule) => rule.id);
    expect(new Set(ids).size).toBe(ids.length);
    const numbered: AnswerRuleId[] = Array.from({ length: 16 }, (_, i) => `V${i + 1}` as AnswerRuleId);
    expect(numbered.filter((id) => !ids.includes(id))).toEqual([]);
  });
});
