import { describe, expect, test } from 'vitest';
import { displayName, joinReference, normalUrl, sidecarUrl } from '../../../src/language/urls.ts';

test.each([
  ['file:///a/b/x.yaml', 'file:///a/b/', 'x.yaml'],
  ['file:///a/b/c/x.yaml', 'file:///a/b/', 'c/x.yaml'],
  ['file:///a/x.yaml', 'file:///a/b/', '../x.yaml'],
  ['file:///x.yaml', 'file:///a/b/', '../../x.yaml'],
  ['file:///a/bb/x.yaml', 'file:///a/b/', '../bb/x.yaml'],
  ['file:///a/b', 'file:///a/b/', '../b'],
  ['file:///a/b/', 'file:///a/b/', '.'],
  ['file:///x.yaml', 'file:///', 'x.yaml'],
  ['file:///x.yaml', 'file://', 'x.yaml'],
  ['file:///C:/a/x%20y.yaml', 'file:///C:/a/', 'x y.yaml'],
  ['file:///D:/x.yaml', 'file:///C:/a/', 'file:///D:/x.yaml'],
  ['file:///a/%ff.yaml', 'file:///a/', '%ff.yaml'],
  ['https://u:p@h/x.yaml?q=1', 'file:///a/', 'https://h/x.yaml?q=1'],
  ['file:///a/x.yaml', 'https://h/', 'file:///a/x.yaml'],
])('%s, seen from %s, is %s', (url, baseDir, expected) => {
  expect(displayName(url, baseDir)).toBe(expected);
});

test.each([
  ['file:///a/./b/../x.yaml?q#f', 'file:///a/x.yaml'],
  ['file:///a/%78%2Eyaml', 'file:///a/x.yaml'],
  ['file:///a/%2e%2e/x', 'file:///x'],
  ['file:///a/b%2fc%5c%00', 'file:///a/b%2fc%5c%00'],
  ['file:///a/100%25', 'file:///a/100%25'],
  ['file:///a/%zz', 'file:///a/%zz'],
  ['file:///a/é', 'file:///a/%C3%A9'],
  ['http://H:80/%78?b=%20#f', 'http://h/%78?b=%20'],
])('%s is the same place as %s', (url, expected) => {
  const normal = normalUrl(new URL(url));
  expect(normal).toBe(expected);
  expect(normalUrl(new URL(normal))).toBe(expected);
});

describe('joining', () => {
  test.each([
    ['./x.yaml', 'file:///a/s.yaml', 'file:///a/x.yaml'],
    ['/x.yaml', 'file:///a/s.yaml', 'file:///x.yaml'],
    ['x.yaml?v=2', 'https://h/a/s.yaml?v=1', 'https://h/a/x.yaml?v=2'],
    ['?v=2', 'https://h/a/s.yaml?v=1#f', 'https://h/a/s.yaml?v=2'],
    ['#f', 'https://h/a/s.yaml?v=1', 'https://h/a/s.yaml?v=1'],
    ['//other/x.yaml', 'https://h/a/s.yaml', 'https://other/x.yaml'],
    ['http://h/x', 'file:///a/s.yaml', 'http://h/x'],
    ['mirror://x/y', 'file:///a/s.yaml', 'mirror://x/y'],
  ])('%s onto %s', (reference, base, url) => {
    expect(joinReference(reference, base)).toEqual({ url });
  });

  test.each([
    ['http://[', 'file:///a/s.yaml', 'neither a relative path nor a URL'],
    [' \n', 'file:///a/s.yaml', 'empty'],
    ['//u:p@h/x', 'https://h/s.yaml', 'user name or a password'],
    ['file:///etc/passwd', 'https://h/s.yaml', 'files of this machine'],
  ])('%j onto %s is refused', (reference, base, reason) => {
    expect(joinReference(reference, base)).toEqual({ reason: expect.stringContaining(reason) });
  });
});

test.each([
  ['./t.txt', 'file:///a/t.txt'],
  ['../t.txt', 'file:///t.txt'],
  ['/etc/motd', 'file:///etc/motd'],
  ['//etc/motd', 'file:///etc/motd'],
  ['c:x?#%41', 'file:///a/c:x%3F%23%2541'],
  ['%2e%2e/t', 'file:///a/%252e%252e/t'],
])('file %s', (path, url) => {
  expect(sidecarUrl(path, 'file:///a/s.yaml')).toBe(url);
});
