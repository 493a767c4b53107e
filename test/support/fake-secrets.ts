/** Answers for references from a table that the test changes, and remembers who asked. */
import { formatReference, type SecretReference } from '../../src/language/secrets/reference.ts';
import type { Standing } from '../../src/ports/authority.ts';
import type { SecretConsumer, Secrets, SecretsByRight } from '../../src/ports/secrets.ts';
import type { VaultFault } from '../../src/ports/vault.ts';

/** Of a run, and of a policy. */
export interface FakeSecrets extends Omit<SecretsByRight, 'resolve'> {
  readonly resolve: SecretsByRight['resolve'] & Secrets['resolve'];
  /** `secret://local/a /b auth component`, in order. */
  readonly asked: readonly string[];
  readonly consumers: readonly SecretConsumer[];
  readonly set: (reference: string, answer: string | VaultFault | 'hangs') => void;
  readonly isClosed: () => boolean;
  /** Asked for, and not answered before whoever asked gave up. */
  readonly abandoned: () => number;
}

export const notFound: VaultFault = {
  code: 'not_found',
  detail: 'secret_missing',
  message: 'vault `local` has no secret of this key',
  remedy: 'store it with `headgate secrets set`',
};

export function createFakeSecrets(table: Readonly<Record<string, string | VaultFault | 'hangs'>>): FakeSecrets {
  const answers = new Map(Object.entries(table));
  const asked: string[] = [];
  const consumers: SecretConsumer[] = [];
  let closed = false;
  let abandoned = 0;
  return {
    asked,
    consumers,
    set: (reference, answer) => void answers.set(reference, answer),
    isClosed: () => closed,
    abandoned: () => abandoned,
    resolve: async (
      reference: SecretReference,
      consumer: SecretConsumer,
      ...more: readonly (Standing | AbortSignal | undefined)[]
    ) => {
      const signal = more.find((one) => one instanceof AbortSignal);
      const text = formatReference(reference);
      asked.push([text, consumer.id, consumer.path, consumer.type].join(' '));
      consumers.push(consumer);
      const answer = answers.get(text) ?? notFound;
      if (answer === 'hangs')
        return new Promise(() => {
          signal?.addEventListener('abort', () => {
            abandoned++;
          });
        });
      return typeof answer === 'string' ? { value: { text: answer, version: '1' } } : { fault: answer };
    },
    close: async () => {
      closed = true;
    },
  };
}
