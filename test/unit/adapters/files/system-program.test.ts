import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { systemFolders, systemProgram } from '../../../../src/adapters/files/system-program.ts';
import { shellPath } from '../../../../src/adapters/sandbox/locate-here.ts';

describe('a program of the system', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headgate-programs-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const withPath = <T>(path: string, work: () => T): T => {
    const before = process.env['PATH'];
    process.env['PATH'] = path;
    try {
      return work();
    } finally {
      process.env['PATH'] = before;
    }
  };

  it('is found in folders that are absolute, whatever the PATH says', () => {
    for (const name of ['sh', 'headgate-own-program']) {
      writeFileSync(join(folder, name), '#!/bin/sh\n');
      chmodSync(join(folder, name), 0o755);
    }
    expect(systemFolders.every(isAbsolute)).toBe(true);
    expect(withPath(folder, () => systemProgram('sh'))).toMatch(/^(\/usr)?\/bin\/sh$/);
    expect(withPath(folder, () => systemProgram('headgate-own-program'))).toBeUndefined();
  });

  it('is node itself for node', () => {
    expect(withPath(folder, () => systemProgram('node'))).toBe(process.execPath);
  });

  it('has a bare name', () => {
    expect(() => systemProgram('../sh')).toThrow('not the bare name');
  });

  it('of a manifest is not looked up in entries of the PATH that are relative', () => {
    expect(withPath(`.:bin::/usr/bin:node_modules/.bin:${folder}`, shellPath)).toEqual(['/usr/bin', folder]);
  });
});
