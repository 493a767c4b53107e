import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import type { SyncFault } from '../../src/adapters/sync/fault.ts';
import { exportTo } from '../../src/adapters/sync/git/export.ts';
import type { GitBase, Imported } from '../../src/adapters/sync/git/forms.ts';
import { importFrom } from '../../src/adapters/sync/git/import.ts';
import { copyFiles, fsck, git, refsOf, repository } from './git-fixture.ts';
import { createTempFolder } from './temp-folder.ts';

export const temp = createTempFolder();
afterAll(temp.remove);
let count = 0;
export const place = (): string => {
  const path = join(temp.path, `p${count++}`);
  mkdirSync(path);
  return path;
};

export interface Copied {
  readonly source: string;
  readonly copy: string;
  readonly base: GitBase;
}

export async function copied(source: string): Promise<Copied> {
  const copy = join(place(), 'files');
  const end = await exportTo(source, copy);
  if ('fault' in end) throw new Error(JSON.stringify(end.fault));
  copyFiles(source, copy);
  return { source, copy, base: end.base };
}

export const bring = ({ source, copy, base }: Copied): ReturnType<typeof importFrom> =>
  importFrom({ root: source, copyRoot: copy, base, id: 'run-1' });

export async function imported(what: Copied): Promise<Imported> {
  const end = await bring(what);
  if ('fault' in end) throw new Error(JSON.stringify(end.fault));
  expect(refsOf(what.source)).not.toMatch(/refs\/headgate\/import/);
  expect(fsck(what.source)).toBe('');
  expect(existsSync(join(git(what.source, 'rev-parse', '--absolute-git-dir').trim(), 'index.lock'))).toBe(false);
  expect(readdirSync(join(what.copy, '..'))).toEqual(['files']);
  return end.imported;
}

export async function faultOf(what: Copied): Promise<SyncFault> {
  const end = await bring(what);
  if (!('fault' in end)) throw new Error(`no fault: ${JSON.stringify(end)}`);
  expect(end.fault.remedy).not.toBe('');
  expect(fsck(what.source)).toBe('');
  expect(existsSync(join(git(what.source, 'rev-parse', '--absolute-git-dir').trim(), 'index.lock'))).toBe(false);
  return end.fault;
}

export const source = (): string => repository(join(place(), 'r'));
