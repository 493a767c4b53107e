/** One entry of a delegation file, with its place. */
import type { Location } from '../../base/span.ts';
import type { Delegation } from '../../ir/authority.ts';

export interface ReadDelegation extends Delegation {
  /** Its id, where it stands. */
  readonly at: Location;
  /** Of its subject. */
  readonly subjectAt: Location;
}
