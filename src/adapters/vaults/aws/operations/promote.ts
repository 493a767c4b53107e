import type { StoredVersion, VaultAnswer } from '../../../../ports/vault.ts';
import type { Call } from '../client.ts';
import { describeOurs, versionWith } from '../described.ts';
import { faultOf } from '../faults.ts';
import { nameOf } from '../names.ts';
import type { AwsPlace } from '../place.ts';

/** AWSCURRENT goes from one version to the other in one request, and AWS leaves AWSPREVIOUS at the one before. */
export async function promote(
  call: Call,
  place: AwsPlace,
  key: string,
  version: string,
): Promise<VaultAnswer<StoredVersion>> {
  const name = nameOf(place, key);
  const found = await describeOurs(call, place, key);
  if ('fault' in found) return found;
  const { stages } = found.value;
  const current = versionWith(stages, 'AWSCURRENT');
  if (current !== version) {
    const moved = await call('UpdateSecretVersionStage', {
      SecretId: name,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: version,
      ...(current === null ? {} : { RemoveFromVersionId: current }),
    });
    if ('fault' in moved) {
      if (moved.fault.detail !== 'request_invalid') return moved;
      const now = await describeOurs(call, place, key);
      if ('fault' in now) return now;
      const isMoved = versionWith(now.value.stages, 'AWSCURRENT') !== current;
      return { fault: isMoved ? overtaken : missing };
    }
  }
  if (stages.get(version)?.includes('AWSPENDING')) {
    const cleared = await call('UpdateSecretVersionStage', {
      SecretId: name,
      VersionStage: 'AWSPENDING',
      RemoveFromVersionId: version,
    });
    if ('fault' in cleared) return cleared;
  }
  return { value: { version, fingerprint: null } };
}

const overtaken = faultOf(
  'conflict',
  'current_moved',
  'another version became the current one meanwhile',
  'look at the secret with `headgate secrets list`, and rotate it again if it is still needed',
);
const missing = faultOf(
  'not_found',
  'version_not_found',
  'this version of the secret does not exist',
  'rotate the secret again',
);
