import { controls as controlCharacters } from '../../../base/control.ts';
import { runtimeBounds } from '../../../ir/runtime-bounds.ts';
import {
  type ComponentLimits,
  type ComponentSettings,
  restartPolicies,
  rotationReactions,
} from '../../../ir/runtime-settings.ts';
import { type Cursor, fieldsOf, integerOf, itemsOf, type NamedCursor, namesOf, textOf } from '../../decode/cursor.ts';
import { nameIn } from '../declared.ts';
import { componentFieldsNotYet, refuseNotYet } from '../not-yet.ts';
import type { Section, SettingsContext } from '../section.ts';
import { byName, choice, fieldIn, flag, type Shape } from '../shape.ts';
import { shownNamesOf } from '../shown-names-of.ts';
import { creates } from './creates.ts';

const todayFields = [
  'restart',
  'restarts',
  'readySeconds',
  'limits',
  'egress',
  'profile',
  'environment',
  'workspace',
  'control',
  'rotation',
  'image',
  'replicas',
];
const profile = nameIn('profiles', 'how it runs; `default` unless given');
const environment = nameIn('environments', 'where it runs; `local` unless given');
const workspace = nameIn('workspaces', 'mounted at /workspace');
const reaction = choice('restart it, replace the file that it is mounted as, or nothing', rotationReactions);
const rotation = byName(
  'what happens when a secret is rotated, by the path of the config that refers to it; nothing unless given',
  reaction,
);
const control = flag('may talk to its own run; false unless given');

/** Field → what it says. */
const limitFields = {
  cpuSeconds: 'CPU time of one process',
  wallSeconds: 'time from a start of the component on; it is not started again then',
  memoryMiB: 'resident memory of all its processes together; 4096 unless given',
  processes: 'processes at a time; 128 unless given',
} as const satisfies Readonly<Record<keyof ComponentLimits, string>>;
type LimitName = keyof typeof limitFields;
const limitNames = Object.keys(limitFields) as readonly LimitName[];

/** A reference: nothing but the characters of one, so that no target takes a part of it for something else. */
const imagePattern = '^[A-Za-z0-9][A-Za-z0-9._:/@+-]*$';

/** By moniker. */
export type ComponentsSettings = Readonly<Record<string, ComponentSettings>>;

export const componentsSection: Section<ComponentsSettings> = {
  schema: {
    type: 'object',
    description: 'how components run, by moniker',
    propertyNames: { pattern: `^/[^${controlCharacters}]*$` },
    additionalProperties: {
      type: 'object',
      properties: {
        restart: {
          enum: [...restartPolicies],
          description:
            'when a program that ended is started again: `never` makes it a task, whose effect is had once; `on-failure` unless given',
        },
        restarts: {
          type: 'integer',
          minimum: 0,
          maximum: runtimeBounds.restarts,
          description: 'restarts in a row before it is given up; 8 unless given',
        },
        readySeconds: {
          type: 'integer',
          minimum: 1,
          maximum: runtimeBounds.readySeconds,
          description: 'how long its ports may take to open, each time that it is started; 60 unless given',
        },
        limits: {
          type: 'object',
          description: 'what it may use up before it is ended',
          properties: Object.fromEntries(
            Object.entries(limitFields).map(([name, description]) => [
              name,
              { type: 'integer', minimum: 1, maximum: runtimeBounds[name as LimitName], description },
            ]),
          ),
          additionalProperties: false,
        },
        profile: profile.schema,
        environment: environment.schema,
        workspace: workspace.schema,
        rotation: rotation.schema,
        control: control.schema,
        image: {
          type: 'string',
          pattern: imagePattern,
          description:
            'image that its program runs in where components are containers; that of its manifest unless given. A `path` program needs one there',
        },
        replicas: {
          type: 'integer',
          minimum: 1,
          maximum: runtimeBounds.replicas,
          description: 'how many of it run under Kubernetes; one unless given, and one everywhere else',
        },
        creates: creates.schema,
        egress: {
          type: 'array',
          items: { type: 'string', pattern: '^(\\[[0-9A-Fa-f:.]+\\]|[^\\s:/]+):(\\d+|\\*)$' },
          description: '`host:port` of what it may reach outside of the scenario; nothing unless given',
        },
      },
      additionalProperties: false,
    },
  },
  read(ctx, cursor) {
    return Object.fromEntries(shownNamesOf(ctx, cursor).map((entry) => [entry.name, readOne(ctx, entry)]));
  },
};

function readOne(ctx: SettingsContext, cursor: NamedCursor): ComponentSettings {
  const fields = fieldsOf(ctx, cursor, { known: [...todayFields, ...componentFieldsNotYet] });
  const restart = textOf(ctx, fields?.get('restart'));
  const known = restartPolicies.find((policy) => policy === restart?.value);
  if (restart && !known) {
    const message = `\`${restart.value}\` is not a restart policy`;
    ctx.report('invalid-value', restart.range, cursor.path, message, `write one of ${restartPolicies.join(', ')}`);
  }
  refuseNotYet(ctx, fields, componentFieldsNotYet);
  const read = <T>(name: string, shape: Shape<T>): T | undefined => {
    const field = fields?.get(name);
    return field && shape.read(ctx, field);
  };
  read('creates', creates);
  const runsAs = read('profile', profile);
  const runsIn = read('environment', environment);
  const worksOn = read('workspace', workspace);
  const controls = read('control', control);
  mentionTemplates(ctx, cursor.name, fields?.get('creates'));
  const reactions = readRotation(ctx, cursor.name, fields?.get('rotation'));
  const egress = fields?.get('egress') && itemsOf(ctx, fields.get('egress')).flatMap((item) => readTarget(ctx, item));
  const restarts = integerOf(ctx, fields?.get('restarts'), { min: 0, max: runtimeBounds.restarts });
  const readySeconds = integerOf(ctx, fields?.get('readySeconds'), { min: 1, max: runtimeBounds.readySeconds });
  const replicas = integerOf(ctx, fields?.get('replicas'), { min: 1, max: runtimeBounds.replicas });
  const image = readImage(ctx, fields?.get('image'));
  const limits = fields?.get('limits') && readLimits(ctx, fields.get('limits') as Cursor);
  return {
    ...(known ? { restart: known } : {}),
    ...(restarts === undefined ? {} : { restarts }),
    ...(readySeconds === undefined ? {} : { readySeconds }),
    ...(limits ? { limits } : {}),
    ...(egress ? { egress } : {}),
    ...(runsAs === undefined ? {} : { profile: runsAs }),
    ...(runsIn === undefined ? {} : { environment: runsIn }),
    ...(worksOn === undefined ? {} : { workspace: worksOn }),
    ...(controls ? { control: true } : {}),
    ...(reactions === undefined ? {} : { rotation: reactions }),
    ...(image === undefined ? {} : { image }),
    ...(replicas === undefined ? {} : { replicas }),
    at: ctx.at(cursor.nameRange),
  };
}

function readImage(ctx: SettingsContext, cursor: Cursor | undefined): string | undefined {
  const text = textOf(ctx, cursor, 'the reference of an image');
  if (!text || new RegExp(imagePattern).test(text.value)) return text?.value;
  const message = `\`${text.value}\` is not the reference of an image`;
  ctx.report('invalid-value', text.range, cursor?.path ?? '', message, 'write one such as `python:3.11-slim`');
  return undefined;
}

/** Paths are of the component; a file is replaced only where there is one. */
function readRotation(
  ctx: SettingsContext,
  of: string,
  cursor: Cursor | undefined,
): ComponentSettings['rotation'] | undefined {
  if (!cursor) return undefined;
  const read = namesOf(ctx, cursor).flatMap((entry) => {
    const does = reaction.read(ctx, entry);
    const mention = { of, name: entry.name, at: ctx.at(entry.nameRange) };
    ctx.names.mentions.push({ what: 'config path', ...mention });
    if (does === 'file') ctx.names.mentions.push({ what: 'mounted config', ...mention });
    return does === undefined ? [] : [[entry.name, does] as const];
  });
  return Object.fromEntries(read);
}

/** Templates are of the component that creates from them. */
function mentionTemplates(ctx: SettingsContext, of: string, creates: Cursor | undefined): void {
  const listed = creates && fieldIn(creates, 'templates')?.node;
  if (listed?.kind !== 'array') return;
  for (const item of listed.items)
    if (item.kind === 'string' && item.value !== '')
      ctx.names.mentions.push({ what: 'child template', of, name: item.value, at: ctx.at(item.range) });
}

function readLimits(ctx: SettingsContext, cursor: Cursor): ComponentLimits {
  const fields = fieldsOf(ctx, cursor, { known: limitNames });
  const entries = limitNames.flatMap((name) => {
    const value = integerOf(ctx, fields?.get(name), { min: 1, max: runtimeBounds[name] });
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

function readTarget(ctx: SettingsContext, cursor: Cursor): readonly string[] {
  const text = textOf(ctx, cursor, '`host:port`');
  if (!text) return [];
  if (/^(\[[\da-f:.]+\]|[^\s:/]+):(\d{1,5}|\*)$/i.test(text.value)) return [text.value];
  ctx.report(
    'invalid-value',
    text.range,
    cursor.path,
    `\`${text.value}\` is not \`host:port\``,
    'write a name and a port, such as `api.example.com:443`',
  );
  return [];
}
