/** What one component of a run is: everything that is needed to start it, any number of times. */

export type Restart = 'always' | 'on-failure' | 'never';

export interface SlotPort {
  readonly slot: string;
  /** On the loopback of the component; see `slotAddress`. */
  readonly address: string;
  readonly port: number;
  /** Key of the edge behind it. */
  readonly edge: string;
}

export interface StorageMount {
  /** `/a.resources.db`: of the component that declares it. */
  readonly id: string;
  /** Absolute, inside. */
  readonly target: string;
  /** As the manifest has it; null where it has none. */
  readonly size: string | null;
  /** The same as a number. */
  readonly bytes: number | null;
  /** Empty at every start, and of no use to anybody afterwards. */
  readonly ephemeral: boolean;
}

/** What a component may use up; what is not given is what every component of a run may. */
export interface Budget {
  /** Of one process, from its start. */
  readonly cpuSeconds?: number;
  /** From each start of the component on. */
  readonly wallSeconds?: number;
  /** Resident, of all its processes together. */
  readonly memoryMiB?: number;
  /** At a time. */
  readonly processes?: number;
}

export interface ComponentSpec {
  readonly moniker: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly { readonly path: string; readonly content: string }[];
  /** Absolute folder of its manifest; null where there is none on this machine. */
  readonly cwd: string | null;
  /** It is ready when all of them accept connections. */
  readonly ports: readonly number[];
  readonly provides: readonly { readonly edge: string; readonly port: number }[];
  readonly slots: readonly SlotPort[];
  readonly storage: readonly StorageMount[];
  readonly restart: Restart;
  /** Restarts in a row before it is given up. */
  readonly restarts: number;
  /** How long its ports may take to open; null for what the run allows. */
  readonly readyMs: number | null;
  readonly budget: Budget;
  /** Strong providers: it starts when they are ready. */
  readonly after: readonly string[];
  /** What it may reach outside, as `host:port`, and the port on its loopback where the way out is; null for nothing. */
  readonly egress: { readonly grants: readonly string[]; readonly port: number } | null;
}
