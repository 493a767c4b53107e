import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { createSink } from '../../../../src/diagnostics/sink.ts';
import { delegationBounds } from '../../../../src/language/delegation/bounds.ts';
import { readDelegation } from '../../../../src/language/delegation/read-delegation.ts';
import { delegationSchema } from '../../../../src/language/delegation/schema.ts';
import { loadSyntax } from '../../../../src/language/syntax/parse.ts';

await Promise.all([loadSyntax('yaml'), loadSyntax('json5')]);

function read(text: string, file = 'operator.yaml') {
  const sink = createSink();
  const all = readDelegation({ file, text }, sink);
  return { all, told: sink.diagnostics.map(({ code, severity }) => `${severity} ${code}`), sink };
}

const good = { id: 'a', subject: '/a', gates: ['toolGrant'], resources: ['x'] };
const valid = new Ajv2020({ strict: false }).compile(delegationSchema());

describe('a delegation file', () => {
  it('is sorted by id, with gates in their order and resources sorted', () => {
    const { all, told } = read(
      `delegations:
  - { id: b, subject: "*", gates: [artifactAccess, toolGrant], resources: [z, y], expires: "2030-01-01T00:00:00Z" }
  - { id: a, subject: /a/b, gates: [networkProfile], resources: ["*"] }
`,
    );
    expect(told).toEqual([]);
    expect(all?.map(({ at: _, subjectAt: __, ...one }) => one)).toEqual([
      { id: 'a', subject: '/a/b', gates: ['networkProfile'], resources: ['*'] },
      {
        id: 'b',
        subject: '*',
        gates: ['toolGrant', 'artifactAccess'],
        resources: ['y', 'z'],
        expires: '2030-01-01T00:00:00Z',
      },
    ]);
  });

  it('says the same in YAML and in JSON', () => {
    const text = JSON.stringify({ delegations: [good] });
    expect(read(text, 'o.json').all?.[0]).toMatchObject(good);
    expect(read(text, 'o.yaml').all?.[0]).toMatchObject(good);
  });

  it.each([
    ['nothing', undefined],
    ['no list', {}],
    ['an empty list', { delegations: [] }],
    ['an unknown field', { delegations: [good], more: 1 }],
    ['an unknown field of an entry', { delegations: [{ ...good, more: 1 }] }],
    ['no id', { delegations: [{ ...good, id: undefined }] }],
    ['an id that is none', { delegations: [{ ...good, id: 'a b' }] }],
    ['the id of the plan', { delegations: [{ ...good, id: 'plan' }] }],
    ['a subject that is none', { delegations: [{ ...good, subject: 'a' }] }],
    ['no gates', { delegations: [{ ...good, gates: [] }] }],
    ['an unknown gate', { delegations: [{ ...good, gates: ['toolGrants'] }] }],
    ['a gate twice', { delegations: [{ ...good, gates: ['toolGrant', 'toolGrant'] }] }],
    ['no resources', { delegations: [{ ...good, resources: [] }] }],
    ['an empty resource', { delegations: [{ ...good, resources: [''] }] }],
    ['a resource twice', { delegations: [{ ...good, resources: ['x', 'x'] }] }],
    ['a date without time', { delegations: [{ ...good, expires: '2030-01-01' }] }],
    ['a time without zone', { delegations: [{ ...good, expires: '2030-01-01T00:00:00' }] }],
    ['a pattern that is too long', { delegations: [{ ...good, resources: ['x'.repeat(513)] }] }],
  ])('with %s is refused, by its schema too', (_, value) => {
    const { all, told } = read(value === undefined ? '' : JSON.stringify(value), 'o.json');
    expect(all).toBeUndefined();
    expect(told[0]).toMatch(/^error settings\//);
    expect(valid(JSON.parse(JSON.stringify(value ?? null)))).toBe(false);
  });

  it('that is right is right by its schema', () => {
    expect(valid({ delegations: [good, { ...good, id: 'b', expires: '2030-01-01T00:00:00+01:00' }] })).toBe(true);
  });

  it('with more entries than there may be is refused', () => {
    const many = Array.from({ length: delegationBounds.delegations + 1 }, (_, i) => ({ ...good, id: `a${i}` }));
    expect(read(JSON.stringify({ delegations: many }), 'o.json').all).toBeUndefined();
  });

  it('with two entries of one id names both places', () => {
    const { all, sink } = read(`delegations:
  - { id: a, subject: /a, gates: [toolGrant], resources: [x] }
  - { id: a, subject: /b, gates: [toolGrant], resources: [x] }
`);
    expect(all).toBeUndefined();
    const [twice] = sink.diagnostics;
    expect(twice?.code).toBe('settings/duplicate-delegation');
    expect(twice?.related).toHaveLength(1);
  });

  it('that stands in itself is refused', () => {
    const { all, told } = read('delegations: &all\n  - { id: a, subject: "*", gates: [toolGrant], resources: *all }\n');
    expect(all).toBeUndefined();
    expect(told[0]).toMatch(/^error /);
  });

  it.each([
    ['the same, twice', good, { ...good, id: 'b' }, ['b']],
    ['another subject', good, { ...good, id: 'b', subject: '/b' }, []],
    ['every subject', good, { ...good, id: 'b', subject: '*' }, ['a']],
    ['a wider pattern', good, { ...good, id: 'b', resources: ['*'] }, ['a']],
    ['fewer gates', { ...good, gates: ['toolGrant', 'networkProfile'] }, { ...good, id: 'b', resources: ['*'] }, []],
    ['for longer', { ...good, expires: '2030-01-01T00:00:00Z' }, { ...good, id: 'b' }, ['a']],
    ['for less long', good, { ...good, id: 'b', subject: '*', expires: '2030-01-01T00:00:00Z' }, []],
  ])('tells what another entry covers: %s', (_, first, second, wanted) => {
    const { sink, all } = read(JSON.stringify({ delegations: [first, second] }), 'o.json');
    expect(all).toHaveLength(2);
    expect(sink.diagnostics.map(({ message }) => /that `(\w)` gives/.exec(message)?.[1])).toEqual(wanted);
  });
});
