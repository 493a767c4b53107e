/** Why something does not start for want of a secret, in words that hold the reference and never a value. */
import { suggest } from '../../base/suggest.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { PlanRuntime } from '../../ir/plan-runtime-schema.ts';
import type { Binding, Unfit } from '../../plan/wiring/bindings.ts';
import { referenceIn, type Unresolved } from './resolve.ts';

const gate = 'secret_unresolved';

const where = ({ path, reference }: Binding): string =>
  path === '' ? reference : `\`config.${path}\` is ${reference}`;

export const refusedUnresolved = (subject: string, unresolved: readonly Unresolved[]): Blocked => ({
  gate,
  subject,
  reasons: unresolved.map(({ fault, ...binding }) => `${fault.code}: ${fault.message} (${where(binding)})`),
  remedy: [...new Set(unresolved.map(({ fault }) => fault.remedy))].join('; '),
});

export const refusedUnfit = (subject: string, unfit: readonly Unfit[]): Blocked => ({
  gate: 'secret_invalid',
  subject,
  reasons: unfit.map(({ message, ...binding }) =>
    binding.reference === '' ? message : `${message} (${where(binding)})`,
  ),
  remedy: 'put a value that fits into the vault with `headgate secrets set`, or correct the reference',
});

/** In one line, with its code. */
export function unfitText(subject: string, unfit: readonly Unfit[]): string {
  const { gate: code, reasons } = refusedUnfit(subject, unfit);
  return `${code}: ${reasons.join('; ')}`;
}

/** What can be said of references before anybody is asked: they can be read, and their vault is declared. */
export function checkReferences(
  subject: string,
  bindings: readonly Binding[],
  vaults: NonNullable<PlanRuntime['vaults']>,
): readonly Blocked[] {
  const known = Object.keys(vaults).sort();
  const unresolved = bindings.flatMap((binding): readonly Unresolved[] => {
    const parsed = referenceIn(binding.reference);
    if ('fault' in parsed) return [{ ...binding, ...parsed }];
    if (Object.hasOwn(vaults, parsed.vault)) return [];
    const near = suggest(parsed.vault, known);
    const fault = {
      code: 'not_found',
      detail: 'vault_unknown',
      message: `the settings declare no vault \`${parsed.vault}\``,
      remedy: near === undefined ? 'declare it in `vaults` of headgate.yaml' : `did you mean \`${near}\`?`,
    } as const;
    return [{ ...binding, fault }];
  });
  return unresolved.length === 0 ? [] : [refusedUnresolved(subject, unresolved)];
}
