import { describe, expect, it } from 'vitest';
import { climbs, pathBelow } from '../../../../src/adapters/relay/base-path.ts';

const up = [
  ...['/..', '/../x', '/a/../x', '/a/..', '..', '/..;x/a', '/..;/a', '/..;a=b/x', '/a\\..\\x', '/..\\x'],
  ...['/%2e%2e/x', '/%2E%2e/x', '/.%2e/x', '/%2e./x', '/a%2f..%2fx', '/a%5c..%5cx', '/a/%2e%2e%2fx', '/..%3bx/a'],
  ...['/%252e%252e/x', '/%25252e%25252e/x', '/%252e%252e%252fx', '/..%252fx', '/%%32e%%32e/x'],
  ...['/%c0%ae%c0%ae/x', '/..%c0%afx', '/%u002e%u002e/x', '/%ef%bc%8e%ef%bc%8e/x', '/..%ef%bc%8fx', '/%e2%80%a5/x'],
  ...['/..%00/x', '/..%20/x', '/.%09./x', '/..%0d%0a/x', '/.%e2%80%8b./x', '/..#/x', '/a#/../x', '/..%23/x', '/..%3fx'],
];

describe('a path below a base', () => {
  it.each(up)('does not climb: %j', (path) => {
    expect(climbs(path)).toBe(true);
    expect(pathBelow('/base', 'GET', path)).toBeUndefined();
  });

  it.each([
    ...[
      '/',
      '/a/b',
      '/a/.../b',
      '/..a',
      '/a..',
      '/a/..b/c',
      '/a;x=../b',
      '/a?b=/../c',
      '/a?..',
      '/%20',
      '/a%2fb',
      '/%',
    ],
    ...['/caf%C3%A9', '/%ff%fe', '/a%252fb', '/100%25', '/.well-known/x', '/a/./b', '/a:..b'],
  ])('is as it was written: %j', (path) => {
    expect(pathBelow('/base', 'GET', path)).toBe(`/base${path}`);
  });

  it('is never all of a server', () => {
    expect(['GET', 'OPTIONS'].map((method) => pathBelow('/base', method, '*'))).toEqual([undefined, undefined]);
    expect(['GET', 'OPTIONS'].map((method) => pathBelow('', method, '*'))).toEqual([undefined, '*']);
  });

  it('forgets the host of an absolute target', () => {
    expect(pathBelow('/base', 'GET', 'http://10.0.0.1/x?y')).toBe('/base/x?y');
    expect(pathBelow('/base', 'GET', 'http://10.0.0.1')).toBe('/base/');
    expect(pathBelow('/base', 'GET', 'http://10.0.0.1/../x')).toBeUndefined();
  });

  it('is refused where it is encoded for ever', () => {
    expect(climbs(`/%${'25'.repeat(20)}2e%${'25'.repeat(20)}2e/x`)).toBe(true);
  });
});
