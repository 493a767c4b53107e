/** What is said of a document, against what decides about it. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../src/base/json.ts';
import { createSink } from '../../../../src/diagnostics/sink.ts';
import type { SyntaxNode } from '../../../../src/ir/syntax.ts';
import { bundleSchema } from '../../../../src/language/contract/bundle-schema.ts';
import { contractSchema } from '../../../../src/language/contract/contract-schema.ts';
import { type ContractFault, explain, hasTwins } from '../../../../src/language/contract/explain.ts';
import { recordSchema } from '../../../../src/language/contract/record-schema.ts';
import { fits as fitsBundle } from '../../../../src/language/generated/bundle.js';
import { fits as fitsContract } from '../../../../src/language/generated/contract.js';
import { fits as fitsRecord } from '../../../../src/language/generated/record.js';
import { loadSyntax, parseSyntax } from '../../../../src/language/syntax/parse.ts';
import type { Mutation } from '../../../support/contract-mutations.ts';
import { bundleMutations, contractMutations, recordMutations, validContract } from '../../../support/contracts.ts';

beforeAll(() => loadSyntax('json5'));

const parsed = (text: string): SyntaxNode => {
  const node = parseSyntax({ file: 'x.json', text }, createSink());
  if (!node) throw new Error(text);
  return node;
};

interface Told {
  readonly fault: ContractFault;
  readonly path: string;
  readonly message: string;
  readonly help: string | undefined;
  /** The text at the place. */
  readonly at: string;
}

function toldOf(schema: typeof contractSchema, text: string): readonly Told[] {
  const told: Told[] = [];
  explain(schema, parsed(text), (fault, range, path, message, help) =>
    told.push({ fault, path, message, help, at: text.slice(range.start, range.end) }),
  );
  return told;
}

const forms: readonly (readonly [
  string,
  typeof contractSchema,
  (value: unknown) => boolean,
  () => readonly Mutation[],
  number,
])[] = [
  ['a contract', contractSchema, fitsContract, contractMutations, 1500],
  ['a record', recordSchema, fitsRecord, recordMutations, 700],
  ['the manifest of a bundle', bundleSchema, fitsBundle, bundleMutations, 400],
];

describe.each(forms)('004-1: of %s', (_, schema, fits, mutations, least) => {
  it('a fault is told exactly where the validator refuses, and the validator refuses what it must', () => {
    const all = mutations();
    expect(all.length).toBeGreaterThan(least);
    let [right, wrong] = [0, 0];
    for (const mutation of all) {
      const text = JSON.stringify(mutation.document);
      const verdict = fits(JSON.parse(text));
      if (verdict) right++;
      else wrong++;
      if (mutation.fits !== undefined) expect(verdict, mutation.what).toBe(mutation.fits);
      const told = toldOf(schema, text);
      expect(told.length === 0, `${mutation.what}: ${JSON.stringify(told)}`).toBe(verdict);
      for (const { message, at, path } of told) {
        expect(message, mutation.what).not.toMatch(/undefined|NaN|\[object/);
        expect(at, `${mutation.what} at ${path}`).not.toBe('');
      }
    }
    expect(right).toBeGreaterThan(20);
    expect(wrong).toBeGreaterThan(least / 2);
  });
});

/** Of the valid contract after these edits: a value at a path, or undefined to remove what is there. */
function afterEdits(edits: readonly (readonly [path: string, value: JsonValue | undefined])[]): readonly Told[] {
  const contract = validContract();
  for (const [path, value] of edits) {
    const steps = path.split('.');
    const last = steps.pop() as string;
    const at = steps.reduce((node, step) => node[step] as JsonObject, contract) as Record<string, JsonValue>;
    if (Array.isArray(at) && value === undefined) at.splice(Number(last), 1);
    else if (value === undefined) delete at[last];
    else at[last] = value;
  }
  return toldOf(contractSchema, JSON.stringify(contract));
}

describe('the words', () => {
  it('tell all faults, each at the smallest text, with its path and the name that is near', () => {
    const told = afterEdits([
      ['specVersion', '0.2.0'],
      ['operationTask.sate', 'running'],
      ['operationTask.state', undefined],
      ['profiles.supported.0', 'user_owned_modle'],
      ['controls.budget.tokens', -1],
      ['controls.policyGates.toolGrant', undefined],
      ['controls.operationEvents.3', undefined],
      ['audit.auditableCommands.0.auditable', 'true'],
    ]);
    expect(told.map(({ fault, path, at }) => `${fault} ${path} ${at}`)).toEqual([
      'invalid-value specVersion "0.2.0"',
      'unknown-field operationTask "sate"',
      'invalid-value profiles.supported[0] "user_owned_modle"',
      'missing-field controls.policyGates "policyGates"',
      'invalid-value controls.budget.tokens -1',
      'missing-item controls.operationEvents "operationEvents"',
      'wrong-type audit.auditableCommands[0].auditable "true"',
    ]);
    expect(told.map(({ help }) => help)).toEqual([
      'write `0.1.0`: version of this form',
      'did you mean `state`?',
      'did you mean `user_owned_model`?',
      'add `toolGrant` with the value `true`',
      'use an integer from 0 on',
      'add it: this list needs `start`, `progress`, `failure`, `retry`, `cancel`, `complete`',
      'write `true` or `false`, without quotes',
    ]);
  });

  it('say nothing of what follows from another fault', () => {
    const told = afterEdits([['controls.operationEvents.0.eventType', 'strat']]);
    expect(told.map(({ fault, path }) => `${fault} ${path}`)).toEqual([
      'invalid-value controls.operationEvents[0].eventType',
    ]);
  });

  it('tell of an entry that stands twice, at the second', () => {
    const told = afterEdits([['supportedOperationTypes.8', 'agent_machine.container.run']]);
    expect(told.map(({ fault, path }) => `${fault} ${path}`)).toEqual(['duplicate-item supportedOperationTypes[8]']);
  });
});

describe('a key that is given twice', () => {
  it.each([
    ['{"a":1,"a":1}', true],
    ['[[{"b":{"c":1,"c":2}}]]', true],
    ['{"__proto__":1,"__proto__":2}', true],
    ['{"a":1,"b":{"a":1}}', false],
    ['[1,1]', false],
  ])('%s: %s', (text, twins) => {
    expect(hasTwins(parsed(text))).toBe(twins);
  });
});
