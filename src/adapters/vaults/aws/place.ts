/** Where a vault of the settings lies in AWS. */
import type { AwsVault } from '../../../ir/plan-vault-schema.ts';
import type { VaultAnswer } from '../../../ports/vault.ts';
import { faultOf } from './faults.ts';

export interface AwsPlace {
  readonly region: string;
  /** An origin. */
  readonly endpoint: string;
  readonly prefix: string;
  readonly namespace: string;
}

/** Becomes a part of a host's name: nothing in it may end that name. */
const regionForm = /^[a-z]{2,5}(?:-[a-z]{2,12}){1,3}-[0-9]{1,2}$/;
const part = '[A-Za-z0-9_.+=@-]{1,64}';
const prefixForm = new RegExp(`^${part}(?:/${part}){0,3}$`);
const namespaceForm = /^[A-Za-z0-9_.-]{1,64}$/;

export function placeOf(vault: AwsVault): VaultAnswer<AwsPlace> {
  const { region, prefix = 'headgate', namespace = 'default' } = vault;
  if (!regionForm.test(region))
    return invalid('region_invalid', '`region` is not a region of AWS', 'write one such as `eu-west-1`');
  if (!prefixForm.test(prefix))
    return invalid(
      'prefix_invalid',
      '`prefix` cannot be a part of a name',
      'use letters, digits, `_`, `.`, `-` and `/`',
    );
  if (!namespaceForm.test(namespace) || namespace === '.' || namespace === '..')
    return invalid(
      'namespace_invalid',
      '`namespace` cannot be a part of a name',
      'use letters, digits, `_`, `.` and `-`',
    );
  const endpoint =
    vault.endpoint === undefined ? { value: endpointOf('secretsmanager', region) } : safeOrigin(vault.endpoint);
  return 'fault' in endpoint ? endpoint : { value: { region, prefix, namespace, endpoint: endpoint.value } };
}

/** Partitions of AWS that have a domain of their own, by how their regions begin. */
const domains: readonly (readonly [RegExp, string])[] = [
  [/^cn-/, 'amazonaws.com.cn'],
  [/^us-iso-/, 'c2s.ic.gov'],
  [/^us-isob-/, 'sc2s.sgov.gov'],
  [/^us-isof-/, 'csp.hci.ic.gov'],
  [/^eu-isoe-/, 'cloud.adc-e.uk'],
  [/^eusc-/, 'amazonaws.eu'],
];

export function endpointOf(service: 'secretsmanager' | 'sts', region: string): string {
  const domain = domains.find(([form]) => form.test(region))?.[1] ?? 'amazonaws.com';
  return `https://${service}.${region}.${domain}`;
}

/** A signature hides nothing: without TLS, values would be read by whoever is on the way. On this machine nobody is. */
export function safeOrigin(text: string): VaultAnswer<string> {
  if (!URL.canParse(text))
    return invalid('endpoint_invalid', '`endpoint` is not a URL', 'write one such as `https://secrets.example`');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.pathname !== '/' || url.search !== '' || url.hash !== '')
    return invalid(
      'endpoint_invalid',
      '`endpoint` has more than a scheme, a host and a port',
      'write one such as `https://secrets.example`',
    );
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return { value: url.origin };
  return invalid(
    'endpoint_insecure',
    '`endpoint` would carry secrets without TLS',
    'use `https`; `http` is for this machine alone',
  );
}

/** `hostname` of a URL, which has made one form of all that mean the same address. */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);

const invalid = (detail: string, message: string, remedy: string) => ({
  fault: faultOf('invalid_request', detail, message, remedy),
});
