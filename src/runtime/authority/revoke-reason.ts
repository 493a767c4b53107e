/** Why a delegation is taken back: whoever reads the record later is to find it, in one line. */
import { hasControl } from '../../base/control.ts';

/** Characters. */
export const maxReason = 500;

export const isRevokeReason = (reason: unknown): reason is string =>
  typeof reason === 'string' && reason.trim() !== '' && reason.length <= maxReason && !hasControl(reason);
