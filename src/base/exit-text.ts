/** How a program ended, in words. */

/** Of Linux, from 1 on. */
const signals =
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'.split(
    ' ',
  );

/** A status above 128 tells of a signal, by the custom of shells; a program may also have chosen it. */
function signalOf(code: number): string | undefined {
  const name = signals[code - 129];
  return name === undefined ? undefined : `SIG${name}`;
}

export function exitText(code: number | null, signal: string | null): string {
  const name = signal ?? (code === null ? undefined : signalOf(code));
  const status = signal === null ? `status ${code ?? 'unknown'}` : '';
  const told = [status, name].filter(Boolean).join(', ');
  if (name === 'SIGXCPU') return `it used up its CPU time (${told})`;
  if (name === 'SIGXFSZ') return `it wrote too large a file (${told})`;
  if (signal !== null) return `it was ended by ${signal}`;
  return `it ended with ${status}${name === undefined ? '' : ` (${name})`}`;
}
