/** What is known of an action before a journal says something of it. */

/** What is known of an attempt when it begins. */
export const begun = {
  state: undefined,
  phase: 'starting',
  exit: undefined,
  ran: true,
  pid: undefined,
  selfCheck: undefined,
} as const;

/** Of one that was never begun. */
export const unbegun = {
  attempt: 0,
  state: undefined,
  phase: 'starting',
  exit: undefined,
  lastExit: undefined,
  ran: true,
  pid: undefined,
  restarts: 0,
  generation: 0,
} as const;
