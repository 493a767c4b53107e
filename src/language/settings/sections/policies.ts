import { controls } from '../../../base/control.ts';
import type { JsonObject } from '../../../base/json.ts';
import { type PolicyMode, type PolicySetting, policyModes, type SecretGrant } from '../../../ir/policy-settings.ts';
import {
  booleanOf,
  type Cursor,
  fieldsOf,
  integerOf,
  itemsOf,
  type NamedCursor,
  oneOf,
  textOf,
} from '../../decode/cursor.ts';
import { isReference, parseReference } from '../../secrets/reference.ts';
import type { Section, SettingsContext } from '../section.ts';
import { shownNamesOf } from '../shown-names-of.ts';

/** In the order of the file. */
export type PoliciesSettings = readonly PolicySetting[];

type Limits = NonNullable<PolicySetting['limits']>;

const times = {
  start: ['startMs', 'until it is ready'],
  connect: ['connectMs', 'until there is a connection'],
  headers: ['headersMs', 'until the answer begins'],
  body: ['bodyMs', 'until the answer has ended'],
  total: ['totalMs', 'all of it, from the start of the first policy on'],
} as const;
type TimeName = keyof typeof times;
const timeNames = Object.keys(times) as readonly TimeName[];
const answerBytes = 'answer_bytes';
const longestMs = 2 ** 31 - 1;
const timeForm = '^\\d+(\\.\\d+)?(ms|s|m)$';

const timeSchema = (what: string): JsonObject => ({
  description: `${what}: milliseconds, or a text such as \`500ms\`, \`30s\` or \`2m\``,
  anyOf: [
    { type: 'integer', minimum: 1, maximum: longestMs },
    { type: 'string', pattern: timeForm },
  ],
});

export const policiesSection: Section<PoliciesSettings> = {
  schema: {
    type: 'object',
    description:
      'policies, by a reference of a list, `<scope>/<use>` or `use` name; the first of these that is there counts alone',
    propertyNames: { pattern: `^[^${controls}]*$` },
    additionalProperties: {
      type: 'object',
      properties: {
        mode: {
          enum: [...policyModes],
          description:
            '`enforce` unless given; `warn`: its errors count as warnings; `shadow`: it is asked, and nothing of its answer is applied',
        },
        limits: {
          type: 'object',
          description: 'how long it may take, and how much it may answer',
          properties: {
            ...Object.fromEntries(timeNames.map((name) => [name, timeSchema(times[name][1])])),
            [answerBytes]: { type: 'integer', minimum: 1, description: 'of one answer' },
          },
          additionalProperties: false,
        },
        grants: {
          type: 'object',
          description: 'what it may have besides what it is shown',
          properties: {
            secrets: {
              type: 'array',
              items: { type: 'string' },
              description:
                'what it may read: paths of secret root config, and secrets of vaults as `secret://VAULT/KEY`, which is every version and field of them',
            },
            usage: {
              type: 'boolean',
              description: 'what it puts on an edge may tell the run what a model was used for; `false` unless given',
            },
          },
          additionalProperties: false,
        },
      },
      additionalProperties: false,
    },
  },
  read: (ctx, cursor) => shownNamesOf(ctx, cursor).map((entry) => readOne(ctx, entry)),
};

function readOne(ctx: SettingsContext, entry: NamedCursor): PolicySetting {
  const fields = fieldsOf(ctx, entry, { known: ['mode', 'limits', 'grants'] });
  const mode: PolicyMode | undefined = oneOf(ctx, fields?.get('mode'), policyModes);
  const limits = readLimits(ctx, fields?.get('limits'));
  const grants = fields?.get('grants');
  const granted = grants && fieldsOf(ctx, grants, { known: ['secrets', 'usage'] });
  const secrets = itemsOf(ctx, granted?.get('secrets')).flatMap((item) => readGrant(ctx, item));
  const usage = booleanOf(ctx, granted?.get('usage'), false);
  return {
    name: entry.name,
    at: ctx.at(entry.nameRange),
    ...(mode === undefined ? {} : { mode }),
    ...(limits === undefined ? {} : { limits }),
    ...(secrets.length === 0 ? {} : { secrets }),
    ...(usage ? { usage: true as const } : {}),
  };
}

function readGrant(ctx: SettingsContext, cursor: Cursor): readonly SecretGrant[] {
  const text = textOf(ctx, cursor, 'a config path, or a reference to a secret');
  if (!text) return [];
  const { value, range } = text;
  if (isReference(value)) {
    const parsed = parseReference(value);
    if ('fault' in parsed) {
      ctx.report('invalid-value', range, cursor.path, `this reference cannot be read: ${parsed.fault}`, form);
      return [];
    }
    if (parsed.version !== undefined || parsed.field !== undefined) {
      ctx.report('invalid-value', range, cursor.path, 'a grant is of the whole secret, with all of its versions', form);
      return [];
    }
    ctx.names.used.push({ kind: 'vaults', name: parsed.vault, range });
  }
  return [{ path: value, at: ctx.at(range) }];
}

const form = 'write `secret://VAULT/KEY`, without `@` and `#`';

function readLimits(ctx: SettingsContext, cursor: Cursor | undefined): Limits | undefined {
  const fields = cursor && fieldsOf(ctx, cursor, { known: [...timeNames, answerBytes] });
  if (!fields) return undefined;
  const limits: { -readonly [K in keyof Limits]: Limits[K] } = {};
  for (const name of timeNames) {
    const ms = milliseconds(ctx, fields.get(name));
    if (ms !== undefined) limits[times[name][0]] = ms;
  }
  const bytes = integerOf(ctx, fields.get(answerBytes), { min: 1, max: Number.MAX_SAFE_INTEGER });
  if (bytes !== undefined) limits.maxBodyBytes = bytes;
  return limits;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

function milliseconds(ctx: SettingsContext, cursor: Cursor | undefined): number | undefined {
  if (cursor?.node.kind !== 'string') return integerOf(ctx, cursor, { min: 1, max: longestMs });
  const { value, range } = cursor.node;
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(value) ?? [];
  const ms = Math.round(Number(amount) * (units[unit ?? ''] ?? 0));
  if (ms >= 1 && ms <= longestMs) return ms;
  ctx.report(
    'invalid-value',
    range,
    cursor.path,
    `\`${value}\` is not a time`,
    'write milliseconds, or a text such as `500ms`, `30s` or `2m`',
  );
  return undefined;
}
