import { type Cursor, fieldsOf, itemsOf, namesOf, textOf } from '../../language/decode/cursor.ts';
import type { Section, SettingsContext } from '../section.ts';

export const restartPolicies = ['always', 'on-failure', 'never'] as const;
export type RestartPolicy = (typeof restartPolicies)[number];

export interface ComponentSettings {
  readonly restart?: RestartPolicy;
  /** `host:port`, for what it may reach outside of the scenario. */
  readonly egress?: readonly string[];
}

/** By moniker. */
export type ComponentsSettings = Readonly<Record<string, ComponentSettings>>;

export const componentsSection: Section<ComponentsSettings> = {
  schema: {
    type: 'object',
    description: 'how components run, by moniker',
    propertyNames: { pattern: '^/' },
    additionalProperties: {
      type: 'object',
      properties: {
        restart: {
          enum: [...restartPolicies],
          description:
            'when a program that ended is started again: `never` makes it a task, whose effect is had once; `on-failure` unless given',
        },
        egress: {
          type: 'array',
          items: { type: 'string', pattern: '^[^\\s:/]+:(\\d+|\\*)$' },
          description: '`host:port` of what it may reach outside of the scenario; nothing unless given',
        },
      },
      additionalProperties: false,
    },
  },
  read(ctx, cursor) {
    const entries = namesOf(ctx, cursor).map((entry) => [entry.name, readOne(ctx, entry)] as const);
    return Object.fromEntries(entries);
  },
};

function readOne(ctx: SettingsContext, cursor: Cursor): ComponentSettings {
  const fields = fieldsOf(ctx, cursor, { known: ['restart', 'egress'] });
  const restart = textOf(ctx, fields?.get('restart'));
  const known = restartPolicies.find((policy) => policy === restart?.value);
  if (restart && !known) {
    const message = `\`${restart.value}\` is no restart policy`;
    ctx.report('invalid-value', restart.range, cursor.path, message, `write one of ${restartPolicies.join(', ')}`);
  }
  const egress = fields?.get('egress') && itemsOf(ctx, fields.get('egress')).flatMap((item) => readTarget(ctx, item));
  return { ...(known ? { restart: known } : {}), ...(egress ? { egress } : {}) };
}

function readTarget(ctx: SettingsContext, cursor: Cursor): readonly string[] {
  const text = textOf(ctx, cursor, '`host:port`');
  if (!text) return [];
  if (/^[^\s:/]+:(\d{1,5}|\*)$/.test(text.value)) return [text.value];
  ctx.report(
    'invalid-value',
    text.range,
    cursor.path,
    `\`${text.value}\` is no \`host:port\``,
    'write a name and a port, such as `api.example.com:443`',
  );
  return [];
}
