/** Why there is no bundle. Secrets are told by name. */
import type { Blocked } from '../../ir/blocked.ts';
import type { Unsearched } from './known.ts';
import type { Hit } from './search.ts';

export const bundleUnverified = (id: string, unsearched: readonly Unsearched[]): Blocked => ({
  gate: 'bundle_unverified',
  subject: id,
  reasons: unsearched.map(({ piece, reason }) => `${piece}: ${reason}`),
  remedy:
    'a bundle is searched for every secret of its run before it is written: make these known as they were to the run, or give --unverified, and look through the bundle yourself before you hand it on',
});

const isCanary = (name: string): boolean => /^canary \d+$/.test(name);

export const bundleLeaks = (id: string, hits: readonly Hit[]): Blocked => ({
  gate: 'bundle_leaks',
  subject: id,
  reasons: hits.map(
    ({ piece, found }) => `${piece.replace(/^headgate-support-[^/]+\//, '')} holds ${found.join(', ')}`,
  ),
  remedy: `nothing was written; leave the logs out if one of them is named${
    hits.some(({ found }) => found.some(isCanary))
      ? '; a canary that stands in a name of the scenario, in its plan or in an address of it is in every bundle: give another one'
      : ''
  }; else tell us what is named here: what holds a secret should have been left out`,
});
