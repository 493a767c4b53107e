import { below, type Cursor } from '../../decode/cursor.ts';
import type { SettingsContext } from '../section.ts';
import { integer, record, withRule } from '../shape.ts';

export const budget = withRule(
  record(
    'what it may use up',
    {},
    {
      wallClockSeconds: integer('time', 1),
      cpuGpuComputeSeconds: integer('time of processors', 1),
      sandboxMemoryBytes: integer('memory of its sandboxes', 1),
      localDiskBytes: integer('room on the disk', 1),
      agentConcurrency: integer('programs at a time', 0),
      connectorCalls: integer('calls out of the scenario', 0),
      modelCalls: integer('model calls', 0),
      tokens: integer('tokens of models', 0),
    },
  ),
  // Whether each can be kept is known when the scenario is.
  (ctx: SettingsContext, _, { node, path }: Cursor) => {
    for (const { key, keyRange } of node.kind === 'object' ? node.entries : [])
      ctx.names.budgets.push({ path: below(path, key), at: ctx.at(keyRange) });
  },
);
