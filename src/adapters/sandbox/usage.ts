import type { ControlGroup } from './cgroup/control-group.ts';

/** What a program used up, with everything that it started, as the kernel counted it; absent where it counts nothing. */
export interface Usage {
  readonly cpuSeconds?: number;
  /** The most memory that it held at once, of every kind. */
  readonly peakBytes?: number;
}

export function usageOf(group: Pick<ControlGroup, 'peakBytes' | 'cpuSeconds'> | null): Usage {
  const [cpuSeconds = 0, peakBytes = 0] = [group?.cpuSeconds(), group?.peakBytes()];
  return { ...(cpuSeconds > 0 ? { cpuSeconds } : {}), ...(peakBytes > 0 ? { peakBytes } : {}) };
}
