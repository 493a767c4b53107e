/** Asks for the values of secrets, each within a deadline; whoever does not answer is not waited for. */
import { isReference, parseReference, type SecretReference } from '../../language/secrets/reference.ts';
import type { Binding } from '../../plan/wiring/bindings.ts';
import type { Standing } from '../../ports/authority.ts';
import type { SecretConsumer, SecretsByRight } from '../../ports/secrets.ts';
import type { VaultAnswer, VaultFault } from '../../ports/vault.ts';

export interface Unresolved extends Binding {
  readonly fault: VaultFault;
}

export interface ResolveOptions {
  readonly secrets: () => Promise<SecretsByRight>;
  readonly consumer: Omit<SecretConsumer, 'path'>;
  readonly on: Standing;
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
}

/** Longer than a provider may take with all that it tries again. */
export const resolveDeadlineMs = 60_000;

/** At a time: a provider counts requests. */
const mostAtOnce = 16;

type Resolved = { readonly values: ReadonlyMap<string, string> } | { readonly unresolved: readonly Unresolved[] };

/** Texts by reference. All that is missing is told at once. */
export async function resolveAll(bindings: readonly Binding[], options: ResolveOptions): Promise<Resolved> {
  const values = new Map<string, string>();
  const unresolved: Unresolved[] = [];
  const left = [...bindings];
  const work = async (): Promise<void> => {
    for (let binding = left.shift(); binding; binding = left.shift()) {
      const answer = await resolveOne(binding, options);
      if ('value' in answer) values.set(binding.reference, answer.value.text);
      else unresolved.push({ ...binding, fault: answer.fault });
    }
  };
  await Promise.all(Array.from({ length: Math.min(mostAtOnce, bindings.length) }, work));
  // In the order of the bindings, however they were answered.
  const place = ({ path, reference }: Binding): number =>
    bindings.findIndex((one) => one.path === path && one.reference === reference);
  return unresolved.length > 0 ? { unresolved: unresolved.sort((a, b) => place(a) - place(b)) } : { values };
}

async function resolveOne(
  { path, reference }: Binding,
  { secrets, consumer, on, signal, deadlineMs }: ResolveOptions,
): Promise<VaultAnswer<{ readonly text: string }>> {
  const parsed = referenceIn(reference);
  if ('fault' in parsed) return parsed;
  const late = AbortSignal.timeout(deadlineMs);
  const over = AbortSignal.any([signal, late]);
  let forget = (): void => {};
  const given = new Promise<VaultAnswer<{ readonly text: string }>>((done) => {
    const abandon = (): void => done({ fault: signal.aborted ? stopped : tooLate(parsed.vault, deadlineMs) });
    if (over.aborted) return abandon();
    over.addEventListener('abort', abandon, { once: true });
    forget = () => over.removeEventListener('abort', abandon);
  });
  const asked = (async () =>
    (await secrets()).resolve(parsed, { ...consumer, path: path === '' ? null : path }, on, over))();
  try {
    return await Promise.race([given, asked]);
  } catch (error) {
    // What a provider throws is a fault of headgate, and may quote anything.
    return { fault: broken(parsed.vault, error) };
  } finally {
    forget();
    asked.catch(() => {});
  }
}

export function referenceIn(text: string): SecretReference | { readonly fault: VaultFault } {
  const parsed = parseReference(text);
  if (isReference(text) && !('fault' in parsed)) return parsed;
  const message = 'fault' in parsed ? `it is not a reference: ${parsed.fault}` : 'it is not a reference';
  const remedy = 'write secret://VAULT/KEY';
  return { fault: { code: 'invalid_request', detail: 'reference_invalid', message, remedy } };
}

const stopped: VaultFault = {
  code: 'provider_unavailable',
  detail: 'stopped',
  message: 'the run was stopped before the vault answered',
  remedy: 'start it again',
};

const tooLate = (vault: string, ms: number): VaultFault => ({
  code: 'provider_unavailable',
  detail: 'deadline',
  message: `vault \`${vault}\` did not answer within ${ms / 1000} s`,
  remedy: `look at \`headgate secrets health ${vault}\``,
});

const broken = (vault: string, error: unknown): VaultFault => ({
  code: 'provider_error',
  detail: 'vault_broken',
  message: `vault \`${vault}\` cannot be asked (${error instanceof Error ? error.name : 'fault'})`,
  remedy: `look at \`headgate secrets health ${vault}\``,
});
