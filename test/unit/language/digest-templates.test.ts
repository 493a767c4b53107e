import { beforeAll, describe, expect, test } from 'vitest';
import { createSink } from '../../../src/diagnostics/sink.ts';
import type { Manifest } from '../../../src/ir/manifest.ts';
import { canonicalManifest } from '../../../src/language/digest.ts';
import { createParser, prepareParser } from '../../../src/phases/1-parse/index.ts';

beforeAll(() => prepareParser('a.json5'));

function decode(template: object): Manifest {
  const text = JSON.stringify({
    manifest_version: '0.4.0',
    slots: { realm: { kind: 'component' } },
    child_templates: { w: template },
  });
  const sink = createSink();
  const parser = createParser();
  const source = { file: 'a.json5', text };
  const root = parser.syntax(source, sink);
  const manifest = root && parser.decode(source, root, new Map(), sink);
  expect(sink.diagnostics).toEqual([]);
  if (!manifest) throw new Error('no manifest');
  return manifest;
}

const manifests = {
  none: {},
  one: { manifest: './w.json5' },
  several: { manifest: ['./w.json5', { url: './v.json5' }] },
};
const exported = { 'all exports': {}, 'two exports': { visible_exports: ['b', 'a'] } };
const backends = { 'any backend': {}, 'two backends': { possible_backends: ['vm', 'direct'] } };

/** What the reference writes for the template, and the digest of the whole manifest (SHA-256 by another program). */
const vectors: readonly (readonly [string, string, string])[] = [
  [
    'none, all exports, any backend',
    '{"manifest":null,"config":{},"bindings":{},"visible_exports":[],"limits":null,"possible_backends":[]}',
    'sha256:dzBNaLUhlT+ubV+4ubBzC4vIn/38IdP81bcWNkqU7X0=',
  ],
  [
    'none, all exports, two backends',
    '{"manifest":null,"config":{},"bindings":{},"visible_exports":[],"limits":null,"possible_backends":["vm","direct"]}',
    'sha256:c5F2qtHql7gMQudnc8FuuG9qKCBy5BDnK+1Jx6Zvzz0=',
  ],
  [
    'none, two exports, any backend',
    '{"manifest":null,"config":{},"bindings":{},"visible_exports":["b","a"],"limits":null,"possible_backends":[]}',
    'sha256:caPLKgZg0zMaWmbuIBFCREV7zhmEKm/yGkTmpycwYRE=',
  ],
  [
    'none, two exports, two backends',
    '{"manifest":null,"config":{},"bindings":{},"visible_exports":["b","a"],"limits":null,"possible_backends":["vm","direct"]}',
    'sha256:qKC6rJzbG277zu9RgtJBUrBW5wUqgAYy+/s3K/6Px3I=',
  ],
  [
    'one, all exports, any backend',
    '{"manifest":{"url":"./w.json5"},"config":{},"bindings":{},"visible_exports":[],"limits":null,"possible_backends":[]}',
    'sha256:6k+kKTj5kXe/BxKpNkZtxi2KJVFmNq9LwNLEG9qig/Q=',
  ],
  [
    'one, all exports, two backends',
    '{"manifest":{"url":"./w.json5"},"config":{},"bindings":{},"visible_exports":[],"limits":null,"possible_backends":["vm","direct"]}',
    'sha256:CaVww21ZSsacEnaH7VdlmBX8mPqVqEr//zVKYla5p4E=',
  ],
  [
    'one, two exports, any backend',
    '{"manifest":{"url":"./w.json5"},"config":{},"bindings":{},"visible_exports":["b","a"],"limits":null,"possible_backends":[]}',
    'sha256:+tbMo98guKuEpN071AkzXFANhhIoPU+3qhMH/M7orwc=',
  ],
  [
    'one, two exports, two backends',
    '{"manifest":{"url":"./w.json5"},"config":{},"bindings":{},"visible_exports":["b","a"],"limits":null,"possible_backends":["vm","direct"]}',
    'sha256:MJSzn5oX6fG96fTXRZ0lh3mHKZS7GdDGALfhAvANwrg=',
  ],
  [
    'several, all exports, any backend',
    '{"manifest":[{"url":"./w.json5"},{"url":"./v.json5"}],"config":{},"bindings":{},"visible_exports":[],"limits":null,"possible_backends":[]}',
    'sha256:MPVfsYEGFosMmj2ojf0B/kjTsuWmrzQnEvvvB81TxC0=',
  ],
  [
    'several, all exports, two backends',
    '{"manifest":[{"url":"./w.json5"},{"url":"./v.json5"}],"config":{},"bindings":{},"visible_exports":[],"limits":null,"possible_backends":["vm","direct"]}',
    'sha256:dP5OQ19MF+8a8nOvgnu5vRd/MjcBQvKl1xghFPTMMts=',
  ],
  [
    'several, two exports, any backend',
    '{"manifest":[{"url":"./w.json5"},{"url":"./v.json5"}],"config":{},"bindings":{},"visible_exports":["b","a"],"limits":null,"possible_backends":[]}',
    'sha256:QfoGcZTBy36d4pZRgDrDVf606LWPcWVZvOFxnhbCS8c=',
  ],
  [
    'several, two exports, two backends',
    '{"manifest":[{"url":"./w.json5"},{"url":"./v.json5"}],"config":{},"bindings":{},"visible_exports":["b","a"],"limits":null,"possible_backends":["vm","direct"]}',
    'sha256:HSJwYB5VOuYvRWTcBsw/luiQ6ADzZVendpFc3G9ClV8=',
  ],
];

describe('digests of manifests with child templates', () => {
  test.each(vectors)('%s', (name, canonical, digest) => {
    const [which, visible, possible] = name.split(', ') as [
      keyof typeof manifests,
      keyof typeof exported,
      keyof typeof backends,
    ];
    const manifest = decode({ ...manifests[which], ...exported[visible], ...backends[possible] });
    expect(canonicalManifest(manifest)).toBe(
      `{"manifest_version":"0.4.0","program":null,"components":{},"use":{},"environments":{},"config_schema":null,"slots":{"realm":{"kind":"component","profile":null,"optional":false,"multiple":false}},"provides":{},"resources":{},"child_templates":{"w":${canonical}},"bindings":[],"overlays":[],"exports":{}}`,
    );
    expect(manifest.digest).toBe(digest);
  });

  test('lists that are given empty or null are the ones that are left out', () => {
    const { digest } = decode({});
    for (const nothing of [null, []]) {
      expect(decode({ visible_exports: nothing, possible_backends: nothing }).digest).toBe(digest);
    }
  });
});
