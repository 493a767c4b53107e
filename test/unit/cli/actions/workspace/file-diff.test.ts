import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fileDiff, maxTextBytes, sideOf } from '../../../../../src/cli/actions/workspace/file-diff.ts';
import type { TreeEntry } from '../../../../../src/ir/workspace.ts';
import { createTempFolder } from '../../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(() => temp.remove());
const roots = { source: join(temp.path, 'source'), copy: join(temp.path, 'copy') };
for (const folder of Object.values(roots)) mkdirSync(folder);

const entryOf = (bytes: Uint8Array | string, executable = false): TreeEntry => ({
  kind: 'file',
  executable,
  size: Buffer.byteLength(bytes),
  hash: createHash('sha256').update(bytes).digest('hex'),
});
let count = 0;
/** Lays both sides; undefined for one that has nothing. */
function diffOf(
  before: Uint8Array | string | undefined,
  after: Uint8Array | string | undefined,
  modes = [false, false],
) {
  const path = `f${count++}`;
  if (before !== undefined) writeFileSync(join(roots.source, path), before);
  if (after !== undefined) writeFileSync(join(roots.copy, path), after);
  const local = before === undefined ? undefined : entryOf(before, modes[0]);
  const remote = after === undefined ? undefined : entryOf(after, modes[1]);
  const found = fileDiff({ path, local, remote }, roots);
  return found && { ...found, diff: found.diff?.replaceAll(path, 'F') };
}

describe('what differs between the source and a copy', () => {
  it('is nothing where both have the same', () => {
    expect(diffOf('a\n', 'a\n')).toBeUndefined();
    expect(diffOf(undefined, undefined)).toBeUndefined();
  });

  it('is lines, of texts, also of one that is new or gone', () => {
    expect(diffOf('a\nb\n', 'a\nc\n')).toEqual({ notes: [], diff: '--- a/F\n+++ b/F\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n' });
    expect(diffOf(undefined, 'a')).toEqual({
      notes: [],
      diff: '--- a/F\n+++ b/F\n@@ -0,0 +1,1 @@\n+a\n\\ No newline at end of file\n',
    });
    expect(diffOf('a\n', undefined)?.diff).toContain('@@ -1,1 +0,0 @@\n-a\n');
  });

  it('is its mode besides, and alone where nothing else is different', () => {
    expect(diffOf('a\n', 'a\n', [false, true])).toEqual({ notes: ['it becomes executable'] });
    expect(diffOf('a\n', 'b\n', [true, false])).toMatchObject({
      notes: ['it is executable no longer'],
      diff: expect.stringContaining('+b'),
    });
  });

  it('is sizes, where bytes are no text', () => {
    const notes = (found: ReturnType<typeof diffOf>) => found?.notes;
    expect(notes(diffOf('a\n', new Uint8Array([0x61, 0])))).toEqual([
      "a file of 2 bytes -> a file of 2 bytes: the copy's is not a text in UTF-8",
    ]);
    expect(notes(diffOf(new Uint8Array([0xff, 0xfe, 0x41]), 'a'))).toEqual([
      "a file of 3 bytes -> a file of 1 byte: the source's is not a text in UTF-8",
    ]);
    expect(notes(diffOf('a', Buffer.alloc(maxTextBytes + 1, 'x')))).toEqual([
      `a file of 1 byte -> a file of ${maxTextBytes + 1} bytes: the copy's is over ${maxTextBytes} bytes`,
    ]);
    expect(notes(diffOf('a', '\n'.repeat(60_000)))?.[0]).toContain('over 50000 lines');
    expect(notes(diffOf(undefined, ''))).toEqual(['nothing -> a file of 0 bytes']);
  });

  it('is told in words where a side is no file, and a link is not followed', () => {
    writeFileSync(join(temp.path, 'secret'), 'secret\n');
    const link: TreeEntry = { kind: 'link', target: '../secret' };
    symlinkSync('../secret', join(roots.copy, 'link'));
    expect(fileDiff({ path: 'link', local: undefined, remote: link }, roots)).toEqual({
      notes: ['nothing -> a link to ../secret'],
    });
    // It was a file when it was looked at.
    expect(fileDiff({ path: 'link', local: undefined, remote: entryOf('secret\n') }, roots)).toEqual({
      notes: ["nothing -> a file of 7 bytes: the copy's is no longer a file"],
    });
    expect(fileDiff({ path: 'none', local: undefined, remote: entryOf('x') }, roots)?.notes[0]).toContain(
      'no longer there',
    );
    expect(fileDiff({ path: 'd', local: { kind: 'folder' }, remote: undefined }, roots)).toEqual({
      notes: ['a folder -> nothing'],
    });
  });

  it('names each kind', () => {
    expect([undefined, { kind: 'other' } as const, entryOf('a', true)].map(sideOf)).toEqual([
      'nothing',
      'a pipe, a socket or a device',
      'an executable file of 1 byte',
    ]);
    expect(sideOf({ kind: 'link', target: '\xff\n' })).toBe('a link to %FF%0A');
  });
});
