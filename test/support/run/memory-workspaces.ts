/** Workspaces in memory: what sources and copies hold is what the test says, and everything that is asked is written down. */
import type { Tree, TreeEntry } from '../../../src/ir/workspace.ts';
import type { CopyMarker, WorkspaceFault, Workspaces } from '../../../src/ports/workspaces.ts';
import type { Sources } from '../../../src/runtime/workspaces/run-copies.ts';

export const file = (text: string): TreeEntry => ({
  kind: 'file',
  executable: false,
  size: text.length,
  hash: Buffer.from(text.padEnd(32, '.')).toString('hex').slice(0, 64),
});
export const treeOf = (files: Readonly<Record<string, string>>): Tree =>
  new Map(Object.entries(files).map(([path, text]) => [path, file(text)]));

export interface MemoryWorkspaces {
  readonly place: Workspaces;
  readonly sources: Sources;
  /** `prepare src`, `collect src`, `lock src`, `stage src`, `apply src s 1`, `remove src`. */
  readonly calls: string[];
  readonly markers: Map<string, CopyMarker>;
  /** What copies hold now, and what their source does. */
  readonly copies: Map<string, Tree>;
  source: Tree;
  /** Answers of `stage`, one after the other. */
  readonly faults: WorkspaceFault[];
  /** Held back by whoever sets it. */
  held: Promise<void>;
}

export function memoryWorkspaces(source: Tree, changes: Readonly<Record<string, Tree>> = {}): MemoryWorkspaces {
  const calls: string[] = [];
  const markers = new Map<string, CopyMarker>();
  const copies = new Map<string, Tree>();
  const faults: WorkspaceFault[] = [];
  const one: MemoryWorkspaces = {
    calls,
    markers,
    copies,
    faults,
    source,
    held: Promise.resolve(),
    place: {
      made: async (id) => markers.get(id),
      prepare: async ({ id, tree, baseline, identity }) => {
        calls.push(`prepare ${id}`);
        const marker = { baseline, identity, git: null };
        markers.set(id, marker);
        copies.set(id, changes[id] ?? tree);
        return marker;
      },
      collect: async ({ id }) => {
        calls.push(`collect ${id}`);
        return { folder: `/copies/${id}`, tree: copies.get(id) ?? new Map() };
      },
      remove: async (id) => {
        calls.push(`remove ${id}`);
        markers.delete(id);
      },
    },
    sources: {
      look: async () => ({ tree: one.source }),
      lock: async ({ id }) => {
        calls.push(`lock ${id}`);
        await one.held;
        return { release: async () => {} };
      },
      stage: async ({ id }) => {
        calls.push(`stage ${id}`);
        const fault = faults.shift();
        return fault ? { fault } : { staging: `s ${id}` };
      },
      apply: async ({ id }, staging, { changes: all }) => {
        calls.push(`apply ${id} ${staging} ${all.length}`);
        const now = new Map(one.source);
        for (const { path, becomes } of all) {
          if (becomes) now.set(path, becomes);
          else now.delete(path);
        }
        one.source = now;
        const written = all.filter(({ becomes }) => becomes).map(({ path }) => path);
        const removed = all.filter(({ becomes }) => !becomes).map(({ path }) => path);
        return { written, removed, conflicts: [] };
      },
      unstage: ({ id }) => void calls.push(`unstage ${id}`),
      clear: ({ id }) => void calls.push(`clear ${id}`),
      isStaged: () => false,
      spare: async ({ id }, conflicts) => {
        calls.push(`spare ${id} ${conflicts.length}`);
        return { kept: [] };
      },
      revert: async () => ({}),
      importHistory: async () => ({ history: { outcome: 'unchanged', branch: null, head: null, kept: [] } }),
      settleHistory: async () => {},
      revertHistory: async () => ({}),
      endHistory: () => {},
      keepRepositories: async () => ({ repositories: [] }),
      keep: async (_, __, conflicts) => ({ kept: conflicts.map(({ path }) => path) }),
    },
  };
  return one;
}
