/** A secret as AWS describes it: without its value. */
import { isObject, type JsonObject, type JsonValue } from '../../../base/json.ts';
import type { VaultAnswer, VaultFault } from '../../../ports/vault.ts';
import type { Call } from './client.ts';
import { faultOf, unexpected } from './faults.ts';
import { nameOf } from './names.ts';
import type { AwsPlace } from './place.ts';
import { isOurs, readTags, removedTag, type Tags } from './tags.ts';

export interface Described {
  readonly name: string;
  /** It waits to be deleted. */
  readonly isDeleted: boolean;
  /** It is being removed by headgate, or was restored after that. */
  readonly isRemoved: boolean;
  readonly tags: Tags;
  /** By version. AWS tells none that has lost its last stage. */
  readonly stages: ReadonlyMap<string, readonly string[]>;
}

/** Null where there is none. */
export async function describe(call: Call, name: string): Promise<VaultAnswer<Described | null>> {
  const answer = await call('DescribeSecret', { SecretId: name });
  if ('fault' in answer) return answer.fault.code === 'not_found' ? { value: null } : answer;
  const described = readDescribed(answer.value);
  return described ? { value: described } : { fault: unexpected };
}

function readDescribed(answer: JsonObject): Described | null {
  const { Name, DeletedDate, Tags, VersionIdsToStages } = answer;
  if (typeof Name !== 'string') return null;
  const tags = readTags(Tags);
  return {
    name: Name,
    isDeleted: DeletedDate !== undefined && DeletedDate !== null,
    isRemoved: tags.has(removedTag),
    tags,
    stages: readStages(VersionIdsToStages),
  };
}

export function readStages(value: JsonValue | undefined): ReadonlyMap<string, readonly string[]> {
  if (!isObject(value)) return new Map();
  return new Map(
    Object.entries(value).map(([version, stages]) => [
      version,
      (Array.isArray(stages) ? (stages as readonly JsonValue[]) : []).filter((stage) => typeof stage === 'string'),
    ]),
  );
}

export const versionWith = (stages: Described['stages'], stage: string): string | null =>
  [...stages].find(([, found]) => found.includes(stage))?.[0] ?? null;

/** Null where headgate may write to it. */
export function ownershipFault(place: AwsPlace, key: string, { name, tags }: Described): VaultFault | null {
  if (name !== nameOf(place, key))
    return faultOf(
      'conflict',
      'drifted',
      'the secret is no longer where headgate keeps this key',
      'set the secret again under another key',
    );
  if (isOurs(place, key, tags)) return null;
  return faultOf(
    'conflict',
    'not_managed',
    'a secret of this name exists that headgate does not manage',
    'choose another key, namespace or prefix; import the secret if it is to be read',
  );
}

const gone = faultOf('not_found', 'not_found', 'the secret does not exist', 'set it with `headgate secrets set`');

/** Of a secret that headgate manages and that is there. */
export async function describeOurs(call: Call, place: AwsPlace, key: string): Promise<VaultAnswer<Described>> {
  const answer = await describe(call, nameOf(place, key));
  if ('fault' in answer) return answer;
  const found = answer.value;
  if (found === null) return { fault: gone };
  const fault = ownershipFault(place, key, found);
  if (fault) return { fault };
  return found.isDeleted || found.isRemoved ? { fault: gone } : { value: found };
}
