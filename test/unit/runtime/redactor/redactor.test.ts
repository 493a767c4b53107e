import { describe, expect, it } from 'vitest';
import { redactBytes } from '../../../../src/runtime/redactor/bytes.ts';
import { createRedactor } from '../../../../src/runtime/redactor/redactor.ts';

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

  it('knows values that come while the run goes on, and counts each once', () => {
    const redactor = createRedactor(['first-value']);
    expect(redactor.redact('first-value second-value')).toBe('[secret] second-value');
    redactor.add(['second-value', 'first-value', 'abc', 'abc']);
    redactor.add(['abc', 'xyz']);
    expect(redactor.redact('first-value second-value abc')).toBe('[secret] [secret] abc');
    expect(redactor.tooShort).toBe(2);
  });

  it('finds what a program makes of a file with a secret: without the end of the line, and line by line', () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----\n';
    const { redact } = createRedactor(['hunter2222\n', key]);
    expect(redact(Buffer.from('hunter2222').toString('base64'))).toBe('[secret]');
    expect(redact('  MIIEvQIBADANBgkq\r\n')).toBe('  [secret]\r\n');
    expect(redact(JSON.stringify({ key }))).toBe('{"key":"[secret]"}');
  });

  it('says nothing about bytes that are no text but to replace what is in them', () => {
    const value = 'pässwörter';
    const { redact } = createRedactor([value]);
    const noText = Buffer.concat([Buffer.from([0xff, 0xfe, 0x00]), Buffer.from(value), Buffer.from([0x80])]);
    const clean = redactBytes(noText, redact);
    expect(Buffer.from(clean).toString('latin1')).toBe('\u00ff\u00fe\u0000[secret]\u0080');
    const other = Buffer.from([0xff, 1, 2]);
    expect(redactBytes(other, redact)).toBe(other);
  });

  it('tells a line as soon as nothing in it can become a secret', () => {
    const stream = createRedactor(['secret-value']).stream();
    expect(stream.write('a line\nsec')).toBe('a line\n');
    expect(stream.write('ond\n')).toBe('second\n');
    expect(stream.write('secret-val')).toBe('');
    expect(stream.write('ue!')).toBe('[secret]!');
    expect(stream.end()).toBe('');
  });
});
