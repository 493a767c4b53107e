/** A vault of AWS over HTTP, with its records in a folder of the test, for what is imported from it. */
import { openVault } from '../../../src/adapters/vaults/open.ts';
import type { PlanVault } from '../../../src/ir/plan-vault-schema.ts';
import { createSecretContext, type SecretContext } from '../../../src/runtime/secrets/context.ts';
import { openSecrets } from '../../../src/runtime/secrets/open.ts';
import { createMemoryAws, type MemoryAws } from './memory-aws.ts';
import { type Shim, startShim } from './shim.ts';

export interface ImportFixture {
  readonly aws: MemoryAws;
  readonly shim: Shim;
  readonly ctx: SecretContext;
  readonly secrets: ReturnType<typeof openSecrets>;
  readonly notices: readonly string[];
  readonly operations: () => readonly string[];
  readonly close: () => Promise<void>;
}

export async function importFixture(stateDir: string): Promise<ImportFixture> {
  const aws = createMemoryAws();
  const shim = await startShim(aws);
  const notices: string[] = [];
  const cloud: PlanVault = {
    provider: 'aws_secrets_manager',
    region: 'eu-west-1',
    namespace: 'team',
    endpoint: shim.url,
  };
  let time = Date.UTC(2026, 0, 1);
  const options = {
    stateDir,
    vaults: { cloud, local: { provider: 'local_encrypted', file: '/nonexistent/x', key: { file: '/nonexistent/k' } } },
    place: {
      folder: stateDir,
      home: '/nonexistent',
      env: { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' },
      now: () => (time += 1),
    },
    notice: (text: string) => void notices.push(text),
    open: openVault,
  } as const;
  const secrets = openSecrets(options);
  const ctx = createSecretContext(options);
  return {
    aws,
    shim,
    ctx,
    secrets,
    notices,
    operations: () => shim.requests.map(({ operation }) => operation),
    close: async () => {
      await secrets.close();
      await ctx.pool.close();
      await shim.close();
    },
  };
}
