/** The settings of each folder count for what lies in it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { judgeReported } from '../../../src/app/judge.ts';
import { createSettingsFiles } from '../../../src/app/settings-files.ts';
import type { Diagnostic } from '../../../src/diagnostics/diagnostic.ts';
import { createTempFolder, type TempFolder } from '../../support/temp-folder.ts';

let temp: TempFolder;
beforeAll(() => {
  temp = createTempFolder();
});
afterAll(() => temp.remove());

const unused = (file: string): Diagnostic => ({
  code: 'lint/unused-slot',
  aliases: [],
  severity: 'warning',
  message: 'unused',
  at: { file, range: { start: 0, end: 0 } },
  related: [],
});
const levels = (level: string): string => `version: 1\nlint:\n  levels:\n    lint/unused-slot: ${level}\n`;

it('a diagnostic has the level that the settings of its folder give', async () => {
  const folder = temp.lay({ 'a/headgate.yaml': levels('off'), 'b/headgate.yaml': levels('error') });
  const files = ['a/x.yaml', 'a/y.yaml', 'b/x.yaml', 'x.yaml'];
  const settings = createSettingsFiles(folder, undefined);
  const reported = { diagnostics: files.map(unused), sources: new Map(), linted: new Set(files) };
  const { diagnostics, sources } = await judgeReported(reported, settings, folder, { deny: [], asked: false });
  const told = diagnostics.map(({ at, severity }) => `${at?.file} ${severity}`);
  expect(told).toEqual(['b/x.yaml error', 'x.yaml warning']);
  expect([...sources.keys()].sort()).toEqual(['a/headgate.yaml', 'b/headgate.yaml']);
});
