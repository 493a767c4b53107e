/** What has become of one delegation by now. */
import { timestampOf } from '../../base/timestamp.ts';
import type { Delegation } from '../../ir/authority.ts';

/** The file of the delegations as it is now, or why there is none, in words that follow its name. */
export type FileNow = { readonly delegations: readonly Delegation[] } | { readonly fault: string };

/** `withdrawn`: the operator took it out of the file, or there is no file any more. */
export const delegationStates = ['active', 'expired', 'revoked', 'withdrawn'] as const;

export interface DelegationState {
  readonly state: (typeof delegationStates)[number];
  /** Why it gives nothing any more; absent while it is active. */
  readonly reason?: string;
}

export interface DelegationTold extends Delegation, DelegationState {}

export interface Now {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Why the operator revoked it. */
  readonly revoked: string | undefined;
  readonly file: FileNow;
  /** Of the file. */
  readonly name: string;
}

/** What follows is what the operator said. */
export const revokedBecause = 'it was revoked: ';

/** Which of several reasons is told is in the order of who has said so: the operator, the file, the time. */
export function stateOf({ id, expires }: Delegation, { now, revoked, file, name }: Now): DelegationState {
  if (revoked !== undefined) return { state: 'revoked', reason: `${revokedBecause}${revoked}` };
  if ('fault' in file)
    return { state: 'withdrawn', reason: `nothing stands any more, since ${name} cannot be read: ${file.fault}` };
  const inFile = file.delegations.find((one) => one.id === id);
  if (!inFile) return { state: 'withdrawn', reason: `it is not in ${name} any more` };
  const over = [expires, inFile.expires].find((at) => at !== undefined && !isAhead(at, now));
  return over === undefined ? { state: 'active' } : { state: 'expired', reason: `it expired at ${over}` };
}

/** What cannot be read as a point in time gives nothing. */
const isAhead = (at: string, now: number): boolean => (timestampOf(at) ?? Number.NEGATIVE_INFINITY) > now;
