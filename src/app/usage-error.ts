/** The command was called wrongly: printed with a pointer to the help, exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
