import type { VaultAnswer, WriteToken } from '../../../../ports/vault.ts';
import type { Call } from '../client.ts';
import { describe, ownershipFault } from '../described.ts';
import { nameOf } from '../names.ts';
import type { AwsPlace } from '../place.ts';
import { removedTag } from '../tags.ts';

/** The longest that AWS allows: what was deleted by mistake is missed late. */
const recoveryDays = 30;

/** Marked first: a name that waits to be deleted can be used again only if it is known that headgate gave it up. */
export async function remove(
  call: Call,
  place: AwsPlace,
  key: string,
  { token }: WriteToken,
): Promise<VaultAnswer<null>> {
  const name = nameOf(place, key);
  const answer = await describe(call, name);
  if ('fault' in answer) return answer;
  const found = answer.value;
  if (found === null) return { value: null };
  const foreign = ownershipFault(place, key, found);
  if (foreign) return { fault: foreign };
  if (found.isDeleted) return { value: null };
  if (!found.isRemoved) {
    const marked = await call('TagResource', { SecretId: name, Tags: [{ Key: removedTag, Value: token }] });
    if ('fault' in marked) return marked.fault.code === 'not_found' ? { value: null } : marked;
  }
  const deleted = await call('DeleteSecret', { SecretId: name, RecoveryWindowInDays: recoveryDays });
  if (!('fault' in deleted) || deleted.fault.code === 'not_found') return { value: null };
  if (deleted.fault.detail !== 'wrong_state') return deleted;
  // Somebody else has done it meanwhile.
  const now = await describe(call, name);
  if ('fault' in now) return now;
  return now.value === null || now.value.isDeleted ? { value: null } : deleted;
}
