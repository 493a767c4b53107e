/** What keeps a plan from being laid out, for a message. */
import type { WiringProblem } from '../../../../plan/wiring/problem.ts';

export function worded(problem: WiringProblem): { readonly what: string; readonly reason: string } {
  switch (problem.kind) {
    case 'external-unsupported':
      return {
        what: `slot \`${problem.slot}\` of the root`,
        reason: `it is ${problem.capability}, to which no address leads`,
      };
    case 'size-invalid':
      return { what: problem.storage, reason: `\`${problem.size}\` is no size` };
    case 'config-invalid':
      return { what: `config \`${problem.path}\``, reason: problem.message };
    case 'config-missing':
      return { what: `config \`${problem.path}\``, reason: 'it has no value' };
    case 'external-missing':
    case 'external-unknown':
      return { what: `slot \`${problem.slot}\` of the root`, reason: 'nothing is given for it' };
  }
}
