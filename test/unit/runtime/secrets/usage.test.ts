import { afterAll, describe, expect, it } from 'vitest';
import { byOperator } from '../../../../src/runtime/authority/authority.ts';
import { boundTo, referencesIn, secretUses } from '../../../../src/runtime/secrets/usage.ts';
import { component, secretsFixture } from '../../../support/secrets/secrets-fixture.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

describe('references in a value', () => {
  it('are whole texts, with their config path', () => {
    const value = {
      a: 'secret://v/k',
      b: { c: 'secret://v/k#f', no: 'see secret://v/k' },
      list: ['x', { d: 'secret://v/l' }, 'secret://v/m'],
      n: null,
    };
    expect(referencesIn(value)).toEqual([
      { path: 'a', reference: 'secret://v/k' },
      { path: 'b.c', reference: 'secret://v/k#f' },
      { path: 'list', reference: 'secret://v/l' },
      { path: 'list', reference: 'secret://v/m' },
    ]);
  });

  it('are found however deep they lie', () => {
    let value: unknown = 'secret://v/k';
    for (let n = 0; n < 20_000; n++) value = [value];
    expect(referencesIn(value)).toHaveLength(1);
  });
});

describe('uses of secrets', () => {
  it('are those of the scenario, and those that were resolved, each once', async () => {
    const stateDir = temp.lay({});
    const secrets = secretsFixture({ stateDir, vaults: ['local', 'other'] }).secrets();
    const { context } = secrets;
    await secrets.resolve({ vault: 'local', key: 'k' }, component, byOperator);
    await secrets.resolve({ vault: 'local', key: 'k' }, component, byOperator);
    // Another vault that other settings call by the same name.
    const elsewhere = secretsFixture({ stateDir, vaults: ['far'] }).secrets();
    await elsewhere.resolve({ vault: 'far', key: 'k' }, component, byOperator);
    await secrets.resolve({ vault: 'gone', key: 'k' }, component, byOperator);
    await secrets.resolve(
      { vault: 'local', key: 'k' },
      { type: 'operator', id: 'me', path: null, run: null },
      byOperator,
    );
    const here = boundTo(
      { type: 'component', id: '/a' },
      {
        literal: {
          token: 'secret://local/k@2',
          other: 'secret://other/x#f',
          bad: 'secret://nowhere/x',
          worse: 'secret://',
        },
      },
    );
    expect(secretUses(context, stateDir, here)).toEqual([
      {
        vault: 'local',
        key: 'k',
        consumer: { type: 'component', id: '/a' },
        path: 'token',
        run: null,
        reference: 'secret://local/k@2',
        lastResolved: null,
      },
      {
        vault: 'local',
        key: 'k',
        consumer: { type: 'component', id: '/a' },
        path: '/token',
        run: 'r1',
        reference: null,
        lastResolved: { at: expect.any(String), outcome: 'failure' },
      },
      {
        vault: 'other',
        key: 'x',
        consumer: { type: 'component', id: '/a' },
        path: 'other',
        run: null,
        reference: 'secret://other/x#f',
        lastResolved: null,
      },
    ]);
  });
});
