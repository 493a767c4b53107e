/** A lock is read in two ways, without places and with them. */
import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject, type JsonValue } from '../../../../src/base/json.ts';
import { createSink } from '../../../../src/diagnostics/sink.ts';
import type { Lock, LockInput } from '../../../../src/ir/lock.ts';
import { protocolVersion } from '../../../../src/ir/protocol.ts';
import { plainLock, readLock, readWithPlaces } from '../../../../src/language/lock/read-lock.ts';
import { loadSyntax } from '../../../../src/language/syntax/parse.ts';

await loadSyntax('json5');

const digest = `sha256:${'A'.repeat(43)}=`;
const full: JsonObject = {
  schema: 'headgate.lock',
  version: 1,
  protocol: protocolVersion,
  root: 'scenario',
  sources: [
    { name: 'scenario', digest, kind: 'manifest' },
    { name: 'go.sh', digest, kind: 'program' },
    { name: 'schema.json', digest, kind: 'sidecar' },
    { name: 'gone.sh', digest: null, kind: 'program' },
  ],
  remotes: [{ url: 'https://a/b', loaded: 'https://a/c', digest, format: 'yaml' }],
  policies: [
    {
      scope: '/',
      policy: '#a.apply',
      key: digest,
      policyDigest: digest,
      requestDigest: digest,
      answerDigest: digest,
      files: [{ name: 'policy.mjs', digest }],
      sandbox: 'bubblewrap',
    },
  ],
};

const inputOf = (text: string): LockInput => ({ file: 'headgate.lock', text, recordings: new Map() });
const contentOf = ({ root, sources, programs, remotes, policies }: Lock): Lock => ({
  root,
  sources,
  programs,
  remotes,
  policies,
});

function agree(lock: JsonValue): boolean {
  const text = JSON.stringify(lock, null, 1);
  const plain = plainLock(text, protocolVersion);
  const sink = createSink();
  const whole = readWithPlaces(inputOf(text), text, protocolVersion, sink);
  expect(plain && contentOf(plain), text).toEqual(whole && contentOf(whole));
  expect(whole === undefined).toBe(sink.hasErrors);
  return plain !== undefined;
}

const odd: readonly JsonValue[] = [null, 0, 2, 'x', '', 'program', 'yaml', digest, `sha256:${'B'.repeat(43)}=`, [], {}];

/** Every lock that differs from `value` in one place. */
function* changes(value: JsonValue): Generator<JsonValue> {
  yield* odd;
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    yield [...items, ...items];
    for (const [i, item] of items.entries())
      for (const by of changes(item)) yield items.map((one, j) => (i === j ? by : one));
  } else if (isObject(value)) {
    yield { ...value, extra: 1 };
    for (const [key, item] of Object.entries(value)) {
      const { [key]: _, ...rest } = value;
      yield rest;
      for (const by of changes(item)) yield { ...value, [key]: by };
    }
  }
}

describe('both ways to read a lock', () => {
  it('agree on one with everything in it, and on every one that differs in one place', () => {
    expect(agree(full)).toBe(true);
    const all = [...changes(full)];
    const right = all.filter(agree);
    expect(right.length).toBeGreaterThan(20);
    expect(all.length - right.length).toBeGreaterThan(300);
  });

  it('have the same places', () => {
    const text = JSON.stringify(full, null, 1);
    const plain = readLock(inputOf(text), protocolVersion, createSink());
    const whole = readWithPlaces(inputOf(text), text, protocolVersion, createSink());
    if (!plain || !whole) throw new Error('not read');
    const entries = (lock: Lock): readonly object[] => [
      ...lock.sources,
      ...(lock.programs ?? []),
      ...lock.remotes,
      ...lock.policies,
    ];
    const places = entries(whole).map(whole.placeOf);
    expect(places.every((place) => place !== undefined)).toBe(true);
    expect(entries(plain).map(plain.placeOf)).toEqual(places);
    expect(plain.placeOf({})).toBeUndefined();
  });

  it('refuse a field that is given twice, and another version of the protocol', () => {
    const text = JSON.stringify(full).replace('"root":"scenario"', '"root":"scenario","root":"scenario"');
    expect(plainLock(text, protocolVersion)).toBeUndefined();
    expect(plainLock(JSON.stringify(full), 'amber.policy.v9')).toBeUndefined();
    const sink = createSink();
    expect(readLock(inputOf(text), protocolVersion, sink)).toBeUndefined();
    expect(sink.hasErrors).toBe(true);
  });
});
