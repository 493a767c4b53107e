/** What a lock pins: every file that a scenario and its policies are made of, every question, every answer. */
import type { Location } from '../base/span.ts';

export interface LockedSource {
  readonly name: string;
  readonly digest: string;
  readonly kind: 'manifest' | 'sidecar' | 'ir';
}

/** A file that a program is started from; without a digest where there was none. */
export interface LockedProgram {
  readonly name: string;
  readonly digest: string | null;
  readonly kind: 'program';
}

/** A file of a policy's program, by its path from the folder of the root manifest. */
export interface LockedFile {
  readonly name: string;
  readonly digest: string;
}

/** One question and its answer. */
export interface LockedPolicy {
  readonly scope: string;
  /** The reference in the list. */
  readonly policy: string;
  /** Of the content that decides the answer; equal keys, equal answers. */
  readonly key: string;
  readonly policyDigest: string;
  readonly requestDigest: string;
  readonly answerDigest: string;
  readonly files: readonly LockedFile[];
  /** How the policy ran when it was asked; the plan repeats it. */
  readonly sandbox: string;
  /** Of the answer; version 1 unless told. */
  readonly protocol?: '2';
}

/** A manifest from the network, whose text is recorded so that nothing need be fetched. */
export interface LockedRemote {
  readonly url: string;
  /** Where redirects led. */
  readonly loaded: string;
  /** Of the recorded text. */
  readonly digest: string;
  readonly format: 'yaml' | 'json5';
}

export interface Lock {
  readonly root: string;
  readonly sources: readonly LockedSource[];
  /** They stand among the sources. Undefined in a lock that was recorded before programs were pinned. */
  readonly programs: readonly LockedProgram[] | undefined;
  readonly remotes: readonly LockedRemote[];
  readonly policies: readonly LockedPolicy[];
}

/** A lock as it was read, with the place of each thing in it. */
export interface OpenLock extends Lock {
  /** Name of the lock's file. */
  readonly file: string;
  /** As people call it. */
  readonly shown: string;
  /** Where one of its entries stands. */
  readonly placeOf: (entry: object) => Location | undefined;
  readonly recordings: ReadonlyMap<string, string | Uint8Array>;
}

/** What a compile is given. */
export interface LockInput {
  /** Name of the file, relative to the folder of the root manifest. */
  readonly file: string;
  /** As people call it, where that is something else. */
  readonly shown?: string;
  /** Null where there is no such file. */
  readonly text: string | null;
  /** Recorded files by name, as far as they are there. */
  readonly recordings: ReadonlyMap<string, string | Uint8Array>;
}
