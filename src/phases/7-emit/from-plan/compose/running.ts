/** What the settings say of a component's life → what Docker does of it. */
import type { ComponentRuntime } from '../../../../ir/plan-runtime-schema.ts';
import type { Limits } from '../../../../plan/profiles/limits.ts';
import type { YamlObject } from '../containers/yaml.ts';

/** As a run has it. */
const usualRestarts = 8;
const usualProcesses = 128;

export function restartOf({ restart = 'on-failure', restarts = usualRestarts }: ComponentRuntime): YamlObject {
  // Docker takes no number of restarts for any number of them.
  if (restart === 'never' || (restart === 'on-failure' && restarts === 0)) return { restart: 'no' };
  return { restart: restart === 'always' ? 'unless-stopped' : `on-failure:${restarts}` };
}

export function limitKeys({ cpuSeconds, memoryMiB, processes }: Limits, usualMemoryMiB: number): YamlObject {
  const memory = `${memoryMiB ?? usualMemoryMiB}m`;
  return {
    mem_limit: memory,
    // The same: there is no swap beside it.
    memswap_limit: memory,
    pids_limit: processes ?? usualProcesses,
    ulimits: cpuSeconds === undefined ? undefined : { cpu: { soft: cpuSeconds, hard: cpuSeconds } },
  };
}
