/** What could be imported: paths and metadata, never a value. */
import type { RemotePage, RemoteSecret, VaultAnswer } from '../../../ports/vault.ts';
import type { Engine } from './engine.ts';
import { faultOf } from './faults.ts';
import { isPath } from './paths.ts';
import { askSecret, type SecretState } from './secret-state.ts';
import { secretPaths } from './walk.ts';

const maxPageSize = 100;
const maxTokenLength = 4_096;

export interface Asked {
  readonly query?: string;
  readonly pageToken?: string;
  readonly pageSize: number;
}

export async function discoverSecrets(engine: Engine, asked: Asked): Promise<VaultAnswer<RemotePage>> {
  const after = asked.pageToken === undefined ? '' : pathOfToken(asked.pageToken);
  if (after === undefined) return { fault: tokenRefused() };
  const query = (asked.query ?? '').toLowerCase();
  const size = Math.max(1, Math.min(maxPageSize, asked.pageSize));
  const secrets: RemoteSecret[] = [];
  for await (const found of secretPaths(engine, after)) {
    if ('fault' in found) return found;
    if (!found.path.toLowerCase().includes(query)) continue;
    // There is one more, and so another page.
    if (secrets.length === size) return { value: { secrets, nextToken: tokenOf(secrets.at(-1)?.externalRef ?? '') } };
    const state = await askSecret(engine, found.path);
    if ('fault' in state) return state;
    if (state.value && state.value.live.length > 0) secrets.push(remote(found.path, state.value));
  }
  return { value: { secrets, nextToken: null } };
}

function remote(path: string, state: SecretState): RemoteSecret {
  const { newest, managed, marks, createdAt, changedAt } = state;
  return {
    externalRef: path,
    name: path.slice(path.lastIndexOf('/') + 1),
    versionRef: String(newest),
    metadata: {
      createdAt,
      changedAt,
      rotatedAt: null,
      accessedAt: null,
      hasDescription: false,
      hasKmsKey: false,
      tagCount: marks.size,
    },
    guarded: managed ? 'headgate manages it' : null,
  };
}

const tokenOf = (path: string): string => Buffer.from(path, 'utf8').toString('base64url');

/** Nobody writes one by hand, and what somebody did is no path to be asked for. */
function pathOfToken(token: string): string | undefined {
  if (token.length > maxTokenLength || !/^[A-Za-z0-9_-]+$/.test(token)) return undefined;
  const path = Buffer.from(token, 'base64url').toString('utf8');
  return tokenOf(path) === token && isPath(path) ? path : undefined;
}

const tokenRefused = () =>
  faultOf(
    'invalid_request',
    'page_token_refused',
    'the page token is not one of this vault',
    'begin with the first page',
  );
