/** AWS Secrets Manager as its documentation has it, in memory. moto is the other judge: it knows nothing of this one. */
import { isObject, type JsonObject, type JsonValue } from '../../../src/base/json.ts';

interface Version {
  readonly value: string;
  readonly stages: Set<string>;
}

export interface MemorySecret {
  readonly name: string;
  readonly arn: string;
  readonly tags: Map<string, string>;
  readonly versions: Map<string, Version>;
  description: string | null;
  deleted: boolean;
}

export interface AwsReply {
  readonly status: number;
  readonly body: JsonObject;
}

export interface MemoryAws {
  readonly secrets: Map<string, MemorySecret>;
  /** As if somebody else had made it. */
  readonly lay: (name: string, value: string, tags?: Readonly<Record<string, string>>) => MemorySecret;
  readonly answer: (operation: string, input: JsonObject) => AwsReply;
  /** Opaque tokens that were given out end. */
  readonly expirePages: () => void;
}

class AwsError extends Error {
  readonly type: string;
  constructor(type: string) {
    super(type);
    this.type = type;
  }
}
/** What AWS writes beside the type, which nobody may be shown. */
export const providerText = 'provider-text-7c1f: the principal arn:aws:iam::123456789012:user/x is not';

const fail = (type: string): never => {
  throw new AwsError(type);
};
const text = (value: JsonValue | undefined): string =>
  typeof value === 'string' ? value : fail('ValidationException');
const tagsIn = (value: JsonValue | undefined): readonly (readonly [string, string])[] =>
  (Array.isArray(value) ? (value as readonly JsonValue[]) : []).map((tag) =>
    isObject(tag) ? ([text(tag['Key']), text(tag['Value'])] as const) : fail('ValidationException'),
  );

export function createMemoryAws(region = 'eu-west-1'): MemoryAws {
  const secrets = new Map<string, MemorySecret>();
  const pages = new Map<string, number>();
  let count = 0;

  const lay = (name: string, value: string, tags: Readonly<Record<string, string>> = {}): MemorySecret => {
    const suffix = `Ab${String(count++).padStart(4, '0')}`;
    const secret: MemorySecret = {
      name,
      arn: `arn:aws:secretsmanager:${region}:123456789012:secret:${name}-${suffix}`,
      tags: new Map(Object.entries(tags)),
      versions: new Map([[crypto.randomUUID(), { value, stages: new Set(['AWSCURRENT']) }]]),
      description: null,
      deleted: false,
    };
    secrets.set(name, secret);
    return secret;
  };

  const find = (input: JsonObject): MemorySecret => {
    const id = text(input['SecretId']);
    const found = secrets.get(id) ?? [...secrets.values()].find(({ arn }) => arn === id || arn.startsWith(`${id}-`));
    return found ?? fail('ResourceNotFoundException');
  };
  const alive = (input: JsonObject): MemorySecret => {
    const secret = find(input);
    return secret.deleted ? fail('InvalidRequestException') : secret;
  };
  const token = (input: JsonObject): string => {
    const given = input['ClientRequestToken'];
    if (typeof given !== 'string' || given.length < 32 || given.length > 64) return fail('InvalidParameterException');
    return given;
  };
  const move = (secret: MemorySecret, stage: string, to: string | null): void => {
    const before = [...secret.versions].find(([, { stages }]) => stages.has(stage))?.[0];
    if (before === to) return;
    if (before !== undefined) secret.versions.get(before)?.stages.delete(stage);
    if (to !== null) secret.versions.get(to)?.stages.add(stage);
    if (stage === 'AWSCURRENT' && before !== undefined) {
      for (const { stages } of secret.versions.values()) stages.delete('AWSPREVIOUS');
      secret.versions.get(before)?.stages.add('AWSPREVIOUS');
    }
  };
  const stagesOf = ({ versions }: MemorySecret): JsonObject =>
    Object.fromEntries(
      [...versions].flatMap(([id, { stages }]) => (stages.size === 0 ? [] : [[id, [...stages]] as const])),
    );
  const entryOf = (secret: MemorySecret): JsonObject => ({
    ARN: secret.arn,
    Name: secret.name,
    CreatedDate: 1_767_225_600.25,
    ...(secret.description === null ? {} : { Description: secret.description }),
    ...(secret.deleted ? { DeletedDate: 1_767_225_700 } : {}),
    Tags: [...secret.tags].map(([Key, Value]) => ({ Key, Value })),
  });

  const operations: Readonly<Record<string, (input: JsonObject) => JsonObject>> = {
    CreateSecret(input) {
      const [name, id, value] = [text(input['Name']), token(input), text(input['SecretString'])];
      const found = secrets.get(name);
      if (found?.deleted) return fail('InvalidRequestException');
      if (found && found.versions.get(id)?.value !== value) return fail('ResourceExistsException');
      if (!found) {
        const made = lay(name, value, Object.fromEntries(tagsIn(input['Tags'])));
        made.versions.clear();
        made.versions.set(id, { value, stages: new Set(['AWSCURRENT']) });
      }
      return { Name: name, VersionId: id };
    },
    PutSecretValue(input) {
      const secret = alive(input);
      const [id, value] = [token(input), text(input['SecretString'])];
      const before = secret.versions.get(id);
      if (before && before.value !== value) return fail('ResourceExistsException');
      if (!before) {
        secret.versions.set(id, { value, stages: new Set() });
        const asked = input['VersionStages'];
        for (const stage of Array.isArray(asked) ? (asked as readonly JsonValue[]) : ['AWSCURRENT'])
          move(secret, text(stage), id);
      }
      return { Name: secret.name, VersionId: id };
    },
    UpdateSecretVersionStage(input) {
      const secret = alive(input);
      const stage = text(input['VersionStage']);
      const [to, from] = [input['MoveToVersionId'], input['RemoveFromVersionId']];
      const holder = [...secret.versions].find(([, { stages }]) => stages.has(stage))?.[0];
      if (typeof to === 'string' && !secret.versions.has(to)) return fail('InvalidParameterException');
      if (holder !== undefined && holder !== from && holder !== to) return fail('InvalidParameterException');
      if (from !== undefined && from !== holder) return fail('InvalidParameterException');
      if (stage === 'AWSCURRENT' && typeof to !== 'string') return fail('InvalidParameterException');
      move(secret, stage, typeof to === 'string' ? to : null);
      return { Name: secret.name };
    },
    DescribeSecret(input) {
      const secret = find(input);
      return { ...entryOf(secret), VersionIdsToStages: stagesOf(secret) };
    },
    GetSecretValue(input) {
      const secret = alive(input);
      const { VersionId, VersionStage } = input;
      const found = [...secret.versions].find(([id, { stages }]) =>
        typeof VersionId === 'string' ? id === VersionId : stages.has(text(VersionStage ?? 'AWSCURRENT')),
      );
      if (!found) return fail('ResourceNotFoundException');
      return { ARN: secret.arn, Name: secret.name, VersionId: found[0], SecretString: found[1].value };
    },
    ListSecrets(input) {
      const { MaxResults = 100, NextToken, Filters } = input;
      if (typeof MaxResults !== 'number' || MaxResults < 1 || MaxResults > 100) return fail('ValidationException');
      const filters = (Array.isArray(Filters) ? (Filters as readonly JsonValue[]) : []).filter(isObject);
      const fits = ({ name }: MemorySecret): boolean =>
        filters.every(({ Key, Values }) => {
          const wanted = text((Values as readonly JsonValue[])[0]);
          return Key === 'name' ? name.startsWith(wanted) : name.toLowerCase().includes(wanted.toLowerCase());
        });
      const all = [...secrets.values()].filter((secret) => !secret.deleted && fits(secret));
      const start = NextToken === undefined ? 0 : pages.get(text(NextToken));
      if (start === undefined) return fail('InvalidNextTokenException');
      const end = start + MaxResults;
      const next = `page+/=${crypto.randomUUID()}`;
      if (end < all.length) pages.set(next, end);
      return {
        SecretList: all.slice(start, end).map((one) => ({ ...entryOf(one), SecretVersionsToStages: stagesOf(one) })),
        ...(end < all.length ? { NextToken: next } : {}),
      };
    },
    DeleteSecret(input) {
      const secret = alive(input);
      const days = input['RecoveryWindowInDays'];
      if (typeof days !== 'number' || days < 7 || days > 30) return fail('InvalidParameterException');
      secret.deleted = true;
      return { Name: secret.name };
    },
    RestoreSecret(input) {
      const secret = find(input);
      secret.deleted = false;
      return { Name: secret.name };
    },
    TagResource(input) {
      const secret = alive(input);
      for (const [name, value] of tagsIn(input['Tags'])) secret.tags.set(name, value);
      return {};
    },
    UntagResource(input) {
      const secret = alive(input);
      for (const name of input['TagKeys'] as readonly JsonValue[]) secret.tags.delete(text(name));
      return {};
    },
  };

  return {
    secrets,
    lay,
    answer(operation, input) {
      try {
        return { status: 200, body: (operations[operation] ?? (() => fail('UnknownOperationException')))(input) };
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return { status: 400, body: { __type: error.type, Message: providerText } };
      }
    },
    expirePages: () => pages.clear(),
  };
}
