/** When a document is there, and when it is waited for. */
import { describe, expect, it } from 'vitest';
import { createMemoryLoader } from '../../../../src/adapters/loaders/memory-loader.ts';
import { createOverlayLoader } from '../../../../src/adapters/loaders/overlay-loader.ts';
import { createWatchedLoader } from '../../../../src/adapters/loaders/watched-loader.ts';
import { reading } from '../../../../src/compile/scenario.ts';
import { createDocuments } from '../../../../src/compile.ts';
import { createSink } from '../../../../src/diagnostics/sink.ts';
import { resolveTree } from '../../../../src/phases/2-resolve/index.ts';
import type { Loader } from '../../../../src/ports/loader.ts';

const baseDir = 'file:///w/';
const held = (files: Readonly<Record<string, string>>): Loader =>
  createOverlayLoader(
    createMemoryLoader(new Map()),
    new Map(Object.entries(files).map(([name, text]) => [`${baseDir}${name}`, Buffer.from(text)])),
  );
const manifest = (rest: object = {}): string => JSON.stringify({ manifest_version: '0.4.0', ...rest });

describe('a store', () => {
  it('has at once what can be read at once, and the same for whoever asks again', () => {
    const store = createDocuments({ baseDir, loader: held({ 'a.json5': manifest() }) });
    expect(store.peek('file:///w/a.json5')).toBeUndefined();
    const document = store.get('file:///w/a.json5');
    expect(document).not.toBeInstanceOf(Promise);
    expect(document).toMatchObject({ display: 'a.json5', loaded: {} });
    expect(store.get('file:///w/a.json5')).toBe(document);
    expect(store.peek('file:///w/a.json5')).toBe(document);
  });

  it('waits for what has to be waited for: the file, a library, a file beside it', async () => {
    const loader = held({
      'a.yaml': '? manifest_version\n: "0.4.0"\n',
      'b.json5': manifest({ program: { path: { file: './x' } } }),
    });
    const store = createDocuments({ baseDir, loader });
    for (const name of ['a.yaml', 'b.json5', 'none.json5']) {
      const waited = store.get(`${baseDir}${name}`);
      expect(waited, name).toBeInstanceOf(Promise);
      expect(store.peek(`${baseDir}${name}`), name).toBeUndefined();
      const document = await waited;
      expect(store.peek(`${baseDir}${name}`), name).toBe(document);
      expect(store.get(`${baseDir}${name}`), name).toBe(document);
    }
    await store.settled();
  });

  it('does not follow what a pin refuses', async () => {
    const wrong = `sha256:${'A'.repeat(43)}=`;
    const loader = held({
      'scenario.json5': manifest({ components: { a: { url: './a.json5', digest: wrong } } }),
      'a.json5': manifest({ components: { b: './b.json5' } }),
      'b.json5': manifest(),
    });
    const asked: string[] = [];
    const watched = createWatchedLoader(loader, (url) => asked.push(url.slice(baseDir.length)));
    const sink = createSink();
    await resolveTree({ url: `${baseDir}scenario.json5`, baseDir }, { ...reading(watched), sink });
    expect(sink.diagnostics.map(({ code }) => code)).toEqual(['resolve/digest-mismatch']);
    expect(asked).toEqual(['scenario.json5', 'a.json5']);
  });

  it('follows a chain of any length without waiting, in no more stack than one document takes', async () => {
    const count = 20_000;
    const files: Record<string, string> = {};
    for (let i = 0; i < count; i++)
      files[`m${i}.json5`] = manifest(i + 1 < count ? { components: { c: `./m${i + 1}.json5` }, metadata: i } : {});
    const sink = createSink();
    const tree = await resolveTree({ url: `${baseDir}m0.json5`, baseDir }, { ...reading(held(files)), sink });
    expect(sink.diagnostics).toEqual([]);
    expect(tree?.documents.length).toBe(count);
  }, 120_000);
});
