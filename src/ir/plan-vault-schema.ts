/** Vaults in `runtime` of the plan: where secrets are kept, and never a secret or what opens one. */
import { type Static, Type } from '@sinclair/typebox';

const closed = { additionalProperties: false } as const;
const text = (description: string) => Type.String({ description });
const ofKind = <const T extends string>(provider: T) => ({
  provider: Type.Literal(provider),
  default: Type.Optional(Type.Literal(true, { description: 'new secrets come here' })),
});

const LocalVault = Type.Object(
  {
    ...ofKind('local_encrypted'),
    file: text('seen from the folder of the root manifest; `~/` is the home of whoever runs it'),
    key: Type.Union([
      Type.Object({ file: text('of the key, seen from where `file` is seen from') }, closed),
      Type.Object({ passphraseEnv: text('environment variable with the passphrase') }, closed),
    ]),
  },
  { ...closed, description: 'a file that is encrypted' },
);

const AwsVault = Type.Object(
  {
    ...ofKind('aws_secrets_manager'),
    region: Type.String(),
    namespace: Type.Optional(text('of the names that headgate manages')),
    prefix: Type.Optional(text('of the names that headgate manages; `headgate` unless given')),
    endpoint: Type.Optional(text('URL, where it is not the one of the region')),
  },
  { ...closed, description: 'AWS Secrets Manager' },
);

const KvVault = Type.Object(
  {
    ...ofKind('vault'),
    address: text('origin, http or https'),
    mount: text('of the KV engine, version 2'),
    auth: Type.Union([
      Type.Object({ method: Type.Literal('token'), tokenEnv: Type.String() }, closed),
      Type.Object({ method: Type.Literal('approle'), roleIdEnv: Type.String(), secretIdEnv: Type.String() }, closed),
    ]),
  },
  { ...closed, description: 'HashiCorp Vault or OpenBao' },
);

export const PlanVault = Type.Union([LocalVault, AwsVault, KvVault]);

export type PlanVault = Static<typeof PlanVault>;
export type LocalVault = Static<typeof LocalVault>;
export type AwsVault = Static<typeof AwsVault>;
export type KvVault = Static<typeof KvVault>;
