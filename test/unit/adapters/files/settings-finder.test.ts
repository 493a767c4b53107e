import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSettingsFinder, type FindSettings } from '../../../../src/adapters/files/settings-finder.ts';
import { createTempFolder, type TempFolder } from '../../../support/temp-folder.ts';

let temp: TempFolder;
beforeAll(() => {
  temp = createTempFolder();
});
afterAll(() => temp.remove());

/** Which file was found for `scenario`, from `folder`; with its text or why it cannot be read. */
async function found(
  folder: string,
  scenario: string,
  more: { readonly stopAt?: string; readonly explicit?: string; readonly find?: FindSettings } = {},
): Promise<string | undefined> {
  const url = /^https?:/.test(scenario) ? scenario : pathToFileURL(join(folder, scenario)).href;
  const result = await (more.find ?? createSettingsFinder())(url, join(folder, more.stopAt ?? ''), more.explicit);
  if (!result) return undefined;
  const name = relative(folder, result.file);
  return 'bytes' in result ? `${name}: ${Buffer.from(result.bytes).toString()}` : `${name}! ${result.failure.kind}`;
}

describe('settings are found', () => {
  test('beside the scenario, by the first of the names', async () => {
    const folder = temp.lay({ 'headgate.json5': 'b', 'headgate.yml': 'a', 'headgate.json': 'c' });
    expect(await found(folder, 's.yaml')).toBe('headgate.yml: a');
  });

  test('in the nearest folder above it, up to the one that is worked in', async () => {
    const folder = temp.lay({ 'headgate.yaml': 'top', 'a/headgate.json': 'a', 'a/b/c/s.yaml': '', 'x/s.yaml': '' });
    expect(await found(folder, 'a/b/c/s.yaml')).toBe('a/headgate.json: a');
    expect(await found(folder, 'x/y/z/s.yaml')).toBe('headgate.yaml: top');
    expect(await found(folder, 'a/b/c/s.yaml', { stopAt: 'a/b' })).toBeUndefined();
    expect(await found(folder, 'x/s.yaml', { stopAt: 'x' })).toBeUndefined();
  });

  test('only beside a scenario that lies elsewhere', async () => {
    const folder = temp.lay({ 'headgate.yaml': 'top', 'a/headgate.yaml': 'a', 'a/b/s.yaml': '', 'abc/s.yaml': '' });
    expect(await found(folder, 'a/b/s.yaml', { stopAt: 'x' })).toBeUndefined();
    expect(await found(folder, 'a/s.yaml', { stopAt: 'x' })).toBe('a/headgate.yaml: a');
    expect(await found(folder, 'abc/s.yaml', { stopAt: 'a' })).toBeUndefined();
  });

  test('by name, and then nowhere else', async () => {
    const folder = temp.lay({ 'headgate.yaml': 'top', 'other.yaml': 'other', 'w/x': '' });
    expect(await found(folder, 's.yaml', { explicit: 'other.yaml' })).toBe('other.yaml: other');
    expect(await found(folder, 's.yaml', { stopAt: 'w', explicit: '../other.yaml' })).toBe('other.yaml: other');
    expect(await found(folder, 'https://example.com/s.yaml', { explicit: 'other.yaml' })).toBe('other.yaml: other');
    expect(await found(folder, 's.yaml', { explicit: 'gone.yaml' })).toBe('gone.yaml! not-found');
  });

  test('not for scenarios of the network', async () => {
    const folder = temp.lay({ 'headgate.yaml': 'top' });
    expect(await found(folder, 'https://example.com/s.yaml')).toBeUndefined();
  });

  test('as what cannot be read, which is told; a folder of that name is none', async () => {
    const folder = temp.lay({ 'a/b/s.yaml': '' });
    symlinkSync('gone', join(folder, 'a', 'headgate.yaml'));
    mkdirSync(join(folder, 'a/b/headgate.yaml'));
    expect(await found(folder, 'a/b/s.yaml')).toBe('a/headgate.yaml! not-found');
  });

  test('once for a folder, as long as the finder lives', async () => {
    const folder = temp.lay({ 'headgate.yaml': 'one' });
    const find = createSettingsFinder();
    expect(await found(folder, 'a.yaml', { find })).toBe('headgate.yaml: one');
    writeFileSync(join(folder, 'headgate.yaml'), 'two');
    expect(await found(folder, 'b/b.yaml', { find })).toBe('headgate.yaml: one');
    expect(await found(folder, 'b.yaml')).toBe('headgate.yaml: two');
  });
});
