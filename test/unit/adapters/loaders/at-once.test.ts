/** What is read without waiting is what `load` would answer, and what cannot be read is left to it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConfinedLoader } from '../../../../src/adapters/loaders/confined-loader.ts';
import { createLoader } from '../../../../src/adapters/loaders/loader.ts';
import { createMemoryLoader } from '../../../../src/adapters/loaders/memory-loader.ts';
import { createOverlayLoader } from '../../../../src/adapters/loaders/overlay-loader.ts';
import { createWatchedLoader } from '../../../../src/adapters/loaders/watched-loader.ts';
import type { Loader } from '../../../../src/ports/loader.ts';

let folder = '';
const url = (name: string): string => pathToFileURL(join(folder, name)).href;
const limits = { maxBytes: 10 };
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headgate-at-once-'));
  writeFileSync(join(folder, 'a'), 'text');
  writeFileSync(join(folder, 'large'), 'more than ten bytes');
  mkdirSync(join(folder, 'sub'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const files: Loader = createLoader();
const stacked = (told: unknown[], held: ReadonlyMap<string, Uint8Array>): Loader => {
  const watched = createWatchedLoader(files, (asked, isThere) => told.push([asked, isThere]));
  const outside = { message: 'it lies outside', help: 'look inside' };
  const confinement = {
    file: (asked: string) => (asked.endsWith('/large') ? outside : undefined),
    program: () => undefined,
  };
  return createConfinedLoader(createOverlayLoader(watched, held), confinement);
};

describe('reading at once', () => {
  it.each(['a', 'large', 'sub'])('answers what load answers: %s', async (name) => {
    const found = files.loadAtOnce?.(url(name), limits);
    expect(found).toBeDefined();
    expect(found).toEqual(await files.load(url(name), limits));
  });

  it('leaves to load what is missing, what is no file, and what is elsewhere', () => {
    expect(files.loadAtOnce?.(url('none'), limits)).toBeUndefined();
    expect(files.loadAtOnce?.('file:///a%2fb', limits)).toBeUndefined();
    expect(files.loadAtOnce?.('https://localhost/x', limits)).toBeUndefined();
    const memory = createMemoryLoader(new Map([[url('a'), 'text']]));
    expect(createOverlayLoader(memory, new Map()).loadAtOnce?.(url('a'), limits)).toBeUndefined();
  });

  it('goes through what stands above the files, as load does', async () => {
    const told: unknown[] = [];
    const held = new Map([[url('held'), Buffer.from('mine')]]);
    const loader = stacked(told, held);
    const asked = ['a', 'held', 'large', 'sub', 'none'].map(url);
    const atOnce = asked.map((one) => loader.loadAtOnce?.(one, limits));
    expect(told).toEqual([
      [url('a'), true],
      [url('sub'), false],
    ]);
    expect(atOnce.map((one) => one && (one.ok ? Buffer.from(one.value.bytes).toString() : one.failure.kind))).toEqual([
      'text',
      'mine',
      'outside',
      'not-a-file',
      undefined,
    ]);
    const later = await Promise.all(asked.map((one) => loader.load(one, limits)));
    expect(atOnce.slice(0, 4)).toEqual(later.slice(0, 4));
  });
});
