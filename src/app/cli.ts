/** What commands see of the process they run in. */
import type { Palette } from '../diagnostics/render/palette.ts';
import type { Recall } from '../phases/2-resolve/store-context.ts';
import type { Interrupt } from './interrupt.ts';

export interface Cli {
  /** Machine output. Resolves when the text has left the process, or when nobody reads it any more. */
  readonly out: (text: string) => Promise<void>;
  /** Commands to the log of a job, as `--format github` writes them; where absent, as `out`. */
  readonly commands?: (text: string) => Promise<void>;
  /** Everything that is for people. */
  readonly err: (text: string) => Promise<void>;
  /** All of standard input, where it is not that of the process. */
  readonly stdin?: () => Promise<Uint8Array>;
  /** Standard output, when it is a terminal and somebody looks at it; absent when a file or a program takes it. */
  readonly screen: { readonly palette: Palette; readonly width: number } | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly palette: Palette;
  /** Columns for text to people. */
  readonly width: number;
  /** A line on the terminal that is overwritten; absent when standard error is no terminal. */
  readonly status: ((line: string) => void) | undefined;
  readonly interrupt: Interrupt;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** What manifests came to in earlier commands of the same process; absent where there are none. */
  readonly recall?: Recall;
  /** Told each file and folder that a check looks at, there or not, by absolute path; for whoever waits until one of them changes. */
  readonly looked?: (path: string) => void;
  /** Told of each manifest that is read, how many bytes it has; absent where the process does more than one command. */
  readonly onBytes?: (count: number) => void;
  /** There where a process does the work of others, and only reads files for them. Ends the command, which has to have a process of its own. */
  readonly leave?: (why: string) => never;
}

export const exitCode = { ok: 0, errors: 1, usage: 2, bug: 70 } as const;
