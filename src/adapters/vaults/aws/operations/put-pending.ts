import type { StoredVersion, VaultAnswer, WriteToken } from '../../../../ports/vault.ts';
import type { Call } from '../client.ts';
import { describeOurs } from '../described.ts';
import { untouched } from '../faults.ts';
import { nameOf } from '../names.ts';
import type { AwsPlace } from '../place.ts';

export async function putPending(
  call: Call,
  place: AwsPlace,
  key: string,
  value: string,
  { token }: WriteToken,
): Promise<VaultAnswer<StoredVersion>> {
  const found = await describeOurs(call, place, key);
  if ('fault' in found) return untouched(found);
  // Done by the request before this one; AWS may have forgotten its token meanwhile.
  if (!found.value.stages.has(token)) {
    const put = await call('PutSecretValue', {
      SecretId: nameOf(place, key),
      SecretString: value,
      ClientRequestToken: token,
      VersionStages: ['AWSPENDING'],
    });
    if ('fault' in put) return put;
  }
  return { value: { version: token, fingerprint: null } };
}
