/** What the host and the agent beside a container say to each other: lines of JSON, over the streams of the agent's own container. */

import type { Attempt } from '../../sandbox/agent/attempts.ts';
import type { PortsHeard } from '../../sandbox/agent/protocol.ts';

/** The first line. */
export interface EdgeAgentConfig {
  /** Folders of edges, and the port of the program that each leads to. */
  readonly provides: readonly { readonly folder: string; readonly port: number }[];
  readonly slots: readonly {
    readonly port: number;
    readonly socket: string;
    readonly name: string;
    readonly address: string | null;
  }[];
  readonly holdMs: number;
  readonly connections: { readonly perEdge: number; readonly perComponent: number };
  readonly readyPorts: readonly number[];
}

export type EdgeAgentCommand =
  /** The program is started: its ports are waited for. */
  | { readonly type: 'watch' }
  /** The program has ended: nobody waits for its ports any more. */
  | { readonly type: 'over' }
  | {
      readonly type: 'try';
      readonly id: number;
      readonly attempts: readonly Attempt[];
      readonly slots: readonly number[];
    };

export type EdgeAgentMessage =
  /** Every slot can be reached. `status` and `namespaces` are what the kernel says of the agent itself. */
  | {
      readonly type: 'joined';
      readonly status: string;
      readonly namespaces: Readonly<Record<string, string>>;
      readonly interfaces: readonly string[];
    }
  | { readonly type: 'ready' }
  | ({ readonly type: 'listening' } & PortsHeard)
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'tried'; readonly id: number; readonly results: readonly string[] };
