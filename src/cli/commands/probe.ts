/** Commands about probes of runs. */
import type { CommandGroup } from '../definition.ts';
import { probeList } from './probe/list.ts';
import { probeRun } from './probe/run.ts';

export const probe: CommandGroup = {
  name: 'probe',
  summary: 'look at a run by the probes of its plan',
  commands: [probeRun, probeList],
};
