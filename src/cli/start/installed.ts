/** What was installed, as the file that node was given knows it. */
export interface Installed {
  /** The file that node was given; of an executable, itself. */
  readonly program: string;
  /** Starts the same command line. */
  readonly command: readonly [string, ...string[]];
  /** For modules of node. */
  readonly require: (id: string) => unknown;
}
