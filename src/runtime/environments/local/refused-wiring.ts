/** Why a run cannot begin with what it was given, in words for whoever gave it on the command line. */
import type { Blocked } from '../../../ir/blocked.ts';
import type { RenderProblem, UnboundSlot, WiringProblem } from '../../../plan/wiring/problem.ts';
import { meant, quoted } from './check-exports.ts';

export function refusedWiring(problem: WiringProblem): Blocked {
  switch (problem.kind) {
    case 'config-missing':
      return {
        gate: 'config_missing',
        subject: `config.${problem.path}`,
        reasons: ['it is required, has no default, and is not given'],
        remedy: `set ${problem.env}, or give it in the file of --config`,
      };
    case 'config-invalid':
      return {
        gate: 'config_invalid',
        subject: problem.path === '' ? 'config' : `config.${problem.path}`,
        reasons: [problem.message],
        remedy: problem.remedy ?? 'give a value that the schema accepts',
      };
    case 'external-missing':
      return {
        gate: 'slot_missing',
        subject: `slots.${problem.slot}`,
        reasons: ['the scenario needs it from outside, and no URL is given'],
        remedy: `pass --slot ${problem.slot}=URL`,
      };
    case 'external-unsupported':
      return {
        gate: 'slot_unsupported',
        subject: `slots.${problem.slot}`,
        reasons: [`it is of kind \`${problem.capability}\`, and a run can be given nothing but URLs from outside`],
        remedy: 'bind it inside the scenario, or deploy the plan to a target that offers it',
      };
    case 'external-unknown':
      return unknownSlot(problem.slot, problem.declared);
    case 'size-invalid':
      return {
        gate: 'storage_size_invalid',
        subject: problem.storage,
        reasons: [`its size \`${problem.size}\` is not an amount of storage`],
        remedy: 'write bytes, or a number with Ki, Mi, Gi, Ti or k, M, G, T behind it, such as `512Mi`',
      };
  }
}

function unknownSlot(slot: string, declared: readonly string[]): Blocked {
  const gate = 'slot_unknown';
  const subject = `slots.${slot}`;
  if (declared.includes(slot))
    return {
      gate,
      subject,
      reasons: ['the root declares it, and no program uses it'],
      remedy: `do without it, or bind \`slots.${slot}\` to the slot of a component`,
    };
  return {
    gate,
    subject,
    reasons: [
      declared.length === 0
        ? 'the root of the scenario has no slots'
        : `the root of the scenario has no such slot; it has ${quoted(declared)}`,
    ],
    remedy: meant(slot, declared) ?? 'pass --slot only for slots of the root',
  };
}

export function refusedRender(moniker: string, problem: RenderProblem): Blocked {
  const { messages } = problem;
  if (problem.kind === 'config')
    return { gate: 'config_invalid', subject: moniker, reasons: messages, remedy: 'correct the config of the root' };
  const remedies = new Set(problem.unbound.map(slotRemedy));
  if (messages.length > problem.unbound.length) remedies.add('correct the program, or the config that it is given');
  return { gate: 'program_incomplete', subject: moniker, reasons: messages, remedy: [...remedies].join('; ') };
}

const slotRemedy = ({ slot, external }: UnboundSlot): string =>
  external === null
    ? `bind slot \`${slot}\`, or use it only with \`when: slots.${slot}\``
    : `pass --slot ${external}=URL`;

export const refusedVariables = (moniker: string, names: readonly string[]): Blocked => ({
  gate: 'secret_in_arguments',
  subject: moniker,
  reasons: names.map(
    (name) => `its variable \`${name}\` holds a secret, and no shell can set one of that name but in a command line`,
  ),
  remedy: 'give the variable a name of letters, digits and `_` that means nothing to a shell',
});

export const refusedSecrets = (moniker: string, paths: readonly string[]): Blocked => ({
  gate: 'secret_in_arguments',
  subject: moniker,
  reasons: paths.map(
    (path) => `its arguments hold the secret \`config.${path}\`, and every process of this machine can read arguments`,
  ),
  remedy: 'hand the secret over in `env`, or in a file with `mounts`',
});
