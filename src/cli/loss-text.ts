/** What is said where standard output takes no more. A reader that has gone away is no fault. */
const reasonOf = ({ code, message }: NodeJS.ErrnoException): string =>
  code === 'ENOSPC' ? 'no space is left on the device' : (code ?? message);

export const lossText = (fault: NodeJS.ErrnoException): string =>
  `error: standard output cannot be written: ${reasonOf(fault)}; what was printed is cut off\n`;
