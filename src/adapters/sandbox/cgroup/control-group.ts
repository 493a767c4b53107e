/** A control group: limits that the kernel holds, for all processes of a sandbox together. */

export interface GroupLimits {
  /** Memory of every kind: pages, tmpfs, memfd, shared memory, inodes and the cache of files. Swap is none. */
  readonly memoryBytes: number;
  /** Processes and threads. */
  readonly tasks: number;
}

export interface ControlGroup {
  /** As the kernel numbers them: 1, a hierarchy for each controller, or 2, one for all. */
  readonly version: 1 | 2;
  /** Takes a process with all its threads in. Throws when the process is gone. */
  readonly add: (pid: number) => void;
  /** Process ids as headgate sees them. */
  readonly processes: () => readonly number[];
  /** The kernel has ended a process of the group, since it had no memory left. */
  readonly outOfMemory: () => boolean;
  /** The most bytes that were held at once. */
  readonly peakBytes: () => number;
  /** Bytes that are held now and nothing can take back: no cache of files. */
  readonly heldBytes: () => number;
  /** Time of processors that all its processes took, those that have ended too; 0 where nothing counts it. */
  readonly cpuSeconds: () => number;
  /** Once nothing runs in it. What cannot be removed is left to a later sweep. */
  readonly remove: () => void;
}

/** Where groups are made, for this process. */
export interface ControlGroups {
  readonly version: 1 | 2;
  /** Throws when the kernel refuses. */
  readonly create: (name: string, limits: GroupLimits) => ControlGroup;
  /** Shortens the wait of the next that is put into a group; what it answers ends that. */
  readonly warm: () => () => void;
  /** Removes groups of names that `isStale` knows; those that something still runs in stay. */
  readonly sweep: (isStale: (name: string) => boolean) => void;
}
