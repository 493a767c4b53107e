/**
 * One place that keeps secrets. Nothing here throws for what a provider does, and no message quotes a value or what a provider said:
 * that is for nobody but whoever debugs the provider.
 */
import type { SecretVersion } from '../language/secrets/reference.ts';
import type { Standing } from './authority.ts';

/** The closed list of what can go wrong; statuses and exit codes follow from it. */
export const vaultFaultCodes = [
  'access_denied',
  'throttled',
  'not_found',
  'conflict',
  'invalid_request',
  'provider_unavailable',
  'provider_error',
] as const;
export type VaultFaultCode = (typeof vaultFaultCodes)[number];

export interface VaultFault {
  readonly code: VaultFaultCode;
  /** More exactly, in snake case, such as `sealed`, `key_file_open_to_others`, `request_timeout`; for tests and for tables. */
  readonly detail: string;
  /** One sentence in words of headgate. */
  readonly message: string;
  /** What the reader can do. */
  readonly remedy: string;
  /** Of a write: nothing was written or sent by it, so that there is nothing to be taken up again. Set where that is certain. */
  readonly untouched?: boolean;
}

export type VaultAnswer<T> =
  | {
      readonly value: T;
      /** Sentences for the user about what was done besides, such as a key file that was made. */
      readonly notices?: readonly string[];
    }
  | { readonly fault: VaultFault };

/** As it is in memory, between the provider and the process that needs it. */
export interface SecretValue {
  /** Text in UTF-8; what is not text is refused. */
  readonly text: string;
  /** As the provider calls this version: a number, a UUID. */
  readonly version: string;
}

export interface SecretAddress {
  readonly key: string;
  /** Where the provider has it under a name of its own, as for what was imported. */
  readonly externalRef?: string;
  readonly version?: SecretVersion;
}

/** Of writes: whoever asks again with the same token has asked once. */
export interface WriteToken {
  /** UUID, derived from the idempotency key of an action. */
  readonly token: string;
}

/** What every write takes. */
export interface Write extends WriteToken {
  readonly on: Standing;
}

export interface StoredVersion {
  /** As the provider calls it. */
  readonly version: string;
  /** Keyed, so that short values cannot be guessed from it; null where the provider tells none. */
  readonly fingerprint: string | null;
}

export const vaultHealths = ['ready', 'warning', 'error', 'coming_soon', 'disabled'] as const;
export type VaultHealthStatus = (typeof vaultHealths)[number];

export interface VaultHealth {
  readonly status: VaultHealthStatus;
  /** Snake case. */
  readonly code: string;
  /** Of an error: the code of the fault that whoever asks for a value is told. */
  readonly fault?: VaultFaultCode;
  readonly message: string;
  readonly guidance: readonly string[];
  readonly missingFields?: readonly string[];
}

/** A secret at the provider, without anything that was not to be read. */
export interface RemoteSecret {
  readonly externalRef: string;
  readonly name: string;
  readonly versionRef: string | null;
  readonly metadata: {
    readonly createdAt: string | null;
    readonly changedAt: string | null;
    readonly rotatedAt: string | null;
    readonly accessedAt: string | null;
    readonly hasDescription: boolean;
    readonly hasKmsKey: boolean;
    readonly tagCount: number;
  };
  /** Why it may not be imported: it is managed by headgate, or belongs to somebody else. */
  readonly guarded: string | null;
}

export interface RemotePage {
  readonly secrets: readonly RemoteSecret[];
  /** Opaque. */
  readonly nextToken: string | null;
}

export interface Vault {
  /** As the settings call it. */
  readonly name: string;
  readonly provider: string;
  readonly resolve: (address: SecretAddress, signal?: AbortSignal) => Promise<VaultAnswer<SecretValue>>;
  /** Keys that headgate manages there, sorted; reads no value. */
  readonly list: () => Promise<VaultAnswer<readonly string[]>>;
  /** Quick; reads no value. */
  readonly health: () => Promise<VaultHealth>;
  /** Makes the first version of a secret that headgate manages. `conflict` where there is one. */
  readonly create: (key: string, value: string, write: Write) => Promise<VaultAnswer<StoredVersion>>;
  /** Keeps another version, which nobody is given yet. */
  readonly putPending: (key: string, value: string, write: Write) => Promise<VaultAnswer<StoredVersion>>;
  /** Makes it the current one; the one before is kept. Doing it again changes nothing. */
  readonly promote: (key: string, version: string, write: Write) => Promise<VaultAnswer<StoredVersion>>;
  /** Takes a version back that never became the current one. What is not there is as good as taken back. */
  readonly discard: (key: string, version: string, write: Write) => Promise<VaultAnswer<null>>;
  /** Of a secret that headgate manages. What is not there is as good as removed. */
  readonly remove: (key: string, write: Write) => Promise<VaultAnswer<null>>;
  /** What could be imported; lists, and never reads a value. Absent where nothing can be. */
  readonly discover?: (asked: {
    readonly query?: string;
    readonly pageToken?: string;
    readonly pageSize: number;
  }) => Promise<VaultAnswer<RemotePage>>;
  /** Whether a name of the provider is one that headgate manages or guards; see `RemoteSecret`. Absent with `discover`. */
  readonly guardOf?: (externalRef: string) => string | null;
  readonly close: () => Promise<void>;
}
