import type { JsonObject } from '../../../../base/json.ts';
import type { SecretVersion } from '../../../../language/secrets/reference.ts';
import type { SecretAddress, SecretValue, VaultAnswer, VaultFault } from '../../../../ports/vault.ts';
import type { Call } from '../client.ts';
import { describe } from '../described.ts';
import { faultOf, unexpected } from '../faults.ts';
import { type ExternalName, isManagedName, isNameOf, nameOf, readExternal } from '../names.ts';
import type { AwsPlace } from '../place.ts';

export async function resolve(
  call: Call,
  place: AwsPlace,
  address: SecretAddress,
  signal?: AbortSignal,
): Promise<VaultAnswer<SecretValue>> {
  const asked = askedFor(place, address);
  if ('fault' in asked) return asked;
  const version = versionOf(address.version);
  if ('fault' in version) return version;
  const { id } = asked.value;
  const answer = await call('GetSecretValue', { SecretId: id, ...version.value }, signal);
  if ('fault' in answer)
    return answer.fault.detail === 'wrong_state' ? { fault: await stateOf(call, id, answer.fault) } : answer;
  const value = readValue(answer.value);
  return 'fault' in value || isAsked(asked.value, answer.value) ? value : { fault: drifted };
}

const drifted = faultOf(
  'invalid_request',
  'drifted',
  'the reference no longer means the secret that headgate keeps under this key',
  'set the secret again, or import it under another key',
);

function askedFor(place: AwsPlace, { key, externalRef }: SecretAddress): VaultAnswer<ExternalName> {
  const derived = nameOf(place, key);
  const own: ExternalName = { id: derived, name: derived, isArn: false };
  if (externalRef === undefined) return { value: own };
  const external = readExternal(place, externalRef);
  if ('fault' in external) return external;
  if (isNameOf(place, key, external.value)) return { value: own };
  return isManagedName(place, external.value.name) ? { fault: drifted } : external;
}

/** AWS looks for names that are not there among ARNs that are written in part; only what was asked for is taken. */
const isAsked = ({ id, isArn }: ExternalName, { Name, ARN }: JsonObject): boolean =>
  isArn ? typeof ARN === 'string' && (ARN === id || ARN.startsWith(`${id}-`)) : Name === id;

/** What AWS calls a version has at least as many characters; what has fewer is a stage. */
const idLength = 32;

function versionOf(version: SecretVersion | undefined): VaultAnswer<JsonObject> {
  if (version === undefined) return { value: { VersionStage: 'AWSCURRENT' } };
  if ('stage' in version)
    return { value: version.stage.length < idLength ? { VersionStage: version.stage } : { VersionId: version.stage } };
  return {
    fault: faultOf(
      'invalid_request',
      'version_not_numbered',
      'versions of AWS Secrets Manager have no numbers of their own',
      'name a stage, such as AWSPREVIOUS, or the id of a version',
    ),
  };
}

/** AWS says the same of several states; whoever may look is told whether the secret was deleted. */
async function stateOf(call: Call, id: string, fault: VaultFault): Promise<VaultFault> {
  const found = await describe(call, id);
  if ('fault' in found || found.value?.isDeleted !== true) return fault;
  return faultOf(
    'not_found',
    'deleted',
    'the secret is scheduled for deletion',
    'restore it in AWS if it is still needed, or set it again',
  );
}

function readValue({ Name, SecretString, SecretBinary, VersionId }: JsonObject): VaultAnswer<SecretValue> {
  if (typeof Name !== 'string' || typeof VersionId !== 'string') return { fault: unexpected };
  if (typeof SecretString === 'string') return { value: { text: SecretString, version: VersionId } };
  if (typeof SecretBinary !== 'string') return { fault: unexpected };
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(SecretBinary, 'base64'));
    return { value: { text, version: VersionId } };
  } catch {
    return { fault: notText };
  }
}

const notText = faultOf(
  'invalid_request',
  'not_text',
  'the secret is not text in UTF-8',
  'keep it encoded, as base64 for example',
);
