/** Calls that end in memory, with what may go wrong on the way. */

import type { Call, Operation } from '../../../src/adapters/vaults/aws/client.ts';
import { classify, unreachable } from '../../../src/adapters/vaults/aws/faults.ts';
import type { JsonObject } from '../../../src/base/json.ts';
import type { MemoryAws } from './memory-aws.ts';

export interface MemoryCall {
  readonly call: Call;
  readonly calls: readonly (readonly [Operation, JsonObject])[];
  /** The call of this number, counted from 0 over all that come, does not arrive, or is done and not heard of. */
  readonly lose: (index: number, how: 'unsent' | 'unheard') => void;
  /** Runs before the call of this number. */
  readonly before: (index: number, run: () => void) => void;
}

export function createMemoryCall(aws: MemoryAws): MemoryCall {
  const calls: [Operation, JsonObject][] = [];
  const lost = new Map<number, 'unsent' | 'unheard'>();
  const hooks = new Map<number, () => void>();
  return {
    calls,
    lose: (index, how) => lost.set(index, how),
    before: (index, run) => hooks.set(index, run),
    call: async (operation, input) => {
      const index = calls.push([operation, input]) - 1;
      hooks.get(index)?.();
      if (lost.get(index) === 'unsent') return { fault: unreachable };
      const { status, body } = aws.answer(operation, input);
      if (lost.get(index) === 'unheard') return { fault: unreachable };
      return status === 200 ? { value: body } : { fault: classify(status, String(body['__type'])) };
    },
  };
}
