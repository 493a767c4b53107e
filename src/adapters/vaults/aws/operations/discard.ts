import type { VaultAnswer } from '../../../../ports/vault.ts';
import type { Call } from '../client.ts';
import { describe, ownershipFault } from '../described.ts';
import { faultOf } from '../faults.ts';
import { nameOf } from '../names.ts';
import type { AwsPlace } from '../place.ts';

/** A version without a stage is one that AWS gives nobody without its id, and forgets in time. */
export async function discard(call: Call, place: AwsPlace, key: string, version: string): Promise<VaultAnswer<null>> {
  const name = nameOf(place, key);
  const answer = await describe(call, name);
  if ('fault' in answer) return answer;
  const found = answer.value;
  if (found === null || found.isDeleted) return { value: null };
  const foreign = ownershipFault(place, key, found);
  if (foreign) return { fault: foreign };
  const stages = found.stages.get(version) ?? [];
  if (stages.includes('AWSCURRENT') || stages.includes('AWSPREVIOUS')) return { fault: used };
  if (!stages.includes('AWSPENDING')) return { value: null };
  const cleared = await call('UpdateSecretVersionStage', {
    SecretId: name,
    VersionStage: 'AWSPENDING',
    RemoveFromVersionId: version,
  });
  return 'fault' in cleared && cleared.fault.code !== 'not_found' ? cleared : { value: null };
}

const used = faultOf(
  'conflict',
  'version_used',
  'this version is, or was, the current one',
  'rotate the secret instead',
);
