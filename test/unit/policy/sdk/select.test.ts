import { describe, expect, it } from 'vitest';
import { createMemoryPolicyClient } from '../../../../src/adapters/policies/memory-client.ts';
import { readSelections } from '../../../../src/adapters/policies/selections.ts';
import type { CompileResult } from '../../../../src/compile.ts';
import type { HeardAnswer } from '../../../../src/ir/governed.ts';
import type { PolicySelections } from '../../../../src/ir/protocol.ts';
import { selectionsOf } from '../../../../src/ir/selections.ts';
import { definePolicy } from '../../../../src/policy/sdk/index.ts';
import {
  compileFiles,
  lockOf,
  messagesOf,
  onEdge,
  policy,
  scenarioWith,
  server,
} from '../../../support/policy-scenario.ts';
import { request } from './requests.ts';

describe('what an answer tells of selections', () => {
  it('is what the SDK wrote', () => {
    const names = ['a "b"\\', 'ä\u2028 😀', 'line'];
    const selective = definePolicy({
      name: 'selective',
      decide: (scope) => {
        for (const name of names) scope.select({ name });
        scope.select({ name: 'line' });
        scope.select({ kind: 'kvm', allowEmpty: true });
      },
    });
    expect(readSelections(selectionsOf(selective.answer(request)))).toEqual({
      list: [
        { name: 'a "b"\\', matched: 5 },
        // A separator of lines acts on a terminal.
        { name: 'ä· 😀', matched: 5 },
        { name: 'line', matched: 10 },
        { name: 'kind kvm', matched: 0 },
      ],
      leftOut: 0,
    });
  });

  it('is no part of the answer', () => {
    const answer = definePolicy({ name: 'p', decide: (scope) => void scope.select({ name: 'x' }) }).answer(request);
    expect(JSON.stringify(answer)).toBe('{"interpositions":[]}');
    expect(Reflect.ownKeys({ ...answer })).toEqual(['interpositions']);
    expect(selectionsOf(undefined)).toBeUndefined();
    expect(selectionsOf('x')).toBeUndefined();
  });

  it.each([
    ['nothing', undefined],
    ['no text', ''],
    ['no JSON', '{'],
    ['no object', '[]'],
    ['two headers', '{"selections":[]}, {"selections":[]}'],
    ['no list', '{"selections":{}}'],
    ['too much', `{"selections":[]}${' '.repeat(20_000)}`],
    ['depth', '['.repeat(16_000)],
  ])('is passed over when it is %s', (_what, header) => {
    expect(readSelections(header)).toBeUndefined();
  });

  it('is read where it can be, and ready for a terminal', () => {
    const header =
      '{"selections":[1,{"name":1,"matched":1},{"name":"a","matched":-1},{"name":"b","matched":1.5},{"name":"\\u001b[2J\\n__proto__","matched":2,"more":[]}],"left_out":"x"}';
    expect(readSelections(header)).toEqual({ list: [{ name: '·[2J __proto__', matched: 2 }], leftOut: 0 });
  });
});

describe('selections that are told', () => {
  const files = { 'scenario.yaml': scenarioWith({ a: './policy.yaml' }), 'server.yaml': server, 'policy.yaml': policy };
  const text = JSON.stringify({ interpositions: [onEdge(0)] });
  const told: PolicySelections = { list: [{ name: 'x', matched: 3 }], leftOut: 1 };

  async function compiled(selections?: PolicySelections): Promise<[CompileResult, HeardAnswer[]]> {
    const heard: HeardAnswer[] = [];
    const policyClient = createMemoryPolicyClient(() => ({
      ok: true,
      text,
      elapsedMs: 0,
      ...(selections ? { selections } : {}),
    }));
    const onAnswer = (answer: HeardAnswer): void => void heard.push(answer);
    return [await compileFiles(files, () => ({}), { policyClient, onAnswer, record: true }), heard];
  }

  it('reach who listens, and neither plan nor lock', async () => {
    const [[without, plain], [beside, heard]] = [await compiled(), await compiled(told)];
    expect(plain.map(({ selections }) => selections)).toEqual([undefined]);
    expect(heard.map(({ selections }) => selections)).toEqual([told]);
    expect(beside.compiled?.planText).toBe(without.compiled?.planText);
    expect(beside.compiled?.planText).toBeDefined();
    expect(lockOf(beside)).toEqual(lockOf(without));
    expect(messagesOf(beside)).toEqual(messagesOf(without));
  });
});
