/** What whoever deploys it gives: `config.env` with what may be seen, and a file for each secret. No value of a secret is written here. */
import type { JsonValue } from '../../../../base/json.ts';
import { oneLine } from '../../../../base/one-line.ts';
import type { ConfigLeaf } from '../../../../plan/wiring/component.ts';
import type { YamlObject } from '../containers/yaml.ts';
import type { Layout } from './layout.ts';
import { configName, secretName } from './names.ts';
import { secretKey } from './values.ts';

export interface Wanted {
  readonly leaf: ConfigLeaf;
  /** Its default. */
  readonly known: JsonValue | undefined;
  readonly optional: boolean;
  /** A task asks for it, and whoever is no task. */
  readonly byTask: boolean;
  readonly byOthers: boolean;
}

export const configFile = 'config.env';
export const configExample = 'config.env.example';
export const secretFile = (path: string): string => `secrets/${path}`;

const externalsOf = ({ ways }: Layout): readonly { readonly slot: string; readonly variable: string }[] => {
  const each = new Map(ways.flatMap(({ external }) => (external ? [[external.slot, external] as const] : [])));
  return [...each].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
};

/** Undefined where nothing is to be given. */
export function exampleOf(wanted: readonly Wanted[], layout: Layout): string | undefined {
  const plain = wanted.filter(({ leaf }) => !leaf.secret);
  const externals = externalsOf(layout);
  if (plain.length + externals.length === 0) return undefined;
  const parts = [
    [
      '# Copy this file to config.env and fill it in. Each line is a name and, as it is, its value: no quotes, no second line.',
    ],
    ...plain.map(({ leaf: { path, env }, known, optional }) => {
      if (known !== undefined) return [`# Config ${path}; with its default.`, `${env}=${textOf(known)}`];
      return optional
        ? [`# Config ${path}; empty unless given.`, `${env}=`]
        : [`# Config ${path}; must be given.`, `#${env}=`];
    }),
    ...externals.map(({ slot, variable }) => [
      `# Behind slot ${oneLine(slot, 500)} of the root: host:port of what speaks its protocol without TLS.`,
      `#${variable}=`,
    ]),
  ];
  return `${parts.map((lines) => `${lines.join('\n')}\n`).join('\n')}`;
}

const textOf = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What a line of such a file cannot hold. */
export const isOneLine = (value: JsonValue): boolean => !/[\r\n\0]/.test(textOf(value));

/** Generators of kustomize: what they make is called after its content, but for a task, which is not done again for another value. */
export function generatorsOf(wanted: readonly Wanted[], layout: Layout): YamlObject {
  const plain = wanted.filter(({ leaf }) => !leaf.secret);
  const secrets = wanted.filter(({ leaf }) => leaf.secret);
  const forOthers = plain.some(({ byOthers }) => byOthers) || externalsOf(layout).length > 0;
  const forTasks = plain.some(({ byTask }) => byTask);
  const fixed = { options: { disableNameSuffixHash: true } };
  const maps = [
    ...(forOthers ? [{ name: configName(false), envs: [configFile] }] : []),
    ...(forTasks ? [{ name: configName(true), envs: [configFile], ...fixed }] : []),
  ];
  const made = secrets.flatMap(({ leaf: { path }, byTask, byOthers }) => {
    const files = [`${secretKey}=${secretFile(path)}`];
    return [
      ...(byOthers ? [{ name: secretName(path, false), files }] : []),
      ...(byTask ? [{ name: secretName(path, true), files, ...fixed }] : []),
    ];
  });
  return {
    ...(maps.length === 0 ? {} : { configMapGenerator: maps }),
    ...(made.length === 0 ? {} : { secretGenerator: made }),
  };
}
