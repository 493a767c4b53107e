/** The table of rights as docs/profiles.md has it: a row for each mode, sandbox and permissions. */
import { permissionModes, runtimeModes, sandboxModes } from '../../src/ir/profile-choices.ts';
import { rightsIn } from '../../src/plan/profiles/rights.ts';

const yes = (is: boolean): string => (is ? 'yes' : 'no');

export const rightsTable = (): readonly string[] => [
  '| `runtime.mode` | `sandbox.mode` | `permissions` | runs in | takes | probes execute | standing guidance | may do unasked | once its sandbox passed |',
  '|---|---|---|---|---|---|---|---|---|',
  ...runtimeModes.flatMap((mode) =>
    sandboxModes.flatMap((sandbox) =>
      permissionModes.map((permissions) => {
        const rights = rightsIn(mode, sandbox, permissions);
        const cells = [
          `\`${mode}\``,
          `\`${sandbox}\``,
          `\`${permissions}\``,
          rights.place,
          rights.needs === null ? '' : `\`${rights.needs}\``,
          yes(rights.executingProbes),
          yes(rights.standingGuidance),
          `\`${rights.permissions}\``,
          `\`${rights.permissionsChecked}\``,
        ];
        return `| ${cells.join(' | ')} |`.replace(/ {2}/g, ' ');
      }),
    ),
  ),
];
