import { own } from '../../../base/json.ts';
import { quote } from '../../../language/schema/assertions.ts';
import type { AnswerRule } from './rule.ts';

/** A mounted slot must lead to storage, and no edge that carries storage can be interposed: nothing could ever be behind it. */
export const mountedSlot: AnswerRule = {
  id: 'mounted-slot',
  check({ interposition: { interposer } }, report) {
    const { program } = interposer;
    if (!program) return;
    const [mounts, at] = 'vm' in program ? [program.vm.mounts, ['vm', 'mounts']] : [program.mounts ?? [], ['mounts']];
    for (const [index, mount] of mounts.entries()) {
      const name = mount['kind'] === 'slot' ? String(mount['slot']) : undefined;
      const slot = name === undefined ? undefined : own(interposer.slots, name);
      if (name === undefined || slot?.kind !== 'storage' || !slot.optional) continue;
      const pointer = ['interposer', 'program', ...at, index, 'slot'];
      report(
        pointer,
        () =>
          `slot ${quote(name)} is mounted, and an interposer cannot be given storage; declare it under \`resources\` and mount that`,
      );
    }
  },
};
