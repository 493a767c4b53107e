import { describe, expect, it } from 'vitest';
import { uuid5, writeToken } from '../../../../src/runtime/secrets/write-token.ts';

describe('tokens of writes', () => {
  it('are UUIDs of version 5, as everybody makes them', () => {
    // The example of Python's documentation: uuid5(NAMESPACE_DNS, 'python.org').
    expect(uuid5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'python.org')).toBe('886313e1-3b8a-5372-9b90-0c9aee199e5d');
  });

  it('are the same for the same step of the same operation, and for no other', () => {
    const one = writeToken('a', 'put').token;
    expect(writeToken('a', 'put').token).toBe(one);
    expect(new Set([one, writeToken('a', 'promote').token, writeToken('b', 'put').token]).size).toBe(3);
  });
});
