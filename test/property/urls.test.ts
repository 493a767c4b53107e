/** Plain names take a short way. It leads where the long way leads, which anything out of the ordinary takes. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  displayName,
  isPlainReference,
  joinReference,
  normalUrl,
  plainFileUrl,
  plainPathOf,
  sidecarUrl,
} from '../../src/language/urls.ts';

const unit = fc.constantFrom(...'aZ0_-.~:|%?#\\@+ é');
const segment = fc.oneof(
  fc.constantFrom('a', 'b', 'ab.json5', '.', '..', '.git', '', 'C:', 'c|', '%2e', '%61', '~', 'a.', 'x y'),
  fc.string({ unit, maxLength: 3 }),
);
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'));
const reference = fc
  .tuple(fc.constantFrom('', './', '/', '../', '//', '././'), path)
  .map(([head, tail]) => `${head}${tail}`);
const base = fc
  .tuple(fc.constantFrom('file:///', 'file:///C:/', 'file://host/', 'https://h/', 'bundle:/'), path)
  .map(([head, tail]) => `${head}${tail}`)
  .filter((url) => URL.canParse(url))
  .map((url) => new URL(url).href);

/** What the text says when it is taken apart: with its fragment, no URL is plain. */
const long = (url: string): string => normalUrl(new URL(url.includes('#') ? url : `${url}#long`));
const runs = { numRuns: 3000 };

test('a URL has one spelling', () => {
  fc.assert(
    fc.property(base, (url) => {
      expect(normalUrl(new URL(url))).toBe(long(url));
    }),
    runs,
  );
});

test('a reference that is joined leads where a browser would go', () => {
  fc.assert(
    fc.property(reference, base, (text, from) => {
      const joined = joinReference(text, from);
      if ('url' in joined) expect(joined.url).toBe(long(new URL(text, from).href));
    }),
    runs,
  );
});

test('a file beside a manifest is found where its name says, letter by letter', () => {
  fc.assert(
    fc.property(reference, base, (text, from) => {
      const escaped = text.split('/').map(encodeURIComponent).join('/').replace(/^\/+/, '/');
      const canJoin = URL.canParse(escaped, from);
      expect(sidecarUrl(text, from)).toBe(canJoin ? long(new URL(escaped, from).href) : undefined);
    }),
    runs,
  );
});

test('a name is the same with a query, which makes it no plain one', () => {
  fc.assert(
    fc.property(
      base,
      base.filter((url) => !/^bundle:(?!\/)/.test(url)),
      fc.boolean(),
      (url, other, below) => {
        if (!url.startsWith('file:')) return;
        const folder = new URL('.', below ? url : other).href;
        const query = `${new URL('?', url).href}long`;
        const name = displayName(query, folder);
        // With a host or a drive of its own, the whole URL is the name.
        if (name !== query) expect(displayName(url, folder)).toBe(name);
      },
    ),
    runs,
  );
});

test('a plain path has the URL that node gives it', () => {
  fc.assert(
    fc.property(path, (text) => {
      const plain = plainFileUrl(`/${text}`);
      if (plain !== undefined) expect(plain).toBe(normalUrl(pathToFileURL(`/${text}`)));
    }),
    runs,
  );
  expect(plainFileUrl('/a/b.json5')).toBe('file:///a/b.json5');
});

test('a plain URL names the path that node finds in it', () => {
  fc.assert(
    fc.property(base, (url) => {
      const plain = plainPathOf(url);
      if (plain !== undefined) expect(plain).toBe(fileURLToPath(url));
    }),
    runs,
  );
  expect(plainPathOf('file:///a/b.json5')).toBe('/a/b.json5');
});

test('a plain reference is a URL below another one, and none by itself', () => {
  fc.assert(
    fc.property(reference, (text) => {
      if (!isPlainReference(text)) return;
      expect(URL.canParse(text)).toBe(false);
      expect(new URL(text, 'file:///base/').href).toBe(`file:///base/${text.replace(/^\.\//, '')}`);
    }),
    runs,
  );
  expect(['./a.yaml', 'a/b'].every(isPlainReference)).toBe(true);
});
