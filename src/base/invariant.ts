/** A broken promise of headgate's own code: the command line prints it as a bug and exits 70. */
export class InternalError extends Error {
  override readonly name = 'InternalError';
}

export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InternalError(message);
}

export function assertNever(value: never): never {
  throw new InternalError(`unexpected variant ${JSON.stringify(value)}`);
}
