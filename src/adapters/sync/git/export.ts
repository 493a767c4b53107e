import type { SyncFault } from '../fault.ts';
import type { GitBase } from './forms.ts';

/** Makes `<copyRoot>/.git`. Before or after the files were copied; may be done again after a crash. The source is only read. */
export async function exportTo(
  _root: string,
  _copyRoot: string,
): Promise<{ readonly base: GitBase } | { readonly fault: SyncFault }> {
  throw new Error('not written yet');
}
