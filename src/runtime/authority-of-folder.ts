/** The authority of a run that no process drives: its plan and journal, and the file of the delegations as it is now. */
import type { Blocked } from '../ir/blocked.ts';
import { needsOf } from '../plan/authority/needs.ts';
import { createAuthority } from './authority/authority.ts';
import { type AuthorityTold, authorityTold } from './authority/told.ts';
import { openDelegation } from './delegation-file.ts';
import { fold } from './journal/fold.ts';
import { readJournal } from './journal/read.ts';
import { journalCorrupt } from './state/refusals.ts';
import { readRunFiles } from './state/run-files.ts';
import { runPaths } from './state/run-folder.ts';

export async function authorityOfFolder(
  stateDir: string,
  id: string,
): Promise<AuthorityTold | { readonly blocked: readonly Blocked[] }> {
  const files = readRunFiles(stateDir, id);
  if (!files || 'blocked' in files) return { blocked: files ? [files.blocked] : [] };
  const { plan, settings } = files;
  const { journal: path } = runPaths(stateDir, id);
  const journal = readJournal(path, id);
  if ('corrupt' in journal) return { blocked: [journalCorrupt(id, path, journal.corrupt)] };
  const grants = plan.runtime?.grants;
  const authority = createAuthority({
    grants,
    needs: () => [],
    time: () => new Date().toISOString(),
    file: await openDelegation(plan, settings, () => performance.now()),
    revoked: fold(journal.entries).revoked,
  });
  return authorityTold(id, grants, authority, needsOf(plan, Object.keys(settings.externals)));
}
