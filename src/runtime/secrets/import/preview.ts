/** What could be imported from a vault. It lists, and reads no value. */
import type { RemoteSecret } from '../../../ports/vault.ts';
import { type SecretContext, usableVault } from '../context.ts';
import { granted } from '../fault-error.ts';
import { readRegistry } from '../registry.ts';
import { type Conflict, conflictsOf, type Surroundings } from './conflicts.ts';
import { normaliseKey } from './key.ts';
import { importable, managedKeys, refuse } from './vault.ts';

export interface PreviewAsked {
  readonly query?: string;
  /** As the page before gave it. */
  readonly pageToken?: string;
  readonly pageSize?: number;
}

export interface Candidate {
  readonly externalRef: string;
  readonly remoteName: string;
  readonly name: string;
  readonly key: string;
  readonly providerVersionRef: string | null;
  readonly providerMetadata: RemoteSecret['metadata'];
  /** `duplicate`: it is imported already. */
  readonly status: 'ready' | 'duplicate' | 'conflict';
  readonly importable: boolean;
  readonly conflicts: readonly Conflict[];
}

export interface Preview {
  readonly candidates: readonly Candidate[];
  /** Opaque; null behind the last page. */
  readonly nextToken: string | null;
}

export const maxQuery = 200;
export const maxPageToken = 4096;
export const maxName = 160;
export const pageSizes = { usual: 50, most: 100 } as const;

/** Throws a fault. */
export async function previewImport(ctx: SecretContext, vault: string, asked: PreviewAsked): Promise<Preview> {
  const { query, pageToken, pageSize = pageSizes.usual } = asked;
  if (query !== undefined && query.length > maxQuery)
    throw refuse('query_too_long', `the query is longer than ${maxQuery} characters`, 'shorten it');
  if (pageToken !== undefined && (pageToken === '' || pageToken.length > maxPageToken))
    throw refuse(
      'page_token_invalid',
      pageToken === '' ? 'the page token is empty' : `the page token is longer than ${maxPageToken} characters`,
      'give it as the page before showed it, or none',
    );
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > pageSizes.most)
    throw refuse('page_size_invalid', `a page has 1 to ${pageSizes.most} secrets`, 'choose another size');
  const target = await usableVault(ctx, vault);
  const { discover, guardOf } = importable(target);
  const page = granted(
    await discover({
      pageSize,
      ...(query === undefined || query.trim() === '' ? {} : { query: query.trim() }),
      ...(pageToken === undefined ? {} : { pageToken }),
    }),
  );
  const managed = await managedKeys(target);
  const around = { registry: readRegistry(ctx.places, target.identity), managed, guardOf };
  return { candidates: page.secrets.map((secret) => candidateOf(around, secret)), nextToken: page.nextToken };
}

function candidateOf(around: Surroundings, remote: RemoteSecret): Candidate {
  const { externalRef, guarded } = remote;
  const name = remote.name.trim().slice(0, maxName);
  const key = normaliseKey(remote.name);
  // The provider knows more of it than its reference says.
  const guardOf = (ref: string): string | null => guarded ?? around.guardOf(ref);
  const found = conflictsOf({ ...around, guardOf }, { externalRef, name, key });
  const conflicts: readonly Conflict[] =
    key === '' && found[0]?.type !== 'exact_reference'
      ? [...found, { type: 'key', message: 'no key can be made of the name; choose one' }]
      : found;
  const status = conflicts.length === 0 ? 'ready' : conflicts[0]?.type === 'exact_reference' ? 'duplicate' : 'conflict';
  return {
    externalRef,
    remoteName: remote.name,
    name,
    key,
    providerVersionRef: remote.versionRef,
    providerMetadata: remote.metadata,
    status,
    importable: status === 'ready',
    conflicts,
  };
}
