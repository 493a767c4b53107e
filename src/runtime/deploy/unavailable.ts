import type { Blocked } from '../../ir/blocked.ts';

/** A place that cannot be asked. */
export const unavailable = (subject: string, reason: string, remedy: string): Blocked => ({
  gate: 'target_unavailable',
  subject,
  reasons: [reason],
  remedy,
});
