import { expect, it } from 'vitest';
import { fileUrlPath } from '../../../../src/adapters/files/file-url-path.ts';

it.each([
  ['file:///a/b%20c.yaml', '/a/b c.yaml'],
  ['file:///a/100%25.yaml', '/a/100%.yaml'],
  ['file:///a.yaml?x=%zz', '/a.yaml'],
])('%s is a path', (url, path) => {
  expect(fileUrlPath(url)).toBe(path);
});

it.each(['file:///%zz', 'file:///a/%ff', 'file:///a%2Fb', 'file://host/a', 'https://example.com/a'])(
  '%s is none',
  (url) => {
    expect(() => fileUrlPath(url)).toThrow();
  },
);
