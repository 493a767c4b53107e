/** Names that sections declare, and that others use. */
import type { Range } from '../../base/span.ts';
import type { Mention, NamedFile, WrittenBudget } from '../../ir/runtime-settings.ts';

/** Section → what one of its names is called, and the names that need not be written. */
export const kinds = {
  profiles: { what: 'profile', given: ['default'] },
  sandboxes: { what: 'sandbox', given: [] },
  probes: { what: 'probe', given: [] },
  vaults: { what: 'vault', given: [] },
  environments: { what: 'environment', given: ['local', 'docker'] },
  workspaces: { what: 'workspace', given: [] },
} as const satisfies Readonly<Record<string, { readonly what: string; readonly given: readonly string[] }>>;
export type Kind = keyof typeof kinds;

/** What was declared and used, in the order of the file. */
export interface Names {
  readonly declared: Map<Kind, Map<string, Range>>;
  /** What the scenario must have. */
  readonly mentions: Mention[];
  /** As written. */
  readonly files: NamedFile[];
  readonly budgets: WrittenBudget[];
  readonly used: { readonly kind: Kind; readonly name: string; readonly range: Range }[];
}

export const noNames = (): Names => ({ declared: new Map(), mentions: [], files: [], budgets: [], used: [] });
