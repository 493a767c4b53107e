/** What a check may ask of the machine that it runs on. Another machine may answer otherwise, so nothing more than warnings follow. */
export interface Machine {
  /** Why a program cannot be started from the folder of its manifest; undefined when it can, or when nobody knows. */
  readonly programFault: (
    argv: readonly string[],
    manifestUrl: string,
  ) => { readonly message: string; readonly help: string } | undefined;
}
