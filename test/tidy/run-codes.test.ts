/** What a run or a command refuses workspaces and interactions by is explained by its code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readRow } from '../../src/adapters/files/run-codes.ts';

const folders = ['src/adapters/sync', 'src/runtime/workspaces', 'src/runtime/interactions', 'src/runtime/gate'];
const files = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
);
const codes = new Set(
  files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/(?:code|gate|reason): '([a-z]+(?:_[a-z]+)+)'/g)])
    .map(([, code = '']) => code),
);
/** Between threads of a scan; nobody else sees them. */
const inside = ['cache_lies', 'rules_changed'];

it.each([...codes].filter((code) => !inside.includes(code)).sort())('%s is explained', (code) => {
  expect(readRow(code)).toMatch(/^# `[a-z_]+`\n\n.+\n\nSee docs\/[a-z-]+\.md\.\n/s);
});

it('what is no code of a run is not', () => {
  expect(codes.size).toBeGreaterThan(30);
  expect(readRow('nobody_knows')).toBeUndefined();
  expect(readRow('../x_y')).toBeUndefined();
});

it('says what the table says above it', () => {
  expect(readRow('workspace_conflict')).toBe(
    '# `workspace_conflict`\n\nSaid when its changes come back.\nMeans: both sides changed the same path, each in another way, or a folder cannot make room, and nobody has said whose side counts.\nWhat helps: say whose side counts.\n\nSee docs/workspaces.md.\n',
  );
  expect(readRow('workspace_system_root')).toContain('a folder of the system, `/`, a home folder.\nWhy: a slip');
});
