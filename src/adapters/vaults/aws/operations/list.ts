import { isObject, type JsonValue } from '../../../../base/json.ts';
import { keyFault } from '../../../../language/secrets/reference.ts';
import type { VaultAnswer } from '../../../../ports/vault.ts';
import type { Call } from '../client.ts';
import { unexpected } from '../faults.ts';
import { namesBegin } from '../names.ts';
import type { AwsPlace } from '../place.ts';
import { isOurs, readTags, removedTag } from '../tags.ts';

const pageSize = 100;
/** More than AWS keeps secrets: a server that never ends is none of AWS. */
const maxPages = 10_000;

export async function list(call: Call, place: AwsPlace): Promise<VaultAnswer<readonly string[]>> {
  const keys = new Set<string>();
  let token: string | null = null;
  for (let page = 0; page < maxPages; page++) {
    const answer = await call('ListSecrets', {
      MaxResults: pageSize,
      Filters: [{ Key: 'name', Values: [namesBegin(place)] }],
      ...(token === null ? {} : { NextToken: token }),
    });
    if ('fault' in answer) return answer;
    const { SecretList, NextToken } = answer.value;
    if (!Array.isArray(SecretList)) return { fault: unexpected };
    for (const entry of SecretList as readonly JsonValue[]) {
      const key = keyOf(place, entry);
      if (key !== null) keys.add(key);
    }
    if (typeof NextToken !== 'string' || NextToken === '') return { value: [...keys].sort() };
    token = NextToken;
  }
  return { fault: unexpected };
}

/** Null for what is not a secret that this vault manages. */
function keyOf(place: AwsPlace, entry: JsonValue): string | null {
  if (!isObject(entry)) return null;
  const { Name, DeletedDate, Tags } = entry;
  const begin = namesBegin(place);
  if (typeof Name !== 'string' || !Name.startsWith(begin) || (DeletedDate !== undefined && DeletedDate !== null))
    return null;
  const key = Name.slice(begin.length);
  const tags = readTags(Tags);
  return keyFault(key) === null && isOurs(place, key, tags) && !tags.has(removedTag) ? key : null;
}
