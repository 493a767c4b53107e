/** Secrets for those who start programs: from the vaults of a plan, as the registry allows, and written down. */
import type { SecretReference, SecretVersion } from '../../language/secrets/reference.ts';
import { keyFault } from '../../language/secrets/reference.ts';
import type { SecretConsumer, SecretsByRight } from '../../ports/secrets.ts';
import type { SecretValue } from '../../ports/vault.ts';
import { addressOf } from './address.ts';
import { createSecretContext, lossText, type SecretContext, type SecretsOptions, usableVault } from './context.ts';
import { answered, faultError, granted } from './fault-error.ts';
import { fieldOf } from './field.ts';
import { createRegistryReader, type RegistryReader } from './registry-reader.ts';

/** Closes what it opened with `close`, and nothing is opened before it is needed. */
export function openSecrets(options: SecretsOptions): SecretsByRight & { readonly context: SecretContext } {
  const context = createSecretContext(options);
  const registries = createRegistryReader(context.places);
  const resolve: SecretsByRight['resolve'] = async (reference, consumer, _, signal) => {
    const answer = await answered(async () => {
      const { text, version } = await read(context, registries, reference, signal);
      return { text: fieldOf(text, reference), version };
    });
    const lost = await tellOf(context, reference, consumer, 'fault' in answer ? answer.fault : undefined);
    if (lost !== undefined) context.notice(lossText(lost));
    return answer;
  };
  return { resolve, context, close: context.pool.close };
}

async function read(
  context: SecretContext,
  registries: RegistryReader,
  reference: SecretReference,
  signal: AbortSignal | undefined,
): Promise<SecretValue> {
  const fault = keyFault(reference.key);
  if (fault !== null)
    throw faultError('invalid_request', 'key_form', fault, 'write the key as `headgate secrets list` has it');
  const { identity, vault } = await usableVault(context, reference.vault);
  const address = addressOf(registries.of(identity), reference);
  return granted(await vault.resolve(address, signal));
}

const tellOf = (
  { audit }: SecretContext,
  { vault, key, version }: SecretReference,
  consumer: SecretConsumer,
  fault: { readonly code: string; readonly detail: string } | undefined,
): Promise<string | undefined> =>
  audit.tell({
    actor: consumer.type === 'operator' ? 'operator' : 'run',
    consumer,
    vault,
    key,
    version: version === undefined ? null : versionText(version),
    action: 'resolve',
    outcome: fault ? 'failure' : 'success',
    errorCode: fault ? `${fault.code}/${fault.detail}` : null,
  });

const versionText = (version: SecretVersion): string => ('number' in version ? String(version.number) : version.stage);
