/** Why the record of a run is not verified: always with the place and with what can be done. */
import type { Blocked } from '../../ir/blocked.ts';

const copyAgain = 'copy the folder of the run again from where it ran (`cp -a`), or take it from a backup';
export const inspectThere = 'find out on the machine of the run who changed it; its verdict is not to be relied on';

/** `remedy` is that of a file that is not what it was, unless given. */
export const fault = (gate: string, subject: string, reason: string, remedy: string = copyAgain): Blocked => ({
  gate,
  subject,
  reasons: [reason],
  remedy,
});
