/** What a lock is called and made of. */

export const lockSchema = 'headgate.lock';
export const lockVersion = 1;
/** Beside the root manifest, unless told. */
export const lockName = 'headgate.lock';
/** Behind the name of the lock: the folder of what was recorded. */
export const recordingsSuffix = '.d';

export type RecordingKind = 'request' | 'answer' | 'manifest';

/** Files are named by what is in them, so that equal ones are one, and none is ever changed. */
export const recordingName = (digest: string, kind: RecordingKind): string => `${hexOf(digest)}.${kind}`;

/** What a recorded file is called, and nothing else beside it. */
export const recordingForm: RegExp = /^[0-9a-f]{64}\.(?:request|answer|manifest)$/;

const hexOf = (digest: string): string =>
  [...atob(digest.slice('sha256:'.length))].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
