/** Programs have to be there before anything starts. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { ScenarioTree } from '../../../adapters/files/scenario-tree.ts';
import { programFault, shellPath } from '../../../adapters/sandbox/locate-here.ts';
import { statOf } from '../../../adapters/sandbox/look.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { Command } from './component.ts';

const noSource = (moniker: string, folder: string): Blocked => ({
  gate: 'source_missing',
  subject: moniker,
  reasons: [`its program starts in ${folder}, and there is no such folder`],
  remedy: 'begin a run with the folder of the root manifest: `headgate run PLAN --source-dir DIR`',
});

const isFolder = (path: string): boolean => statOf(path)?.isDirectory() === true;

const notInstalled = (monikers: readonly string[], [one, several]: readonly [string, string]): readonly string[] =>
  monikers.length === 0
    ? []
    : [`${monikers.join(', ')} ${monikers.length === 1 ? one : several} it, and it is not installed`];

/** A bare name is told once, whoever runs it. */
export function missingPrograms(commands: readonly Command[], tree: ScenarioTree): readonly Blocked[] {
  const folders = [...new Set([...shellPath(), '/usr/bin', '/bin', '/usr/local/bin'])];
  const isThere = (name: string): boolean =>
    folders.some((folder) => {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  const users = new Map<string, string[]>();
  const wanted = new Map<string, string[]>();
  const others: Blocked[] = [];
  for (const { moniker, argv, cwd, tools = [] } of commands) {
    for (const tool of tools)
      if (programFault([tool], null, null)) wanted.set(tool, [...(wanted.get(tool) ?? []), moniker]);
    const [first = '', second = ''] = argv;
    const name = first.endsWith('/env') ? second : first;
    const isBare = name !== '' && !name.includes('/') && !name.startsWith('-') && !name.includes('=');
    if (isBare && !isThere(name)) {
      users.set(name, [...(users.get(name) ?? []), moniker]);
      continue;
    }
    if (cwd !== null && !isFolder(cwd)) {
      others.push(noSource(moniker, cwd));
      continue;
    }
    // Told as what lies outside.
    if (cwd !== null && !tree.holdsFolder(cwd)) continue;
    const fault = programFault(argv, cwd, cwd === null ? null : tree);
    if (fault) others.push({ gate: 'program_missing', subject: moniker, reasons: [fault.message], remedy: fault.help });
  }
  const tools = [...new Set([...users.keys(), ...wanted.keys()])].map((name) => ({
    gate: 'tool_missing',
    subject: name,
    reasons: [
      ...notInstalled(users.get(name) ?? [], ['runs', 'run']),
      ...notInstalled(wanted.get(name) ?? [], ['has a sandbox that names', 'have sandboxes that name']),
    ],
    remedy: `install \`${name}\``,
  }));
  return [...tools, ...others];
}
