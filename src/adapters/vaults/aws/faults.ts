/** What AWS answers, in the words of headgate. What the provider wrote is never quoted. */
import type { VaultFault, VaultFaultCode } from '../../../ports/vault.ts';

export const faultOf = (code: VaultFaultCode, detail: string, message: string, remedy: string): VaultFault => ({
  code,
  detail,
  message,
  remedy,
});

/** Of a write that came to its fault before anything was sent that changes something. */
export const untouched = ({ fault }: { readonly fault: VaultFault }): { readonly fault: VaultFault } => ({
  fault: { ...fault, untouched: true },
});

const again = 'try again later';

const denied = faultOf(
  'access_denied',
  'denied',
  'AWS denies this to the credentials in use',
  'allow the action in the policy of the user or role, and the use of the KMS key where the secret has its own',
);
const refused = faultOf(
  'access_denied',
  'credentials_refused',
  'AWS does not accept the credentials',
  'check the access key, its secret, the region of the vault, and the clock of this machine',
);
const expired = faultOf(
  'access_denied',
  'credentials_expired',
  'the credentials have expired',
  'log in again, or renew what the credentials come from',
);
const skewed = faultOf(
  'access_denied',
  'clock_skewed',
  'the clock of this machine differs too much from that of AWS',
  'set the clock',
);
const throttled = faultOf('throttled', 'throttled', 'AWS is asked too often', again);
const missing = faultOf(
  'not_found',
  'not_found',
  'the secret, or this version of it, does not exist',
  'check the key, the version and the region of the vault',
);
const exists = faultOf('conflict', 'exists', 'it exists already', 'choose another key, or rotate the secret');
const wrongState = faultOf(
  'conflict',
  'wrong_state',
  'the secret is in a state that does not allow this; it may be scheduled for deletion',
  'look at the secret in AWS, and restore it if it is still needed',
);
const invalid = faultOf(
  'invalid_request',
  'request_invalid',
  'AWS does not accept the request',
  'check the key, the version and the settings of the vault',
);
const badPageToken = faultOf(
  'invalid_request',
  'page_token_invalid',
  'the page token is not valid, or no longer is',
  'begin again without a page token',
);
const tooMany = faultOf(
  'invalid_request',
  'quota_exceeded',
  'a quota of AWS Secrets Manager is used up',
  'remove what is no longer needed, or ask AWS to raise the quota',
);
const kms = faultOf(
  'provider_error',
  'key_unusable',
  'AWS cannot use the KMS key of the secret',
  'check that the key exists, is enabled and may be used',
);
export const unavailable = faultOf('provider_unavailable', 'unavailable', 'AWS does not work at the moment', again);
export const unexpected = faultOf(
  'provider_error',
  'answer_unexpected',
  'what answers is not AWS Secrets Manager, or not as it is documented',
  'check `endpoint` of the vault, and what stands between this machine and AWS',
);
export const timedOut = faultOf(
  'provider_unavailable',
  'request_timeout',
  'AWS did not answer in time',
  'check the network, and try again',
);
export const unreachable = faultOf(
  'provider_unavailable',
  'connection_failed',
  'the connection to AWS failed',
  'check the network, and the region or `endpoint` of the vault',
);
export const aborted = faultOf('provider_unavailable', 'aborted', 'the request was given up', again);

const byType: Readonly<Record<string, VaultFault>> = {
  AccessDenied: denied,
  AccessDeniedException: denied,
  NotAuthorized: denied,
  OptInRequired: denied,
  AuthFailure: refused,
  IncompleteSignature: refused,
  IncompleteSignatureException: refused,
  InvalidAccessKeyId: refused,
  InvalidClientTokenId: refused,
  InvalidIdentityToken: refused,
  InvalidSignatureException: refused,
  MissingAuthenticationToken: refused,
  MissingAuthenticationTokenException: refused,
  SignatureDoesNotMatch: refused,
  UnrecognizedClientException: refused,
  ExpiredToken: expired,
  ExpiredTokenException: expired,
  RequestExpired: expired,
  RequestTimeTooSkewed: skewed,
  BandwidthLimitExceeded: throttled,
  PriorRequestNotComplete: throttled,
  RequestLimitExceeded: throttled,
  RequestThrottled: throttled,
  RequestThrottledException: throttled,
  SlowDown: throttled,
  Throttling: throttled,
  ThrottlingException: throttled,
  ThrottledException: throttled,
  TooManyRequestsException: throttled,
  ResourceNotFoundException: missing,
  ResourceExistsException: exists,
  InvalidRequestException: wrongState,
  InvalidNextTokenException: badPageToken,
  LimitExceededException: tooMany,
  InvalidParameterException: invalid,
  InvalidParameterValue: invalid,
  MalformedPolicyDocumentException: invalid,
  PreconditionNotMetException: invalid,
  PublicPolicyException: invalid,
  SerializationException: invalid,
  UnknownOperationException: invalid,
  ValidationError: invalid,
  ValidationException: invalid,
  DecryptionFailure: kms,
  EncryptionFailure: kms,
  IDPCommunicationError: unavailable,
  InternalFailure: unavailable,
  InternalServiceError: unavailable,
  InternalServiceErrorException: unavailable,
  InternalServerError: unavailable,
  ServiceUnavailable: unavailable,
  ServiceUnavailableException: unavailable,
};

/** `com.amazonaws.x#Name` and `Name:http://…` are both `Name`. */
const shortName = (type: string): string => (type.split('#').at(-1) as string).split(':')[0] as string;

/** By the type of the error first; what says none, or one that is not known, by its status. */
export function classify(status: number, type: string | null): VaultFault {
  const name = type === null ? '' : shortName(type);
  if (Object.hasOwn(byType, name)) return byType[name] as VaultFault;
  if (status === 429) return throttled;
  if (status === 401 || status === 403) return denied;
  if (status === 408) return timedOut;
  if (status >= 500) return unavailable;
  // A page of some proxy says 404 as well: that a secret is gone is believed when AWS says so by name.
  if (type === null || status < 400) return unexpected;
  return status === 409 ? wrongState : invalid;
}

/** What may go away by itself, so that a read can be repeated. */
export const isPassing = ({ code, detail }: VaultFault): boolean =>
  code === 'throttled' || (code === 'provider_unavailable' && detail !== 'aborted');
