import type { SyncFault } from '../fault.ts';
import type { Imported, ImportOptions } from './forms.ts';

/** Commits of the copy into the source. Before its files are applied; may be done again after a crash. No file of the working tree is touched. */
export async function importFrom(
  _options: ImportOptions,
): Promise<{ readonly imported: Imported } | { readonly fault: SyncFault }> {
  throw new Error('not written yet');
}

/** After the files were applied: the index learns their times, so that nothing shows as changed that is not. */
export async function refreshIndex(_root: string): Promise<{ readonly fault?: SyncFault }> {
  throw new Error('not written yet');
}
