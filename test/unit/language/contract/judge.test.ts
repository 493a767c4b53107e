/** Texts of contracts, however they are written, and what is wrong with them. */
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { JsonObject } from '../../../../src/base/json.ts';
import { createSink } from '../../../../src/diagnostics/sink.ts';
import { judgeDocument, type Valid } from '../../../../src/language/contract/judge.ts';
import { loadSyntax } from '../../../../src/language/syntax/parse.ts';
import { validContract, validRecord } from '../../../support/contracts.ts';

beforeAll(() => Promise.all([loadSyntax('json5'), loadSyntax('yaml')]));

function judged(
  text: string,
  file = 'x.json',
): { readonly valid: Valid | undefined; readonly said: readonly string[] } {
  const sink = createSink();
  const valid = judgeDocument({ file, text }, sink);
  const said = sink.diagnostics.map(({ code, message, at }) => {
    expect(at?.file).toBe(file);
    return `${code}: ${message}`;
  });
  expect(valid === undefined).toBe(sink.hasErrors);
  return { valid, said };
}

const contract = { kind: 'WorkspaceOperationContract', version: '0.1.0' };
const record = { kind: 'OperationRecord', version: '1.0.0' };

describe('004-3: the kind of a document names its schema', () => {
  it('in JSON and in YAML', () => {
    for (const [document, expected] of [
      [validContract(), contract],
      [validRecord(), record],
    ] as const) {
      expect(judged(JSON.stringify(document)).valid).toEqual(expected);
      expect(judged(stringify(document), 'x.yaml').valid).toEqual(expected);
      expect(judged(JSON.stringify(document, null, 2), 'no-ending').valid).toEqual(expected);
    }
  });

  it('a contract is no record, and a record no contract', () => {
    expect(judged(JSON.stringify({ ...validContract(), kind: 'OperationRecord' })).valid).toBeUndefined();
    expect(judged(JSON.stringify({ ...validRecord(), kind: 'WorkspaceOperationContract' })).valid).toBeUndefined();
  });

  it('one that nobody knows is told, and the rest is held against what was probably meant', () => {
    const other = { ...validRecord(), kind: 'OperationRecrd', specVersion: '7' };
    expect(judged(JSON.stringify(other)).said).toEqual(
      [
        'contract/invalid-value: `specVersion`: must be `1.0.0`, found `7`',
        'contract/invalid-value: `kind`: there is no kind `OperationRecrd` of document',
      ].toReversed(),
    );
    const { kind: _, ...without } = validContract();
    expect(judged(JSON.stringify(without)).said).toEqual(['contract/missing-field: missing field `kind`']);
    expect(judged(JSON.stringify({ ...validContract(), kind: 7 })).said).toEqual([
      'contract/wrong-type: `kind`: expected `WorkspaceOperationContract`, found a number',
    ]);
    for (const kind of ['__proto__', 'constructor', 'toString', ''])
      expect(judged(JSON.stringify({ ...validContract(), kind })).said).toHaveLength(1);
  });
});

describe('004-6: a record that fits its schema and makes no sense', () => {
  interface Loose {
    id: string;
    source: string;
    contract: string;
    journal: { entries: number; head: string | null };
    actions: { id: string }[];
    events: { seq: number; at: string; action: string | null }[];
  }
  const changes: readonly (readonly [string, (record: Loose) => void, readonly string[]])[] = [
    [
      'a gap',
      ({ events }) => {
        (events[23] as Loose['events'][0]).seq = 30;
      },
      ['`events[23].seq`: must be 23, found 30'],
    ],
    [
      'two in the other order',
      ({ events }) => void events.splice(21, 2, ...events.slice(21, 23).reverse()),
      [
        '`events[21].seq`: must be 21, found 22',
        '`events[22].seq`: must be 23, found 21',
        '`events[23].seq`: must be 22, found 23',
      ],
    ],
    [
      'one that was dropped',
      ({ events }) => void events.splice(4, 1),
      ['`journal.entries`: says 24, and there are 23 events', '`events[4].seq`: must be 4, found 5'],
    ],
    [
      'the first one dropped',
      (record) => {
        record.events.shift();
        record.journal.entries--;
      },
      ['`events[0].seq`: must be 0, found 1'],
    ],
    [
      'another count',
      ({ journal }) => {
        journal.entries = 7;
      },
      ['`journal.entries`: says 7, and there are 24 events'],
    ],
    [
      'no head',
      ({ journal }) => {
        journal.head = null;
      },
      ['`journal.head`: is missing where there are entries'],
    ],
    [
      'no date',
      ({ events }) => {
        (events[2] as Loose['events'][0]).at = 'yesterday';
      },
      ['`events[2].at`: `yesterday` is no point in time'],
    ],
    [
      'a day that is none',
      ({ events }) => {
        (events[2] as Loose['events'][0]).at = '2030-02-30T00:00:00Z';
      },
      ['`events[2].at`: `2030-02-30T00:00:00Z` is no point in time'],
    ],
    [
      'another run',
      (record) => {
        record.source = 'urn:headgate:run:20310101-000000-0000';
      },
      ['`source`: is of another run than `id`, which is of 20300101-000000-0000'],
    ],
    [
      'an action that is not there',
      ({ events }) => {
        (events[23] as Loose['events'][0]).action = 'x.y';
      },
      ['`events[23].action`: there is no action `x.y`'],
    ],
    [
      'an action twice',
      ({ actions }) => {
        (actions[1] as { id: string }).id = (actions[0] as { id: string }).id;
      },
      [],
    ],
  ];
  it.each(changes)('is refused with its place: %s', (_, change, expected) => {
    const changed = structuredClone(validRecord()) as unknown as Loose;
    change(changed);
    for (const [text, file] of [
      [JSON.stringify(changed), 'x.json'],
      [stringify(changed), 'x.yaml'],
    ] as const) {
      const { valid, said } = judged(text, file);
      expect(valid).toBeUndefined();
      const told = said.map((one) => one.replace(/^contract\/invalid-value: /, ''));
      if (expected.length > 0) expect(told.toSorted()).toEqual([...expected].toSorted());
      else expect(told[0]).toMatch(/^`actions\[1\]\.id`: .* stands here twice$/);
    }
  });

  it('a record of nothing is valid, and a contract is held to its schema alone', () => {
    const { journal: _, ...record } = validRecord();
    const nothing = {
      ...record,
      journal: { entries: 0, head: null },
      actions: [],
      events: [],
      outcome: null,
      state: 'queued',
    };
    expect(judged(JSON.stringify(nothing)).valid).toEqual({ kind: 'OperationRecord', version: '1.0.0' });
    const { controls, ...rest } = validContract() as unknown as {
      readonly controls: { readonly operationEvents: readonly object[] };
    };
    const operationEvents = controls.operationEvents.map((one) => ({ ...one, at: 'no date' })).reverse();
    const odd = { ...rest, controls: { ...controls, operationEvents } };
    expect(judged(JSON.stringify(odd)).valid).toEqual(contract);
  });
});

describe('004-1: what others would let pass', () => {
  const text = JSON.stringify(validContract());

  it('a key that is given twice: the first value is not lost in silence', () => {
    const twice = text.replace('"specVersion":"0.1.0"', '"specVersion":"0.1.0","specVersion":"0.1.0"');
    expect(twice).not.toBe(text);
    expect(judged(twice).said).toEqual(['contract/duplicate-field: field `specVersion` is given twice']);
    const deep = text.replace('"details":"declared"', '"details":"x","details":"declared"');
    expect(judged(deep).said).toEqual([
      'contract/duplicate-field: `controls.operationEvents[1]`: field `details` is given twice',
    ]);
    expect(judged('kind: OperationRecord\nkind: OperationRecord\n', 'x.yaml').valid).toBeUndefined();
  });

  it.each(['NaN', 'Infinity', '-Infinity', '1e999', '0.5', '"4"', 'null', '9007199254740991.5e-1'])(
    'a number that is none: %s',
    (number) => {
      const changed = text.replace('"modelCalls":4', `"modelCalls":${number}`);
      expect(changed).not.toBe(text);
      expect(judged(changed).said).toHaveLength(1);
    },
  );

  it('what is called JSON and is not; under another name it is read as manifests are', () => {
    const lenient = text.replace('{', '{ // why\n').replace('"retrying"', "'retrying'");
    expect(judged(lenient).said).toEqual(['contract/not-json: this is not JSON: unexpected `/`']);
    expect(judged(lenient, 'x.json5').valid).toEqual(contract);
    expect(judged('# soon\n', 'x.yaml').said).toEqual([
      'contract/not-loaded: cannot read a contract from `x.yaml`: there is nothing in it',
    ]);
  });

  it.each(['4.0', '40e-1', '0', '-0', '1e300'])('a whole number however it is written: %s', (number) => {
    expect(judged(text.replace('"modelCalls":4', `"modelCalls":${number}`)).valid).toEqual(contract);
  });

  it('names that every object has', () => {
    for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf']) {
      const said = judged(text.replace('{', `{"${name}":{"kind":"x"},`)).said;
      expect(said).toEqual([`contract/unknown-field: unknown field \`${name}\``]);
    }
    expect(judged('{"__proto__":{"kind":"OperationRecord"}}').valid).toBeUndefined();
  });

  it('a line end behind an identifier', () => {
    expect(judged(text.replace('nightly-build-7"', 'nightly-build-7\\n"')).said).toHaveLength(1);
  });

  it.each([
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['a text', '"WorkspaceOperationContract"'],
    ['half of one', '{"kind":"WorkspaceOperationContract"'],
    ['two', '{}{}'],
  ])('%s', (_, document) => {
    expect(judged(document).said.length).toBeGreaterThan(0);
  });

  it('lists in lists, deeper than a parser goes, and a document within a document', () => {
    expect(judged(`${'['.repeat(100_000)}${']'.repeat(100_000)}`).said).toHaveLength(1);
    expect(judged('{"kind":'.repeat(100_000)).said).toHaveLength(1);
    expect(judged(`${'a: {'.repeat(5000)}`, 'x.yaml').said).toHaveLength(1);
    const inner = JSON.stringify({ ...validContract(), controls: validContract() });
    expect(judged(inner).said.length).toBeGreaterThan(5);
  });

  it('very many entries, each of them wrong: all are told', () => {
    const many: JsonObject = { ...validContract(), supportedOperationTypes: Array.from({ length: 20_000 }, () => 'x') };
    const { said } = judged(JSON.stringify(many));
    expect(said.filter((one) => one.startsWith('contract/invalid-value'))).toHaveLength(20_000);
    expect(said.filter((one) => one.startsWith('contract/duplicate-item'))).toHaveLength(19_999);
  });
});
