/**
 * A record that cannot be written stops the run where its next step is written; what is being taken back is taken back all the same,
 * since nothing may go on running for want of a record. Undefined when it could not be written.
 */
export function whileWritable<T>(write: () => Promise<T>): Promise<T | undefined>;
export function whileWritable<T>(write: () => T): T | undefined;
export function whileWritable<T>(write: () => T | Promise<T>): T | undefined | Promise<T | undefined> {
  try {
    const written = write();
    return written instanceof Promise ? written.catch(unlessIoError) : written;
  } catch (error) {
    return unlessIoError(error);
  }
}

function unlessIoError(error: unknown): undefined {
  if (isIoError(error)) return undefined;
  throw error;
}

export const isIoError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
