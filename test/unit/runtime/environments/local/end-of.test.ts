import { describe, expect, it } from 'vitest';
import { endOf } from '../../../../../src/runtime/environments/local/end-of.ts';

describe('the end of a sandbox, as that of its component', () => {
  it('is for good where a program would be shown the key of a vault', () => {
    expect(endOf({ reason: 'shown', message: 'the key lies in the tree', help: 'keep it elsewhere' }, '/a')).toEqual({
      code: null,
      signal: null,
      fault: 'the key lies in the tree',
      ran: false,
      refused: {
        gate: 'vault_key_shown',
        subject: '/a',
        reasons: ['the key lies in the tree'],
        remedy: 'keep it elsewhere',
      },
    });
  });

  it('can be tried again where its program could not be started', () => {
    expect(endOf({ reason: 'start', message: 'no descriptor is left' }, '/a')).toEqual({
      code: null,
      signal: null,
      fault: 'no descriptor is left',
      ran: false,
    });
  });

  it('is that of its program where there was one', () => {
    expect(endOf({ reason: 'exited', message: 'status 3', code: 3, signal: null }, '/a')).toEqual({
      code: 3,
      signal: null,
    });
    expect(endOf({ reason: 'limit', of: 'memory', message: 'too much', help: 'less' }, '/a')).toMatchObject({
      fault: 'too much',
      ran: true,
    });
  });
});
