import type { ScenarioTree } from '../files/scenario-tree.ts';
import type { Bubblewrap } from './bubblewrap.ts';
import type { EdgeFolder, EdgeSocket } from './edge-socket.ts';
import type { SandboxLimits } from './limits.ts';
import type { SandboxBind, SandboxCache, SandboxScratch } from './mounts.ts';
import type { Widening } from './seccomp/denied-calls.ts';
import type { SelfCheck } from './self-check/self-check.ts';
import type { Workplace } from './workplace.ts';

/** One program, and all that it is given. */
export interface SandboxSpec {
  readonly workplace: Workplace;
  /** Null: no sandbox, only the agent. */
  readonly bubblewrap: Bubblewrap | null;
  /** Program and arguments. A relative program starts at `cwd`, a bare name is looked up in PATH. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Absolute folder, bound read-only at its own path; null for a program that has none. */
  readonly cwd: string | null;
  /** Where the program begins, absolute and inside; `cwd` unless given, which a relative program is seen from in any case. */
  readonly beginsAt?: string;
  /** What it reads; nothing unless given. */
  readonly stdin?: Uint8Array;
  /** The tree that `cwd` lies in; that of a manifest in `cwd` unless given. */
  readonly tree?: ScenarioTree;
  readonly files: readonly { readonly path: string; readonly content: string }[];
  readonly provides: readonly { readonly socket: EdgeSocket; readonly port: number }[];
  /** Where the program finds its slots: 127.0.0.1:`port`, and the same port of `address` where that is given. */
  readonly slots: readonly {
    readonly name: string;
    readonly port: number;
    readonly socket: EdgeFolder;
    readonly address?: string;
  }[];
  readonly limits: SandboxLimits;
  /** Folders of the host at places of their own inside, for instance storage. */
  readonly binds?: readonly SandboxBind[];
  /** Folders that are empty and held in memory, up to a size that the kernel keeps; where bubblewrap has `sizes`. */
  readonly scratch?: readonly SandboxScratch[];
  /** Files of the host, read-only: absolute path inside → absolute path on the host. Below `/run/headgate`, for headgate's own. */
  readonly shown?: ReadonlyMap<string, string>;
  /** Links inside: path → what it leads to, inside. Where nothing is yet, and the sandbox may be written to. */
  readonly links?: ReadonlyMap<string, string>;
  /** Programs that it finds on its PATH besides its own. Where one cannot be found, it is not there. */
  readonly tools?: readonly string[];
  /** What is tried from inside before the program may go on; where bubblewrap is. */
  readonly selfCheck?: SelfCheck;
  readonly cache?: SandboxCache;
  /** Calls that are refused in every other sandbox; none unless given. What was measured names them. */
  readonly widenings?: readonly Widening[];
  /** Ports of the program that `ready` waits for. */
  readonly readyPorts?: readonly number[];
  /**
   * Absolute path of a file that is made here and holds one line once the program has ended, before this process hears of it:
   * `{"code":0,"signal":null}`. Whoever finds it empty knows nothing. What it says is said by the sandbox.
   */
  readonly exitRecord?: string;
  /** All that it said was read when `stop` resolves, however busy this process is. Nobody may hold it back then. */
  readonly wholeOutput?: true;
  /** What the program says. While a promise that they answered has not settled, nothing more is read, and the program has to wait. */
  readonly onStdout?: (chunk: Buffer) => unknown;
  readonly onStderr?: (chunk: Buffer) => unknown;
}
