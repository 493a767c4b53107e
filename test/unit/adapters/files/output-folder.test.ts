/** A folder that is held stays the one that it was, whatever is put in its place. */
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holdFolder } from '../../../../src/adapters/files/output-folder.ts';
import { writeOutputs } from '../../../../src/cli/output.ts';

let top = '';
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'headgate-hold-')));
  for (const name of ['out', 'victim']) mkdirSync(join(top, name));
});
afterEach(() => rmSync(top, { recursive: true }));

describe('a folder', () => {
  it('is made with what is missing above it, and taken away again as far as it is empty', () => {
    const held = holdFolder(join(top, 'out/a/b/c'));
    writeFileSync(held.at('x'), 'x');
    expect(readFileSync(join(top, 'out/a/b/c/x'), 'utf8')).toBe('x');
    held.unmake();
    expect(existsSync(join(top, 'out/a/b/c/x'))).toBe(true);
    rmSync(join(top, 'out/a/b/c/x'));
    held.unmake();
    held.close();
    const again = holdFolder(join(top, 'out/d/e'));
    again.unmake();
    again.close();
    expect(readdirSync(join(top, 'out'))).toEqual(['a']);
  });

  it('is written in also when a link took its place', () => {
    const held = holdFolder(join(top, 'out'));
    renameSync(join(top, 'out'), join(top, 'moved'));
    symlinkSync('victim', join(top, 'out'));
    writeFileSync(held.at('x'), 'x');
    held.close();
    expect([readdirSync(join(top, 'moved')), readdirSync(join(top, 'victim'))]).toEqual([['x'], []]);
  });

  it.each(['out', 'out/inner', 'out/made/for/it'])('that has a link on its way by now is not held: %s', (name) => {
    mkdirSync(join(top, 'victim/inner'));
    rmSync(join(top, 'out'), { recursive: true });
    symlinkSync('victim', join(top, 'out'));
    expect(() => holdFolder(join(top, name))).toThrow();
    expect(readdirSync(join(top, 'victim'), { recursive: true })).toEqual(['inner']);
  });

  it('in the place of which there is a file is not held', () => {
    writeFileSync(join(top, 'out/file'), '');
    expect(() => holdFolder(join(top, 'out/file'))).toThrow(/ENOTDIR/);
    expect(() => holdFolder(join(top, 'out/file/below'))).toThrow(/ENOTDIR/);
  });
});

it('nothing is written outside while somebody swaps the folder for a link and back', async () => {
  const checkout = join(top, 'checkout');
  for (const name of ['.git', 'out']) mkdirSync(join(checkout, name), { recursive: true });
  const swap = `
    const fs = require('node:fs');
    process.chdir(${JSON.stringify(checkout)});
    const pause = () => { for (let n = 0; n < 200_000; n++); };
    for (;;) {
      pause();
      try { fs.rmSync('kept', { recursive: true, force: true }); fs.renameSync('out', 'kept'); fs.symlinkSync('../victim', 'out'); } catch {}
      pause();
      try { if (fs.lstatSync('out').isSymbolicLink()) fs.rmSync('out'); fs.renameSync('kept', 'out'); } catch {}
    }`;
  const swapping = spawn(process.execPath, ['-e', swap], { stdio: 'ignore' });
  const came = { written: 0, refused: 0 };
  try {
    for (let i = 0; i < 400 || came.written * came.refused === 0; i++) {
      const failures = await writeOutputs([{ path: join(checkout, 'out/x'), shown: 'x', text: 'x' }], []);
      came[failures.length === 0 ? 'written' : 'refused']++;
      expect(readdirSync(join(top, 'victim'))).toEqual([]);
    }
  } finally {
    swapping.kill('SIGKILL');
  }
});
