/** Names of secrets at AWS: those that headgate manages are derived, and nothing else may look like one. */
import type { VaultAnswer } from '../../../ports/vault.ts';
import { faultOf } from './faults.ts';
import type { AwsPlace } from './place.ts';

export const nameOf = ({ prefix, namespace }: AwsPlace, key: string): string => `${prefix}/${namespace}/${key}`;

/** What begins so is managed here. */
export const namesBegin = ({ prefix, namespace }: AwsPlace): string => `${prefix}/${namespace}/`;

export interface ExternalName {
  /** As AWS is asked for it. */
  readonly id: string;
  /** Of a complete ARN still with the six characters that AWS adds. */
  readonly name: string;
  readonly isArn: boolean;
}

const maxReference = 2048;
const nameForm = /^[A-Za-z0-9/_+=.@-]{1,512}$/;
const arnForm = /^arn:aws[a-z-]{0,10}:secretsmanager:([a-z0-9-]+):[0-9]{12}:secret:([A-Za-z0-9/_+=.@-]{1,519})$/;

export function readExternal(place: AwsPlace, ref: string): VaultAnswer<ExternalName> {
  const arn = ref.length > maxReference ? null : arnForm.exec(ref);
  if (arn) {
    const [, region, name] = arn as unknown as readonly [string, string, string];
    if (region === place.region) return { value: { id: ref, name, isArn: true } };
    return {
      fault: faultOf(
        'invalid_request',
        'region_differs',
        'the ARN is of another region than the vault',
        'use a vault of that region',
      ),
    };
  }
  if (nameForm.test(ref)) return { value: { id: ref, name: ref, isArn: false } };
  return {
    fault: faultOf(
      'invalid_request',
      'reference_invalid',
      'the external reference is neither the name nor the ARN of a secret',
      'use what `headgate secrets import preview` shows',
    ),
  };
}

/** Whether a reference still means the secret of this key: its name, or its ARN. */
export function isNameOf(place: AwsPlace, key: string, { name, isArn }: ExternalName): boolean {
  const derived = nameOf(place, key);
  return name === derived || (isArn && name.replace(/-[A-Za-z0-9]{6}$/, '') === derived);
}

/** Null where it may be imported. O(length). */
export function guardOf(place: AwsPlace, ref: string): string | null {
  const read = readExternal(place, ref);
  if ('fault' in read) return read.fault.message;
  return isManagedName(place, read.value.name) ? 'names below the prefix of the vault are managed by headgate' : null;
}

export const isManagedName = ({ prefix }: AwsPlace, name: string): boolean => name.startsWith(`${prefix}/`);
