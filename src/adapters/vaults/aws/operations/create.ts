import type { StoredVersion, VaultAnswer, VaultFault, WriteToken } from '../../../../ports/vault.ts';
import type { Call } from '../client.ts';
import { type Described, describe, ownershipFault } from '../described.ts';
import { faultOf, untouched } from '../faults.ts';
import { nameOf } from '../names.ts';
import type { AwsPlace } from '../place.ts';
import { removedTag, tagsOf } from '../tags.ts';

/** The version is called as the token: whoever asks again finds it. */
export async function create(
  call: Call,
  place: AwsPlace,
  key: string,
  value: string,
  { token }: WriteToken,
): Promise<VaultAnswer<StoredVersion>> {
  const name = nameOf(place, key);
  const before = await describe(call, name);
  if ('fault' in before) return untouched(before);
  if (before.value !== null) return reuse(call, place, key, value, token, before.value);
  const made = await call('CreateSecret', {
    Name: name,
    SecretString: value,
    ClientRequestToken: token,
    Tags: tagsOf(place, key),
  });
  if (!('fault' in made)) return stored(token);
  if (made.fault.detail !== 'exists' && made.fault.detail !== 'wrong_state') return made;
  // Somebody else made it meanwhile.
  const now = await describe(call, name);
  if ('fault' in now) return now;
  return now.value === null ? made : reuse(call, place, key, value, token, now.value);
}

const stored = (token: string): VaultAnswer<StoredVersion> => ({ value: { version: token, fingerprint: null } });

async function reuse(
  call: Call,
  place: AwsPlace,
  key: string,
  value: string,
  token: string,
  found: Described,
): Promise<VaultAnswer<StoredVersion>> {
  const foreign = ownershipFault(place, key, found);
  if (foreign) return { fault: foreign };
  if (found.isDeleted || found.isRemoved)
    return (await revive(call, nameOf(place, key), value, token, found)) ?? stored(token);
  return found.stages.has(token) ? stored(token) : { fault: exists };
}

const exists = faultOf(
  'conflict',
  'exists',
  'a secret with this key exists',
  'rotate it, delete it first, or choose another key',
);

/**
 * A secret that was removed keeps its name until AWS has forgotten it: it is restored, and has another value. Until the end it is
 * marked as removed, so that whoever was interrupted can begin again. Null when done.
 */
async function revive(
  call: Call,
  name: string,
  value: string,
  token: string,
  found: Described,
): Promise<{ readonly fault: VaultFault } | null> {
  if (found.isDeleted) {
    const restored = await call('RestoreSecret', { SecretId: name });
    if ('fault' in restored) return restored;
    // It was not headgate that deleted it.
    if (!found.isRemoved) {
      const marked = await call('TagResource', { SecretId: name, Tags: [{ Key: removedTag, Value: token }] });
      if ('fault' in marked) return marked;
    }
  }
  if (!found.stages.has(token)) {
    const put = await call('PutSecretValue', {
      SecretId: name,
      SecretString: value,
      ClientRequestToken: token,
      VersionStages: ['AWSCURRENT'],
    });
    if ('fault' in put) return put;
  }
  const unmarked = await call('UntagResource', { SecretId: name, TagKeys: [removedTag] });
  return 'fault' in unmarked ? unmarked : null;
}
