import { describe, expect, it } from 'vitest';
import { shapesIn, withoutShapes } from '../../../../src/runtime/support-bundle/shapes.ts';

// Written in two parts, so that nobody who scans a repository takes them for credentials.
const of = (...parts: readonly string[]): string => parts.join('');
const looks: readonly (readonly [string, string])[] = [
  ['access key of AWS', of('AKIA', 'IOSFODNN7EXAMPLE')],
  ['token of GitHub', of('ghp_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8')],
  ['fine-grained token of GitHub', of('github_pat_', '11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz')],
  ['token of GitLab', of('glpat-', 'abcDEF123456_7890abc')],
  ['token of Slack', of('xoxb-', '1234567890-abcdefghij')],
  ['JSON web token', of('eyJhbGciOiJIUzI1NiJ9', '.eyJzdWIiOiIxMjM0In0.', 'c2lnbmF0dXJlLW9mLWl0')],
  ['key of a provider of models', of('sk-', 'proj-abcdefghijklmnopqrstuvwxyz123456')],
  ['token of Vault', of('hvs.', 'CAESIJlU02LQZq2aabbccddeeff')],
  ['key of Google', of('AIza', 'SyA1234567890abcdefghijklmnopqrstuv')],
  ['token of npm', of('npm_', 'abcdefghijklmnopqrstuvwxyz0123456789')],
  ['private key', of('-----BEGIN RSA ', 'PRIVATE KEY-----\nMIIEow+/=\nabc\n-----END RSA PRIVATE KEY-----')],
  ['half of a private key', of('-----BEGIN ', 'PRIVATE KEY-----\nMIIEowIBAAKCAQEA')],
  ['password in a URL', 'postgres://app:hunter2-is-it@db.internal:5432/x'],
  ['token in a URL', 'https://x-token-1234567@git.example/repo.git'],
  ['basic authorization', 'Authorization: Basic dXNlcjpwYXNzd29yZA=='],
  ['authorization in JSON', '{"authorization":"Bearer abc.def-ghi"}'],
  ['bearer token', 'sent bearer abcdefghijklmnop0123'],
];

describe('004 redacted diagnostics: what looks like a credential', () => {
  it.each(looks)('is left out, wherever it stands: %s', (_, text) => {
    for (const around of [text, `before ${text} after`, `"${text}",`, `x=${text}&y`, `[${text}]`]) {
      expect(shapesIn(around)).not.toEqual([]);
      const clean = withoutShapes(around);
      expect(clean).toContain('[secret]');
      // What was left is no credential any more, and is not touched again.
      expect(shapesIn(clean)).toEqual([]);
      expect(withoutShapes(clean)).toBe(clean);
    }
  });

  it.each([
    ...[
      'the task ended with status 3',
      'sha256:g7LDb0Hx9MHcRsTxt9nINeph4YealpkHWMg8goPjvyM=',
      'https://example.com/a@b',
    ],
    ...[
      '37951d4a57ea47e3ba327f9e882489048d9437b93ced40d26c296029801c6492',
      'mail me at a@example.com',
      'task.run:/ask-me',
    ],
    ...[
      'secret://local/app/token',
      'the authorization of it',
      'urn:headgate:run:20300102-030405-678a',
      'risk-management-component',
    ],
  ])('is not what a run says: %s', (text) => {
    expect(withoutShapes(text)).toBe(text);
    expect(shapesIn(text)).toEqual([]);
  });

  it('leaves what stands around it, so that one sees what it was', () => {
    expect(withoutShapes('postgres://app:hunter2-is-it@db.internal:5432/x')).toBe(
      'postgres://[secret]@db.internal:5432/x',
    );
    expect(withoutShapes('Authorization: Basic dXNlcjpwYXNzd29yZA==, next')).toBe(
      'Authorization: Basic [secret], next',
    );
  });

  it('is looked for once at each place, also where everything looks like its beginning', () => {
    for (const text of ['-----BEGIN PRIVATE KEY-----', 'eyJaaaaaaaa', 'a://', 'authorization: ', 'sk-', '-----BEGIN '])
      expect(withoutShapes(text.repeat(20_000)).length).toBeGreaterThan(0);
  });
});
