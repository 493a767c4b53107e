/** What is kept from one compile to the next, and when it is not taken. */
import { describe, expect, it } from 'vitest';
import { createMemoryLoader } from '../../../../src/adapters/loaders/memory-loader.ts';
import { createDocuments } from '../../../../src/compile.ts';
import type { Document } from '../../../../src/phases/2-resolve/document.ts';
import { createDocumentMemory, type DocumentMemory } from '../../../../src/phases/2-resolve/document-memory.ts';

const baseDir = 'file:///w/';
const root = 'file:///w/scenario.yaml';
const manifest = 'manifest_version: "0.4.0"\nprogram:\n  path: /bin/true\n  args: [{ file: ./a.txt }]\n';

function reader(memory: DocumentMemory, files: Map<string, string>) {
  return async (url = root, from = baseDir): Promise<Document> =>
    createDocuments({ baseDir: from, loader: createMemoryLoader(files), recall: memory.recall }).get(url);
}

describe('a memory of documents', () => {
  it('gives the same document for the same bytes, of its sidecars too', async () => {
    const files = new Map([
      [root, manifest],
      ['file:///w/a.txt', 'one'],
    ]);
    const read = reader(createDocumentMemory(1 << 20), files);
    const first = await read();
    expect(first.loaded).toBeDefined();
    expect(await read()).toBe(first);
    files.set(root, `${manifest}# more\n`);
    const second = await read();
    expect(second).not.toBe(first);
    expect(second.source?.text).toContain('# more');
    files.set('file:///w/a.txt', 'two');
    const third = await read();
    expect(third.record?.sidecars.get('./a.txt')).toBe('two');
    expect(await read()).toBe(third);
    files.set(root, manifest);
    files.set('file:///w/a.txt', 'one');
    expect(await read()).toEqual(first);
  });

  it('tells what is wrong each time', async () => {
    const read = reader(createDocumentMemory(1 << 20), new Map([[root, 'manifest_version: "0.4.0"\nprogramme: {}\n']]));
    const first = await read();
    expect(first.diagnostics.length).toBeGreaterThan(0);
    expect((await read()).diagnostics).toEqual(first.diagnostics);
  });

  it('keeps nothing where a file could not be read, since the reason may go away', async () => {
    const files = new Map([[root, manifest]]);
    const memory = createDocumentMemory(1 << 20);
    const read = reader(memory, files);
    expect((await read()).diagnostics.map(({ code }) => code)).toEqual(['resolve/file-reference']);
    expect(memory.bytes()).toBe(0);
    files.set('file:///w/a.txt', 'one');
    expect((await read()).diagnostics).toEqual([]);
    expect(memory.bytes()).toBeGreaterThan(0);
    files.delete('file:///w/a.txt');
    expect((await read()).diagnostics.map(({ code }) => code)).toEqual(['resolve/file-reference']);
    expect((await read('file:///w/none.yaml')).failure?.kind).toBe('not-found');
  });

  it('takes nothing that was named from another folder', async () => {
    const files = new Map([['file:///w/p/scenario.yaml', 'manifest_version: "0.4.0"\n']]);
    const read = reader(createDocumentMemory(1 << 20), files);
    expect((await read('file:///w/p/scenario.yaml')).display).toBe('p/scenario.yaml');
    expect((await read('file:///w/p/scenario.yaml', 'file:///w/p/')).display).toBe('scenario.yaml');
  });

  it('is bounded: the one that was not asked for longest goes first', async () => {
    const names = ['a', 'b', 'c', 'd'].map((name) => `file:///w/${name}.yaml`);
    const files = new Map(names.map((name) => [name, `manifest_version: "0.4.0"\n#${'x'.repeat(72)}\n`]));
    const memory = createDocumentMemory(300);
    const read = reader(memory, files);
    const [a, b] = [await read(names[0]), await read(names[1])];
    await read(names[2]);
    expect(memory.bytes()).toBe(300);
    expect(await read(names[0])).toBe(a);
    await read(names[3]);
    expect(memory.bytes()).toBe(300);
    expect(await read(names[0])).toBe(a);
    expect(await read(names[1])).not.toBe(b);
    files.set(names[0] as string, `manifest_version: "0.4.0"\n#${'x'.repeat(400)}\n`);
    const large = await read(names[0]);
    expect(await read(names[0])).not.toBe(large);
    memory.clear();
    expect(memory.bytes()).toBe(0);
  });
});
