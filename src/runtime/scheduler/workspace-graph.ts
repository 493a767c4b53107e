/** Copies of workspaces in the graph of actions: what their making, their use and their finalizing wait for. */
import type { Graph } from '@dagrejs/graphlib';
import { type Action, actionId, copyAction } from '../../ir/action.ts';
import { type CopyOf, copyOfUser } from '../../plan/workspaces/copies.ts';
import { finalizedBefore, isLate } from '../../plan/workspaces/needs.ts';
import type { ComponentSpec } from '../component.ts';

export interface WorkspaceNeeds {
  /** Of a component that starts: its copy, and what its providers have done in theirs. */
  readonly ofStart: (component: ComponentSpec) => readonly Action[];
  /** Of copies that are finalized while the run goes on. */
  readonly finalized: readonly Action[];
  /** By id: of the making of a copy, and of its finalize. */
  readonly ofCopies: readonly { readonly action: Action; readonly needs: readonly Action[] }[];
}

const finalizeOf = ({ id }: CopyOf): Action => copyAction('workspace.finalize', id);
const prepareOf = ({ id }: CopyOf): Action => copyAction('workspace.prepare', id);

export function workspaceNeeds(
  copies: readonly CopyOf[],
  components: readonly ComponentSpec[],
  starts: ReadonlyMap<string, Action>,
  before: readonly Action[],
): WorkspaceNeeds {
  const byMoniker = new Map(components.map((component) => [component.moniker, component]));
  const early = copies.filter((copy) => !isLate(copy));
  const finalizesFor = (monikers: readonly string[]): readonly Action[] =>
    monikers.flatMap((moniker) => {
      const component = byMoniker.get(moniker);
      return component ? finalizedBefore(copies, component).map(finalizeOf) : [];
    });
  return {
    ofStart: ({ moniker }) => {
      const copy = copyOfUser(copies, moniker);
      return [...(copy ? [prepareOf(copy)] : []), ...finalizesFor([moniker])];
    },
    finalized: early.map(finalizeOf),
    ofCopies: [
      // What a provider has done is to be in the copy of whoever needs it.
      ...copies.map((copy) => ({ action: prepareOf(copy), needs: [...before, ...finalizesFor(copy.users)] })),
      ...early.map((copy) => ({
        action: finalizeOf(copy),
        needs: [prepareOf(copy), ...copy.tasks.flatMap((task) => starts.get(task) ?? [])],
      })),
    ],
  };
}

/** Copies of services are finalized when those have stopped, and before they are taken away. */
export function addLateFinalizes(undo: Graph<undefined, Action, undefined>, copies: readonly CopyOf[]): void {
  for (const copy of copies.filter(isLate)) {
    const teardown = actionId(copyAction('workspace.teardown', copy.id));
    if (!undo.hasNode(teardown)) continue;
    const finalize = actionId(finalizeOf(copy));
    undo.setNode(finalize, finalizeOf(copy));
    undo.setEdge(finalize, teardown);
    for (const moniker of copy.users) {
      const stop = actionId({ type: 'process.stop', target: moniker });
      if (undo.hasNode(stop)) undo.setEdge(stop, finalize);
    }
  }
}
