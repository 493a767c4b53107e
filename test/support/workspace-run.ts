/** A run that is over, with copies of one workspace, as its folder would be: for what only looks at it. Nothing was executed. */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ownerOf } from '../../src/adapters/files/owner.ts';
import { bytesOf } from '../../src/adapters/sync/byte-path.ts';
import { treeBytes } from '../../src/adapters/sync/tree-file.ts';
import { digestOf } from '../../src/base/digest.ts';
import { canonicalJson, type JsonObject, type JsonValue } from '../../src/base/json.ts';
import { type Action, copyAction } from '../../src/ir/action.ts';
import type { BytePath, ConflictKind, Tree, TreeEntry } from '../../src/ir/workspace.ts';
import type { EntryContent } from '../../src/language/journal/entry.ts';
import { openJournal } from '../../src/runtime/journal/journal.ts';
import { optionsText } from '../../src/runtime/state/run-files.ts';
import { createRun, runPaths, storePath } from '../../src/runtime/state/run-folder.ts';
import { openStore } from '../../src/runtime/store/store.ts';
import { copyPlaces } from '../../src/runtime/workspaces/places.ts';
import { runCli } from './cli.ts';

/** Text of a file, `-> TARGET` for a link, `* TEXT` for one that can be executed; by path, in bytes. */
export type Laid = Readonly<Record<BytePath, string | Uint8Array>>;

export interface CopyLaid {
  readonly base: Laid;
  readonly source: Laid;
  readonly copy: Laid;
  readonly conflicts?: readonly { readonly path: string; readonly kind: ConflictKind; readonly kept: boolean }[];
  readonly finalize?: 'failed' | 'succeeded';
}

export interface WorkspaceRun {
  readonly stateDir: string;
  readonly id: string;
  readonly source: string;
}

const settings = (monikers: readonly string[]): string => `version: 1
components:
${monikers.map((moniker) => `  ${moniker}: { restart: never, workspace: src }\n`).join('')}workspaces:
  src: { source: ./source, kind: dir, mode: isolated, exclude: ["left-out/**"] }
`;

/** The same files give the same plan, wherever they lie. */
const plans = new Map<string, string>();

function planIn(folder: string): string {
  const compiled = runCli(['compile', 'scenario.yaml', '--emit', 'plan=plan.json'], { cwd: folder });
  if (compiled.status !== 0) throw new Error(compiled.stderr);
  return readFileSync(join(folder, 'plan.json'), 'utf8');
}

/** By moniker, `/a` and the like; all of them see the source of the first. */
export function workspaceRun(folder: string, copies: Readonly<Record<string, CopyLaid>>): WorkspaceRun {
  const monikers = Object.keys(copies);
  const stateDir = join(folder, 'state');
  const source = join(folder, 'source');
  lay(source, Object.values(copies)[0]?.source ?? {});
  const parts = monikers.map((moniker) => `  ${moniker.slice(1)}: ./part.yaml\n`).join('');
  const program = 'manifest_version: "0.4.0"\nprogram: { path: /bin/true }\n';
  writeFileSync(join(folder, 'scenario.yaml'), `manifest_version: "0.4.0"\ncomponents:\n${parts}`);
  writeFileSync(join(folder, 'part.yaml'), program);
  writeFileSync(join(folder, 'headgate.yaml'), settings(monikers));
  const plan = plans.get(parts) ?? planIn(folder);
  plans.set(parts, plan);
  writeFileSync(join(folder, 'plan.json'), plan);
  const options = optionsText({ sourceFolder: folder, externals: {}, exportPorts: {} });
  const id = createRun(stateDir, new Date(0), { 'plan.json': plan, 'options.json': options });
  const store = openStore(storePath(stateDir));
  const owner = ownerOf(process.pid);
  if (!owner) throw new Error('/proc does not show this process');
  const journal = openJournal(runPaths(stateDir, id).journal, {
    runId: id,
    owner,
    clock: () => '2030-01-01T00:00:00.000Z',
  });
  if ('corrupt' in journal) throw new Error('corrupt');
  const say = (content: JsonObject): void => void journal.append(content as unknown as EntryContent);
  const done = (action: Action, data: JsonObject): void => {
    const of = { action: action as unknown as JsonObject, attempt: 1 };
    say({ type: 'intent', ...of, data: {} });
    say({ type: 'outcome', ...of, data });
  };
  const { planDigest } = JSON.parse(plan) as { readonly planDigest: string };
  const ofRun = { action: null, attempt: null };
  say({ type: 'start', ...ofRun, data: { plan: planDigest, options: digestOf(options), resumed: false, redo: [] } });
  for (const [moniker, { base, copy, conflicts = [], finalize }] of Object.entries(copies)) {
    const copyId = `src:${moniker}`;
    lay(copyPlaces(stateDir, id, copyId).files, copy);
    const baseline = store.put(treeBytes(treeOf(base)));
    done(copyAction('workspace.prepare', copyId), { state: 'succeeded', workspace: { baseline } });
    if (finalize === undefined) continue;
    const report = {
      kind: 'headgate.workspace.report',
      version: 1,
      written: [],
      removed: [],
      conflicts: conflicts.map((one) => ({ ...one, resolution: 'pending' })),
    };
    const digest = store.put(Buffer.from(canonicalJson(report as unknown as JsonValue)));
    const fault = finalize === 'failed' ? { fault: 'both sides changed the same paths' } : {};
    const code = finalize === 'failed' ? { code: 'workspace_conflict' } : {};
    done(copyAction('workspace.finalize', copyId), {
      state: finalize,
      ...fault,
      workspace: { report: digest, ...code },
    });
  }
  const blocked = [{ gate: 'workspace_unfinalized', subject: 'src', reasons: ['not finalized'], remedy: 'see' }];
  say({ type: 'gate', ...ofRun, data: { state: 'BLOCKED', blocked } });
  journal.close();
  return { stateDir, id, source };
}

function lay(root: string, files: Laid): void {
  mkdirSync(root, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(Buffer.concat([Buffer.from(`${root}/`), bytesOf(dirname(path))]), { recursive: true });
    const place = Buffer.concat([Buffer.from(`${root}/`), bytesOf(path)]);
    if (typeof content === 'string' && content.startsWith('-> ')) symlinkSync(content.slice(3), place);
    else writeFileSync(place, bytesIn(content));
    if (typeof content === 'string' && content.startsWith('* ')) chmodSync(place, 0o755);
  }
}

const bytesIn = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? Buffer.from(content.replace(/^\* /, '')) : content;

function treeOf(files: Laid): Tree {
  const tree = new Map<BytePath, TreeEntry>();
  for (const [path, content] of Object.entries(files)) {
    const names = path.split('/');
    for (let depth = 1; depth < names.length; depth++) tree.set(names.slice(0, depth).join('/'), { kind: 'folder' });
    tree.set(path, entryOf(content));
  }
  return tree;
}

function entryOf(content: string | Uint8Array): TreeEntry {
  if (typeof content === 'string' && content.startsWith('-> ')) return { kind: 'link', target: content.slice(3) };
  const bytes = bytesIn(content);
  const executable = typeof content === 'string' && content.startsWith('* ');
  return { kind: 'file', executable, size: bytes.length, hash: createHash('sha256').update(bytes).digest('hex') };
}
