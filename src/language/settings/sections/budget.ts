import * as D from '../../../diagnostics/catalogue/settings.ts';
import type { Cursor } from '../../decode/cursor.ts';
import type { SettingsContext } from '../section.ts';
import { integer, record, withRule } from '../shape.ts';

/** What nothing counts in this headgate; a line goes when something does. */
export const budgetNotYet: readonly string[] = ['agentConcurrency', 'connectorCalls', 'modelCalls', 'tokens'];

export const budget = withRule(
  record(
    'what it may use up',
    {},
    {
      wallClockSeconds: integer('time', 1),
      cpuGpuComputeSeconds: integer('time of processors', 1),
      sandboxMemoryBytes: integer('memory of its sandboxes', 1),
      localDiskBytes: integer('room on the disk', 1),
      agentConcurrency: integer('agents at a time', 0),
      connectorCalls: integer('calls of connectors', 0),
      modelCalls: integer('calls of models', 0),
      tokens: integer('tokens of models', 0),
    },
  ),
  (ctx: SettingsContext, _, { node }: Cursor) => {
    for (const { key, keyRange } of node.kind === 'object' ? node.entries : [])
      if (budgetNotYet.includes(key)) ctx.tell(D.notYet({ name: `budget.${key}` }, { at: ctx.at(keyRange) }));
  },
);
