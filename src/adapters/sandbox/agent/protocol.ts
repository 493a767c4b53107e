/** What the host and the agent of a sandbox say to each other, over descriptor 3. */

/** One line of JSON, written to descriptor 3 when the agent is started. */
export interface AgentConfig {
  /** Put in front of the program: sets its limits. */
  readonly prefix: readonly string[];
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
  /** Ports of the program to wait for. */
  readonly readyPorts: readonly number[];
  readonly stdout: 'ignore' | 'inherit';
  /** Processes and resident bytes of the whole pid namespace; null where there is none of its own. */
  readonly watch: { readonly processes: number; readonly bytes: number; readonly everyMs: number } | null;
  /** Without a pid namespace: an environment entry that marks every process to end. */
  readonly marker: string | null;
  /** A file of the host that takes the end of the program, before anybody is told of it; null for none. */
  readonly exitFd: number | null;
  /** Namespaces of the host, as /proc/self/ns shows them: nothing is started in one of them. Null without a sandbox. */
  readonly host: Readonly<Record<string, string>> | null;
}

/** What the agent finds around itself before the program is started. */
export interface Measured {
  /** Names of network interfaces. */
  readonly interfaces: readonly string[];
  /** Namespaces that are not the host's. */
  readonly apart: readonly string[];
  /** Capabilities that it has or could get, in hexadecimal. */
  readonly capabilities: string;
  readonly noNewPrivileges: boolean;
  /** Processes that it sees, itself included. */
  readonly processes: number;
  /** Folders of the system that it could write to. */
  readonly writable: readonly string[];
}

/** Further lines to the agent. */
export type AgentCommand = { readonly type: 'terminate'; readonly graceMs: number };

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
  | { readonly type: 'measured'; readonly measured: Measured }
  | { readonly type: 'started' }
  /** Every one of `readyPorts` listens. */
  | { readonly type: 'ready' }
  /** Until then, whenever it changes. */
  | ({ readonly type: 'listening' } & PortsHeard)
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
  | { readonly type: 'exited'; readonly code: number | null; readonly signal: string | null }
  | { readonly type: 'limit'; readonly what: 'processes' | 'memory'; readonly value: number };
