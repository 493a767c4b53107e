import { isObject, type JsonValue } from '../../../../base/json.ts';
import type { RemotePage, RemoteSecret, VaultAnswer } from '../../../../ports/vault.ts';
import type { Call } from '../client.ts';
import { readStages, versionWith } from '../described.ts';
import { unexpected } from '../faults.ts';
import { guardOf } from '../names.ts';
import type { AwsPlace } from '../place.ts';
import { isOfAnother, readTags } from '../tags.ts';

export interface Discovery {
  readonly query?: string;
  readonly pageToken?: string;
  readonly pageSize: number;
}

/** Lists, and nothing else: whoever may do no more than that can look for what to import. */
export async function discover(
  call: Call,
  place: AwsPlace,
  { query, pageToken, pageSize }: Discovery,
): Promise<VaultAnswer<RemotePage>> {
  const words = literal(query ?? '');
  const answer = await call('ListSecrets', {
    MaxResults: pageSize,
    IncludePlannedDeletion: false,
    ...(words === '' ? {} : { Filters: [{ Key: 'all', Values: [words] }] }),
    ...(pageToken === undefined ? {} : { NextToken: pageToken }),
  });
  if ('fault' in answer) return answer;
  const { SecretList, NextToken } = answer.value;
  if (!Array.isArray(SecretList)) return { fault: unexpected };
  const secrets = (SecretList as readonly JsonValue[]).flatMap((entry) => readEntry(place, entry) ?? []);
  return { value: { secrets, nextToken: typeof NextToken === 'string' && NextToken !== '' ? NextToken : null } };
}

/** AWS takes a leading `!` for "not". */
const literal = (query: string): string => query.replace(/^!+/, '');

/** Null for what belongs to another namespace, which is none of anybody's business here, and for what is being deleted. */
function readEntry(place: AwsPlace, entry: JsonValue): RemoteSecret | null {
  if (!isObject(entry)) return null;
  const { ARN, Name, DeletedDate, Description, KmsKeyId } = entry;
  if (typeof ARN !== 'string' || typeof Name !== 'string') return null;
  if (DeletedDate !== undefined && DeletedDate !== null) return null;
  const tags = readTags(entry['Tags']);
  if (isOfAnother(place, tags)) return null;
  return {
    externalRef: ARN,
    name: Name,
    versionRef: versionWith(readStages(entry['SecretVersionsToStages']), 'AWSCURRENT'),
    metadata: {
      createdAt: time(entry['CreatedDate']),
      changedAt: time(entry['LastChangedDate']),
      rotatedAt: time(entry['LastRotatedDate']),
      accessedAt: time(entry['LastAccessedDate']),
      hasDescription: typeof Description === 'string' && Description !== '',
      hasKmsKey: typeof KmsKeyId === 'string' && KmsKeyId !== '',
      tagCount: tags.size,
    },
    guarded: guardOf(place, Name) ?? guardOf(place, ARN),
  };
}

/** AWS counts seconds since 1970. */
const time = (value: JsonValue | undefined): string | null =>
  typeof value === 'number' && Math.abs(value) < 8.64e12 ? new Date(value * 1000).toISOString() : null;
