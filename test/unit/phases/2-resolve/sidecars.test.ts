import { describe, expect, test } from 'vitest';
import { marked, resolve } from './harness.ts';

describe('files of a program', () => {
  const program = (path: string): object => ({ program: { path: '/bin/true', args: ['-c', { file: path }] } });

  test.each([
    ['./missing.txt', 'there is no such file'],
    ['./latin1.txt', 'it is not UTF-8 text'],
    ['', 'the path is empty'],
  ])('%j', async (path, reason) => {
    const resolved = await resolve({
      'scenario.yaml': { ...program(path), components: { a: './gone.yaml' } },
      'latin1.txt': new Uint8Array([0x63, 0x61, 0x66, 0xe9]),
    });
    expect(resolved.diagnostics.map((d) => d.code)).toEqual(['resolve/file-reference', 'resolve/manifest-not-loaded']);
    expect(resolved.diagnostics[0]?.message).toBe(`cannot read file \`${path}\`: ${reason}`);
    expect(marked(resolved, resolved.diagnostics[0])).toContain(JSON.stringify(path));
  });

  test('the path is a path, not a URL, and starts at the folder of the manifest', async () => {
    const { tree, diagnostics } = await resolve({
      'scenario.yaml': { components: { a: './sub/a.json' } },
      'sub/a.json': program('../%41 ?#é:x.txt'),
      './%2541 %3F%23é:x.txt': 'found\r\n',
    });
    expect(diagnostics).toEqual([]);
    expect(tree?.sidecars.has('%41 ?#é:x.txt')).toBe(true);
    const command = tree?.root.children[0]?.loaded.manifest.program;
    expect(command?.kind === 'path' && command.command[1]?.values[0]?.source).toBe('found\r\n');
  });

  test('only beside manifests that are files', async () => {
    const { diagnostics } = await resolve({
      'scenario.yaml': { components: { a: 'https://example.org/a.json' } },
      'https://example.org/a.json': program('./t.txt'),
      'https://example.org/t.txt': 'text',
    });
    expect(diagnostics.map((d) => `${d.code}: ${d.message}`)).toEqual([
      'resolve/file-reference: cannot read file `./t.txt`: this manifest was not loaded from a file, so there is no folder to look in',
    ]);
  });
});
