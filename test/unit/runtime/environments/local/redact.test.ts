import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../../../src/runtime/environments/local/redact.ts';

describe('redactor', () => {
  it('finds a secret in all its clothes', () => {
    const secret = 'p&ss "word"/ü';
    const { redact } = createRedactor([secret]);
    const forms = [
      secret,
      Buffer.from(secret).toString('base64'),
      encodeURIComponent(secret),
      JSON.stringify({ secret }),
    ];
    for (const form of forms) expect(redact(`<${form}>`)).not.toMatch(/word|cCZzcy/);
    expect(redact('nothing here')).toBe('nothing here');
  });

  it('takes the longer of two that begin alike, and says how many it cannot look for', () => {
    const { redact, tooShort } = createRedactor(['secret-1', 'secret-12', 'abc']);
    expect(redact('x secret-12 y')).toBe('x [secret] y');
    expect(tooShort).toBe(1);
  });
});
