import type { Blocked } from '../ir/blocked.ts';

/** What a command cannot begin with: printed as a run that is BLOCKED, exit 3. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly blocked: Blocked;
  constructor(blocked: Blocked) {
    super(blocked.reasons.join('; '));
    this.blocked = blocked;
  }
}
