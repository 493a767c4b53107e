import type { VaultAnswer, VaultFault, VaultHealth } from '../../../../ports/vault.ts';
import type { Call } from '../client.ts';
import type { Credentials } from '../credentials/credentials.ts';

/** Lists one secret, and reads none. */
export async function health(call: Call, credentials: () => Promise<VaultAnswer<Credentials>>): Promise<VaultHealth> {
  const keys = await credentials();
  if ('fault' in keys) return unhealthy(keys.fault);
  const answer = await call('ListSecrets', { MaxResults: 1 });
  if (!('fault' in answer))
    return { status: 'ready', code: 'ready', message: 'AWS Secrets Manager answers', guidance: [] };
  if (answer.fault.detail !== 'denied') return unhealthy(answer.fault);
  return {
    status: 'warning',
    code: 'list_denied',
    message: 'AWS answers, and does not let these credentials list secrets',
    guidance: [
      'allow secretsmanager:ListSecrets for `headgate secrets list` and for imports',
      'secrets that these credentials may read can be used all the same',
    ],
  };
}

const variables = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;

/** What is missing, by the words of those who looked for it. */
const missingFields = ({ detail, message }: VaultFault): readonly string[] => {
  if (detail === 'credentials_missing') return variables;
  if (detail !== 'credentials_incomplete') return [];
  const name = /\b(AWS_[A-Z_]+|aws_[a-z_]+) is not set|has no (aws_[a-z_]+)/.exec(message);
  return name ? [(name[1] ?? name[2]) as string] : [];
};

export function unhealthy(fault: VaultFault): VaultHealth {
  const missing = missingFields(fault);
  return {
    status: fault.code === 'throttled' ? 'warning' : 'error',
    code: fault.detail,
    fault: fault.code,
    message: fault.message,
    guidance: [fault.remedy],
    ...(missing.length === 0 ? {} : { missingFields: missing }),
  };
}
