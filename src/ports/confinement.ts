/** Which files of this machine a scenario may name, by `file:` URL. */
export interface Confinement {
  /** Why a manifest, or a file that is put into one, is not for the scenario; undefined when it is, whether or not it is there. */
  readonly file: (url: string) => Outside | undefined;
  /** The same of a program that is named by a relative path. */
  readonly program: (url: string) => Outside | undefined;
}

export interface Outside {
  readonly message: string;
  readonly help: string;
}
