import type { SyncFault } from '../fault.ts';
import type { GitState } from './forms.ts';

/** Runs nothing that the repository's settings name. */
export async function describe(_root: string): Promise<{ readonly git: GitState } | { readonly fault: SyncFault }> {
  throw new Error('not written yet');
}
