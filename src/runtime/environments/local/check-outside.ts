/** Whether `--slot` and `--export` fit the root of the scenario. */
import { own } from '../../../base/json.ts';
import { suggest } from '../../../base/suggest.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { DeploymentPlan } from '../../../ir/plan-schema.ts';
import type { RunInputs } from './assemble.ts';

export function checkExternals({ plan, externals }: RunInputs, blocked: Blocked[]): void {
  for (const { slot, capability, required } of plan.externals) {
    const isGiven = own(externals, slot) !== undefined;
    if (!isGiven && !required) continue;
    if (isOpaque(capability.kind)) blocked.push(unsupported(slot, capability.kind));
    else if (!isGiven)
      blocked.push({
        gate: 'slot_missing',
        subject: `slots.${slot}`,
        reasons: ['the scenario needs it from outside, and no URL is given'],
        remedy: `pass --slot ${slot}=URL`,
      });
  }
  const used = plan.externals.map(({ slot }) => slot);
  for (const slot of Object.keys(externals)) if (!used.includes(slot)) blocked.push(unknownSlot(plan, slot));
}

/** No URL leads to it. */
const isOpaque = (kind: string): boolean => kind === 'storage' || kind === 'kvm';

const unsupported = (slot: string, kind: string): Blocked => ({
  gate: 'slot_unsupported',
  subject: `slots.${slot}`,
  reasons: [`it is of kind \`${kind}\`, and a run can be given nothing but URLs from outside`],
  remedy: 'bind it inside the scenario, or deploy the plan to a target that offers it',
});

function unknownSlot(plan: DeploymentPlan, slot: string): Blocked {
  const gate = 'slot_unknown';
  const subject = `slots.${slot}`;
  const declared = Object.keys(plan.components.find(({ moniker }) => moniker === '/')?.slots ?? {}).sort();
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

export function checkExports({ plan, exportPorts = {} }: RunInputs, blocked: Blocked[]): void {
  const known = plan.exports.map(({ name }) => name);
  for (const name of Object.keys(exportPorts)) {
    if (known.includes(name)) continue;
    blocked.push({
      gate: 'export_unknown',
      subject: `exports.${name}`,
      reasons: [known.length === 0 ? 'the scenario exports nothing' : `the scenario exports ${quoted(known)}`],
      remedy: meant(name, known) ?? 'pass --export only for exports of the scenario',
    });
  }
}

const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

function meant(name: string, known: readonly string[]): string | undefined {
  const near = suggest(name, known);
  return near === undefined ? undefined : `did you mean \`${near}\`?`;
}
