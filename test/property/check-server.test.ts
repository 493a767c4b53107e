/** Edits at random, and after each of them a check through a process that has checked before: it says what one says that has not. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { Cli } from '../../src/app/cli.ts';
import { createInterrupt } from '../../src/app/interrupt.ts';
import { check } from '../../src/cli/commands/check.ts';
import { runCommandLine } from '../../src/cli/run-command-line.ts';
import { plain } from '../../src/diagnostics/render/palette.ts';
import { createDocumentMemory, type DocumentMemory } from '../../src/phases/2-resolve/document-memory.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const names = ['scenario.yaml', 'a.yaml', 'b.json5', 'sub/c.yaml', 'sub/scenario.json5', 'note.txt', 'headgate.yaml'];
const refs = ['./a.yaml', './b.json5', './sub/c.yaml', '../a.yaml', './none.yaml'];
const text = fc.oneof(
  fc.constantFrom(
    'manifest_version: "0.4.0"\nprogram:\n  path: /bin/true\n  args: [{ file: ./note.txt }]\n',
    'manifest_version: "0.4.0"\nprogram:\n  path: /bin/true\nslots:\n  up: { kind: http }\n',
    'manifest_version: "0.4.0"\nprogram:\n  path: /bin/true\n  network:\n    endpoints: [{ name: h, port: 80 }]\nprovides:\n  out: { kind: http, endpoint: h }\nexports:\n  out: provides.out\n',
    'manifest_version: "0.4.0"\nprogram:\n  path: /bin/true\n  args: ["${slots.up.url}", "${config.a}"]\nslots:\n  up: { kind: http, optional: true }\n  down: { kind: http, optional: true }\nconfig_schema: { type: object, properties: { a: { type: string }, b: { type: string } } }\n',
    'manifest_version: "0.4.0"\nprogram:\n  path: ./sub/run\n  args: ["${slots.upp.url}", "${config.aa}"]\nslots:\n  up: { kind: http }\n',
    '{ manifest_version: "0.4.0", programme: {} }',
    'manifest_version: "0.4.0"\nconfig_schema: { type: object, properties: { a: { type: strin } } }\n',
    'manifest_version: [\n',
    'version: 1\ncheck: { exclude: ["sub/**"] }\n',
    'nothing\n',
    '',
  ),
  fc
    .tuple(fc.constantFrom(...refs), fc.constantFrom(...refs), fc.boolean())
    .map(
      ([one, other, isBound]) =>
        `manifest_version: "0.4.0"\ncomponents:\n  x: ${one}\n  y: ${other}\n${isBound ? 'bindings:\n  - { to: "#x.up", from: "#y.out" }\n' : ''}`,
    ),
);
const edit = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), name: fc.constantFrom(...names), text }),
  fc.record({ kind: fc.constant('remove' as const), name: fc.constantFrom(...names) }),
  fc.record({ kind: fc.constant('move' as const), name: fc.constantFrom(...names), to: fc.constantFrom(...names) }),
);

async function said(cwd: string, args: readonly string[], memory?: DocumentMemory): Promise<readonly unknown[]> {
  const told: unknown[] = [];
  const to = (stream: string) => async (text: string) => void told.push([stream, text]);
  const cli: Cli = {
    out: to('out'),
    err: to('err'),
    screen: undefined,
    env: {},
    cwd,
    palette: plain,
    width: 80,
    status: undefined,
    interrupt: createInterrupt(),
    now: () => 0,
    ...(memory ? { recall: memory.recall } : {}),
  };
  const code = await runCommandLine([check], ['check', ...args], cli);
  return [code, ...told];
}

it('a check after checks says what the first one would', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 12 }), fc.boolean(), async (edits, isTight) => {
      const folder = temp.lay({ 'scenario.yaml': 'manifest_version: "0.4.0"\ncomponents:\n  x: ./a.yaml\n' });
      const memory = createDocumentMemory(isTight ? 300 : 1 << 20);
      for (const one of edits) {
        const path = join(folder, one.name);
        mkdirSync(dirname(path), { recursive: true });
        if (one.kind === 'write') writeFileSync(path, one.text);
        else if (one.kind === 'remove') rmSync(path, { force: true });
        else {
          try {
            mkdirSync(dirname(join(folder, one.to)), { recursive: true });
            renameSync(path, join(folder, one.to));
          } catch {
            // There is nothing to move.
          }
        }
        for (const args of [['.'], ['scenario.yaml', 'sub/c.yaml', '--format', 'json']])
          expect(await said(folder, args, memory)).toEqual(await said(folder, args));
      }
      rmSync(folder, { recursive: true });
    }),
    { numRuns: 60 },
  );
}, 240_000);
