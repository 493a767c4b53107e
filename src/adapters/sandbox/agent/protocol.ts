/** What the host and the agent of a sandbox say to each other, over descriptor 3. */

/** One line of JSON, written to descriptor 3 when the agent is started. */
export interface AgentConfig {
  /** Put in front of a program without a sandbox: sets its limits. */
  readonly prefix: readonly string[];
  /** Null without a sandbox. */
  readonly gate: GateConfig | null;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Listening descriptors, and the port of the program that each leads to. */
  readonly provides: readonly { readonly fd: number; readonly port: number }[];
  /** Ports to listen on for the program, and the socket that each leads to. */
  readonly slots: readonly {
    readonly port: number;
    readonly socket: string;
    readonly name: string;
    /** Listened on besides 127.0.0.1 and ::1. */
    readonly address: string | null;
  }[];
  /** How long a connection to a slot waits for a provider that is not there yet. */
  readonly holdMs: number;
  /** How many there may be at once. */
  readonly connections: { readonly perEdge: number; readonly perComponent: number };
  /** Ports of the program to wait for. */
  readonly readyPorts: readonly number[];
  readonly stdout: 'ignore' | 'inherit';
  /** Without a pid namespace: an environment entry that marks every process to end. */
  readonly marker: string | null;
  /** A file of the host that takes the end of the program, before anybody is told of it; null for none. */
  readonly exitFd: number | null;
}

/** The shell that becomes the program. */
export interface GateConfig {
  /** bubblewrap, what sets limits, and the shell. Descriptor 3 is the filter of system calls, 4 is where it tells what it sees, 5 is where `args` are read. */
  readonly command: readonly string[];
  readonly args: string;
  readonly filterFd: number;
  /** The first that it is given to do. */
  readonly script: string;
}

/** Further lines to the agent. */
export type AgentCommand =
  | { readonly type: 'terminate'; readonly graceMs: number }
  /** Once, after it was told that the gate waits: what makes the shell there the program. */
  | {
      readonly type: 'open';
      readonly script: string;
      /** What System V's means of communication take is to be told, since no control group counts it. */
      readonly countIpc: boolean;
    };

/** At most eight of each. */
export interface PortsHeard {
  /** Of `readyPorts`: nothing listens on them. */
  readonly missing: readonly number[];
  /** The program listens on them, and nobody asked for them. */
  readonly others: readonly number[];
}

/** Lines of JSON that the agent writes to descriptor 3. */
export type AgentMessage =
  | { readonly type: 'hello' }
  /** The program's sandbox is made, and a shell waits in it; with the line that it wrote. */
  | { readonly type: 'waiting'; readonly looked: string }
  | { readonly type: 'started' }
  /** Every one of `readyPorts` listens. */
  | { readonly type: 'ready' }
  /** Until then, whenever it changes. */
  | ({ readonly type: 'listening' } & PortsHeard)
  /** Bytes; whenever they change, where it was asked for. */
  | { readonly type: 'ipc'; readonly bytes: number }
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
  | { readonly type: 'exited'; readonly code: number | null; readonly signal: string | null };
