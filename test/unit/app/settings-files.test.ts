import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSettingsFiles, seenFrom } from '../../../src/app/settings-files.ts';
import { createTempFolder, type TempFolder } from '../../support/temp-folder.ts';

let temp: TempFolder;
beforeAll(() => {
  temp = createTempFolder();
});
afterAll(() => temp.remove());

describe('settings of a run', () => {
  test('that cannot be read are told once', async () => {
    const folder = temp.lay({ 'a.yaml': '' });
    const files = createSettingsFiles(folder, 'gone/headgate.yaml');
    expect([await files.of('a.yaml'), await files.of('b/b.yaml')]).toEqual([undefined, undefined]);
    expect(files.diagnostics.map((d) => d.code)).toEqual(['settings/not-loaded']);
    expect(files.diagnostics[0]?.message).toContain('`gone/headgate.yaml` cannot be read: there is no such file');
  });

  test('that are faulty are told once, and count for nothing', async () => {
    const folder = temp.lay({ 'headgate.yaml': 'linnt: 1' });
    const files = createSettingsFiles(folder, undefined);
    expect([await files.of('a.yaml'), await files.of('b/b.yaml')]).toEqual([undefined, undefined]);
    expect(files.diagnostics.map((d) => `${d.code} ${d.at?.file}`)).toEqual(['settings/unknown-field headgate.yaml']);
    expect([...files.sources.keys()]).toEqual(['headgate.yaml']);
  });

  test('are seen from their folder, also above the current one', async () => {
    const folder = temp.lay({ 'headgate.yaml': 'version: 1', 'w/s.yaml': '' });
    const cwd = join(folder, 'w');
    const found = await createSettingsFiles(cwd, '../headgate.yaml').of('s.yaml');
    expect(found?.folder).toBe('..');
    expect(found && seenFrom(cwd, found, 's.yaml').path).toBe('w/s.yaml');
  });
});
