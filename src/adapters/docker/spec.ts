/** What one program in a container is made of. */

import type { AgentNode } from './agent/image.ts';
import type { Engine } from './engine.ts';

export interface ContainerMount {
  /** Absolute, on this machine. */
  readonly source: string;
  readonly target: string;
  readonly writable: boolean;
}

export interface ContainerLimits {
  /** Of one process. */
  readonly cpuSeconds: number | null;
  /** Of all processes together. */
  readonly memoryBytes: number;
  /** And threads. */
  readonly tasks: number;
  readonly openFiles: number;
  /** Of one file. */
  readonly fileBytes: number | null;
  /** Of /tmp, of /run, of /var/tmp and of /dev/shm, each. */
  readonly tmpBytes: number;
}

export interface ContainerSpec {
  readonly engine: Engine;
  /** Begins the names of both containers. */
  readonly name: string;
  /** Of both; by these they are found again. */
  readonly labels: Readonly<Record<string, string>>;
  /** Its id: what is executed is what was looked at. */
  readonly image: string;
  /** Empty for what the image itself says. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Undefined for that of the image. */
  readonly cwd?: string;
  /** Undefined for that of the image. */
  readonly user?: string;
  /** Number of that user, who owns its folders in memory; undefined for root. */
  readonly uid?: number;
  /** Told to a shell of the image that waits in its place, and to nobody else; absent where there is none. */
  readonly script?: string;
  readonly mounts: readonly ContainerMount[];
  readonly memory: readonly { readonly target: string; readonly bytes: number }[];
  readonly limits: ContainerLimits;
  /** Signal that asks it to end. */
  readonly stopSignal: string;
  readonly agent: {
    readonly image: string;
    readonly node: AgentNode;
    /** Of its script, on this machine. */
    readonly script: string;
    /** `uid:gid` of whom the folders of edges belong to, as containers see them. */
    readonly user: string;
  };
  readonly provides: readonly { readonly folder: string; readonly port: number }[];
  readonly slots: readonly {
    readonly name: string;
    readonly address: string | null;
    readonly port: number;
    readonly folder: string;
  }[];
  readonly readyPorts: readonly number[];
  readonly onStdout: (chunk: Buffer) => unknown;
  readonly onStderr: (chunk: Buffer) => unknown;
}
